// What the policies that select a client say of one destination.
import { legacyName } from "#model/service-selector.ts";
import { type Protocol, SERVICE_TAG } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import { type OlderRows, olderPolicies } from "./legacy/outbound.ts";
import type { Aim } from "./legacy/translation.ts";
import type { Policies } from "./matched.ts";
import { mergeConfs, type Said } from "./merge.ts";
import { confOf, hooksOf } from "./merge-hook.ts";
import { compareItems } from "./order.ts";
import { isReferred } from "./refer.ts";
import { refersToTarget } from "./service-index.ts";
import type { Target } from "./target.ts";

/** An item of a policy's `to`. */
export interface SaidTo extends Said {
  readonly policy: IndexedPolicy;
  readonly targetRef: TargetRef;
  readonly index: number;
}

/** The policies that select a proxy. */
export interface Selection {
  /** In ascending precedence. */
  readonly policies: readonly IndexedPolicy[];
  /** Names them. */
  readonly selection: string;
  /** What those of them say that are proxy-wide: it holds for every destination. */
  readonly wide: Policies;
}

/** What the policies of a selection say of destinations. */
interface SaidBy {
  readonly newer: readonly SaidTo[];
  readonly older: OlderRows;
  /** Values of kuma.io/service that items name. */
  readonly named: ReadonlySet<string>;
  /** What holds for every service tag that no item names; null until one is asked about, and where an older policy may tell. */
  unnamed: Policies | null;
}

/** What was merged; valid as long as the policies and services are the same. */
export interface ToMemo {
  readonly said: Map<string, SaidBy>;
  readonly made: Map<string, Policies>;
  /** By selection and the route's KRI. */
  readonly routes: Map<string, Policies>;
  /** Numbers of proxy-wide confs. */
  readonly wide: Map<Policies, number>;
}

export function newToMemo(): ToMemo {
  return { said: new Map(), made: new Map(), routes: new Map(), wide: new Map() };
}

/**
 * By policy type, from policies in ascending precedence; types that say nothing of it are absent. Destinations of which
 * the same items say something share one object.
 */
export function outboundPolicies(
  { policies, selection, wide }: Selection,
  target: Target,
  protocol: Protocol,
  memo: ToMemo,
): Policies {
  let said = memo.said.get(selection);
  if (said === undefined) {
    said = saidBy(policies);
    memo.said.set(selection, said);
  }
  const { newer, older, named } = said;
  // Nearly all outbounds of a mesh of service tags: nothing tells these apart.
  const unnamed = target.kind === "tags" && older.length === 0 && !named.has(target.tags[SERVICE_TAG] ?? "");
  if (unnamed && said.unnamed !== null) return said.unnamed;
  const relevant = relevantTo(newer, target);
  const number = memo.wide.get(wide) ?? memo.wide.size;
  memo.wide.set(wide, number);
  const aim = older.length > 0 ? aimOf(target, protocol) : null;
  const items = relevant.map(({ policy, index }) => `${policy.id}:${index}`).join();
  const key = aim === null ? `${number} ${items}` : `${number} ${items} ${selection} ${JSON.stringify(aim)}`;
  const known = memo.made.get(key) ?? madeOf(relevant, { ...wide, ...(aim !== null && olderPolicies(older, aim)) });
  memo.made.set(key, known);
  if (unnamed) said.unnamed = known;
  return known;
}

/** `made` with what the items say. */
function madeOf(items: readonly SaidTo[], made: Record<string, Policies[string]>): Policies {
  const byType = new Map<string, SaidTo[]>();
  for (const item of items) {
    const list = byType.get(item.policy.type);
    if (list === undefined) byType.set(item.policy.type, [item]);
    else list.push(item);
  }
  for (const [type, list] of byType) made[type] = mergeConfs(list, hooksOf(type));
  return Object.freeze(made);
}

/** The service as which traffic passes that leads to nothing in the mesh; policies may name it, as Kuma's do. */
const OUTSIDE: Target = { kind: "tags", key: "", id: -1, tags: { [SERVICE_TAG]: "pass_through" } };

/** What holds for redirected traffic that leads to nothing in the mesh. */
export function passingPolicies(selection: Selection, memo: ToMemo): Policies {
  return outboundPolicies(selection, OUTSIDE, "tcp", memo);
}

