// What the policies that select a client say of one destination.
import { SERVICE_TAG } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import type { Merged } from "./matched.ts";
import { mergeConfs, type Said } from "./merge.ts";
import { hooksOf } from "./merge-hook.ts";
import { compareItems } from "./order.ts";
import type { IndexedPolicy } from "./policy-index.ts";
import { legacyName, refersTo } from "./service-index.ts";
import type { Target } from "./target.ts";

/** An item of a policy's `to`. */
export interface SaidTo extends Said {
  readonly policy: IndexedPolicy;
  readonly targetRef: TargetRef;
  readonly index: number;
}

/** By policy type, from policies in ascending precedence; types that say nothing of it are absent. */
export function outboundPolicies(
  policies: readonly IndexedPolicy[],
  target: Target,
): Readonly<Record<string, Merged<unknown>>> {
  const byType = new Map<string, SaidTo[]>();
  for (const said of policies.flatMap(saidTo)) {
    const list = byType.get(said.policy.type);
    if (list === undefined) byType.set(said.policy.type, [said]);
    else list.push(said);
  }
  const found: Record<string, Merged<unknown>> = {};
  for (const [type, list] of byType) {
    const relevant = relevantTo(list, target);
    if (relevant.length > 0) found[type] = mergeConfs(relevant, hooksOf(type));
  }
  return Object.freeze(found);
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

/** The items that hold for the target, weakest first. */
function relevantTo(list: readonly SaidTo[], target: Target): readonly SaidTo[] {
  if (target.kind === "tags") return forService(list, target.tags[SERVICE_TAG] ?? "");
  const { service, port } = target;
  const found = list.filter(({ targetRef }) => targetRef.kind === "Mesh" || refersTo(targetRef, service, port));
  if (found.length === 0) return forService(list, legacyName(service) ?? "");
  return found.sort((a, b) => compareItems(ranked(a), ranked(b)));
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
