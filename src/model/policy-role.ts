// Policy roles: for whom a policy of a Kubernetes namespace speaks, by what it holds.
import type { Labels } from "./resource.ts";
import { LABEL } from "./tag.ts";
import type { TargetKind, TargetRef } from "./target-ref.ts";
import type { Violation } from "./violation.ts";

export type PolicyRole = "system" | "producer" | "consumer" | "workload-owner";

/** Its policies are the mesh operator's and may say anything. */
export const SYSTEM_NAMESPACE = "kuma-system";

interface Lists {
  readonly targetRef?: TargetRef;
  readonly to?: readonly { readonly targetRef?: TargetRef }[];
  readonly from?: readonly unknown[];
}

/**
 * The role that Kuma gives a policy: none without a namespace (Universal), `system` in the system's own. Elsewhere
 * `workload-owner` for what happens at the namespace's own proxies, `producer` for what all clients of its services are
 * to do, `consumer` for what its own clients do.
 */
export function policyRole(spec: unknown, labels: Labels): PolicyRole | null | { readonly reason: string } {
  const namespace = labels[LABEL.namespace];
  if (!namespace) return null;
  if (namespace === SYSTEM_NAMESPACE) return "system";
  const { to = [], from = [] } = spec as Lists;
  if (to.length > 0 && from.length > 0) {
    return { reason: "it's not allowed to mix 'to' and 'from' arrays in the same policy" };
  }
  if (to.length === 0) return "workload-owner";
  const own = to.filter(({ targetRef }) => namesOwn(targetRef, namespace)).length;
  if (own === 0) return "consumer";
  if (own === to.length) return "producer";
  return { reason: "it's not allowed to mix producer and consumer items in the same policy" };
}

/** Whether the item means one service or route of the namespace, by name. */
function namesOwn(ref: TargetRef | undefined, namespace: string): boolean {
  if (ref?.kind !== "MeshService" && ref?.kind !== "MeshHTTPRoute") return false;
  return Boolean(ref.name) && (!ref.namespace || ref.namespace === namespace);
}

/** Top levels by which a namespace would speak for what is not its own. */
const OPERATORS: readonly (TargetKind | undefined)[] = ["MeshGateway", "MeshHTTPRoute"];

/** Violations of a policy of a namespace: one that would speak for two has no role, and some top levels are the operator's. */
export function roleViolations(spec: unknown, labels: Labels): readonly Violation[] {
  const role = policyRole(spec, labels);
  if (role === null || role === "system") return [];
  const kind = (spec as Lists).targetRef?.kind;
  const found: Violation[] = [];
  if (OPERATORS.includes(kind)) found.push({ field: "targetRef.kind", reason: `value '${kind}' is not supported` });
  if (typeof role === "object") found.push({ field: "", reason: role.reason });
  return found;
}
