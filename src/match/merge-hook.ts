// How the confs of each policy type are merged where RFC 7396 alone is not what the policy means.
import type { MergeHooks } from "./merge.ts";

const HOOKS: Readonly<Record<string, MergeHooks>> = {
  // The first rule that matches a request holds, and rules of equal matches are one.
  MeshHTTPRoute: { byKey: { "/rules": "matches" } },
  // A deny anywhere beats an allow anywhere: a later list must add to an earlier one, never replace it.
  MeshTrafficPermission: { concatenate: ["/deny", "/allow", "/allowWithShadowDeny"] },
  // A connection is logged to the backends of every rule that matches it.
  MeshAccessLog: { apart: true },
};

/** The same for `rules` with equal matches, where they differ from the other lists. */
const RULE_HOOKS: Readonly<Record<string, MergeHooks>> = {
  // All faults that hold for a client act; a later rule takes none back.
  MeshFaultInjection: { concatenate: ["/http"] },
};

/** The hooks for merging rules of a policy type. */
export function ruleHooksOf(type: string): MergeHooks {
  return RULE_HOOKS[type] ?? hooksOf(type);
}

/** The hooks of a policy type; none by default. */
export function hooksOf(type: string): MergeHooks {
  return HOOKS[type] ?? {};
}

/** Items of `to` that say what they say elsewhere than in `default`. */
const CONFS: Readonly<Record<string, (item: Item) => unknown>> = {
  MeshHTTPRoute: ({ rules = [] }) => ({ rules }),
  MeshTCPRoute: ({ rules = [] }) => (rules[0] as { readonly default?: unknown } | undefined)?.default ?? {},
};

interface Item {
  readonly default?: unknown;
  readonly rules?: readonly unknown[];
}

/** What an item of `to` says. */
export function confOf(type: string, item: Item): unknown {
  return CONFS[type]?.(item) ?? item.default;
}
