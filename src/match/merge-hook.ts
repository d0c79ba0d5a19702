// How the confs of each policy type are merged where RFC 7396 alone is not what the policy means.
import type { MergeHooks } from "./merge.ts";

const HOOKS: Readonly<Record<string, MergeHooks>> = {
  // A deny anywhere beats an allow anywhere: a later list must add to an earlier one, never replace it.
  MeshTrafficPermission: { concatenate: ["/deny", "/allow", "/allowWithShadowDeny"] },
};

/** The hooks of a policy type; none by default. */
export function hooksOf(type: string): MergeHooks {
  return HOOKS[type] ?? {};
}