function saidBy(policies: readonly IndexedPolicy[]): SaidBy {
  const newer = policies.filter((policy) => policy.older === undefined && !isAttached(policy)).flatMap(saidTo);
  const named = newer.flatMap(({ targetRef: { kind, name = "" } }) => (kind === "MeshService" ? name : []));
  return {
    newer,
    older: policies.filter((policy) => policy.older !== undefined),
    named: new Set(named),
    unnamed: null,
  };
}

/** The destination as older policies see it: by the service that its dataplanes offer. */
function aimOf(target: Target, protocol: Protocol): Aim {
  if (target.kind === "tags") return { service: target.tags[SERVICE_TAG] ?? "", tags: target.tags, protocol };
  const service = serviceNameOf(target) || nameOf(target);
  return { service, tags: { [SERVICE_TAG]: service }, protocol };
}

type RealTarget = Exclude<Target, { readonly kind: "tags" }>;

/** The kuma.io/service value by which older references know the target; empty where there is none. */
function serviceNameOf(target: RealTarget): string {
  return target.kind === "service" ? (legacyName(target.service) ?? "") : "";
}

function nameOf(target: RealTarget): string {
  if (target.kind === "service") return target.service.name;
  return target.kind === "multi" ? target.multi.name : target.external.name;
}

/**
 * What holds for the routes of one MeshHTTPRoute only, by type: where a policy names the route in `to` or stands on it, its
 * items and those for the whole mesh. Types of which none does are absent.
 */
export function routePoliciesOf(
  { policies, selection }: Selection,
  route: Pick<IndexedPolicy["resource"], "name" | "labels">,
  kri: string,
  memo: ToMemo,
): Policies {
  const key = `${selection} ${kri}`;
  const known = memo.routes.get(key);
  if (known !== undefined) return known;
  const byType = new Map<string, { readonly items: SaidTo[]; own: boolean }>();
  for (const policy of policies) {
    if (policy.older !== undefined) continue;
    const attached = isAttached(policy);
    if (attached && !isReferred(policy.top, route)) continue;
    for (const item of saidTo(policy)) {
      const { kind } = item.targetRef;
      const own = attached ? kind === "Mesh" : kind === "MeshHTTPRoute" && isReferred(item.targetRef, route);
      if (!own && kind !== "Mesh") continue;
      const said = byType.get(policy.type) ?? { items: [], own: false };
      byType.set(policy.type, said);
      said.items.push(item);
      said.own ||= own;
    }
  }
  const made: Record<string, Policies[string]> = {};
  for (const [type, { items, own }] of byType) {
    if (!own) continue;
    items.sort((a, b) => compareItems(ranked(a), ranked(b)));
    made[type] = mergeConfs(items, hooksOf(type));
  }
  memo.routes.set(key, Object.freeze(made));
  return made;
}

/** Whether the policy stands on a MeshHTTPRoute: what it says is of that route's requests only. */
function isAttached({ top }: IndexedPolicy): boolean {
  return top.kind === "MeshHTTPRoute";
}

/** The `to` items of a policy. */
export function saidTo(policy: IndexedPolicy): readonly SaidTo[] {
  return (policy.resource.spec.to ?? []).map((item, index) => ({
    policy,
    targetRef: item.targetRef,
    index,
    conf: confOf(policy.type, item),
    origin: { kri: policy.kri, part: "to", rule: index },
  }));
}

/** The items of all types that hold for the target, each type's weakest first. */
function relevantTo(said: readonly SaidTo[], target: Target): readonly SaidTo[] {
  if (target.kind === "tags") return forService(said, target.tags[SERVICE_TAG] ?? "");
  const found = said.filter(({ targetRef }) => targetRef.kind === "Mesh" || refersToTarget(targetRef, target));
  // Where no rule for real resources holds, an older one for the service's tag may.
  const without = new Set(said.map(({ policy }) => policy.type));
  for (const { policy } of found) without.delete(policy.type);
  const older = said.filter(({ policy }) => without.has(policy.type));
  return [...found.sort((a, b) => compareItems(ranked(a), ranked(b))), ...forService(older, serviceNameOf(target))];
}

/** Of a service tag: a MeshService is here a value of kuma.io/service, and items keep their policies' order. */
export function forService(list: readonly SaidTo[], service: string): readonly SaidTo[] {
  return list.filter(
    ({ targetRef: { kind, name } }) =>
      kind === "Mesh" || (kind === "MeshService" && service !== "" && name === service),
  );
}

function ranked({ policy, targetRef, index }: SaidTo): Parameters<typeof compareItems>[0] {
  return { policy: policy.resource, targetRef, index };
}
