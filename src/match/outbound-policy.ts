// What the policies that select a client say of one destination.
import { type Protocol, SERVICE_TAG } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import { type OlderRows, olderPolicies } from "./legacy/outbound.ts";
import type { Aim } from "./legacy/translation.ts";
import type { Policies } from "./matched.ts";
import { mergeConfs, type Said } from "./merge.ts";
import { hooksOf } from "./merge-hook.ts";
import { compareItems } from "./order.ts";
import { legacyName, refersTo } from "./service-index.ts";
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
}

/** What was merged; valid as long as the policies and services are the same. */
export interface ToMemo {
  readonly said: Map<string, SaidBy>;
  readonly made: Map<string, Policies>;
  /** Numbers of proxy-wide confs. */
  readonly wide: Map<Policies, number>;
}

export function newToMemo(): ToMemo {
  return { said: new Map(), made: new Map(), wide: new Map() };
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
  const { newer, older } = memo.said.get(selection) ?? saidBy(policies);
  memo.said.set(selection, { newer, older });
  const relevant = relevantTo(newer, target);
  const number = memo.wide.get(wide) ?? memo.wide.size;
  memo.wide.set(wide, number);
  const aim = older.length > 0 ? aimOf(target, protocol) : null;
  const items = relevant.map(({ policy, index }) => `${policy.id}:${index}`).join();
  const key = aim === null ? `${number} ${items}` : `${number} ${items} ${selection} ${JSON.stringify(aim)}`;
  const known = memo.made.get(key);
  if (known !== undefined) return known;
  const byType = new Map<string, SaidTo[]>();
  for (const item of relevant) {
    const list = byType.get(item.policy.type);
    if (list === undefined) byType.set(item.policy.type, [item]);
    else list.push(item);
  }
  const made: Record<string, Policies[string]> = { ...wide, ...(aim !== null && olderPolicies(older, aim)) };
  for (const [type, list] of byType) made[type] = mergeConfs(list, hooksOf(type));
  memo.made.set(key, Object.freeze(made));
  return made;
}

function saidBy(policies: readonly IndexedPolicy[]): SaidBy {
  return {
    newer: policies.filter((policy) => policy.older === undefined).flatMap(saidTo),
    older: policies.filter((policy) => policy.older !== undefined),
  };
}

/** The destination as older policies see it: by the service that its dataplanes offer. */
function aimOf(target: Target, protocol: Protocol): Aim {
  if (target.kind === "tags") return { service: target.tags[SERVICE_TAG] ?? "", tags: target.tags, protocol };
  const service = legacyName(target.service) ?? target.service.name;
  return { service, tags: { [SERVICE_TAG]: service }, protocol };
}

/** The `to` items of a policy. */
export function saidTo(policy: IndexedPolicy): readonly SaidTo[] {
  return (policy.resource.spec.to ?? []).map(({ targetRef, default: conf }, index) => ({
    policy,
    targetRef,
    index,
    conf,
    origin: { kri: policy.kri, part: "to", rule: index },
  }));
}

/** The items of all types that hold for the target, each type's weakest first. */
function relevantTo(said: readonly SaidTo[], target: Target): readonly SaidTo[] {
  if (target.kind === "tags") return forService(said, target.tags[SERVICE_TAG] ?? "");
  const { service, port } = target;
  const found = said.filter(({ targetRef }) => targetRef.kind === "Mesh" || refersTo(targetRef, service, port));
  // Where no rule for real resources holds, an older one for the service's tag may.
  const without = new Set(said.map(({ policy }) => policy.type));
  for (const { policy } of found) without.delete(policy.type);
  const older = said.filter(({ policy }) => without.has(policy.type));
  return [...found.sort((a, b) => compareItems(ranked(a), ranked(b))), ...forService(older, legacyName(service) ?? "")];
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
