// A policy as matching reads it: whom it selects, and the lists of what it says.
import type { RouteBackendRef } from "#model/backend-ref.ts";
import type { PolicyTraits } from "#model/kind.ts";
import type { Resource } from "#model/resource.ts";
import type { RuleMatch } from "#model/rule-match.ts";
import type { TargetRef } from "#model/target-ref.ts";
import type { Acting, Aim } from "./legacy/translation.ts";
import type { Selector } from "./select.ts";

/** The parts that every targetRef policy may have. */
export interface PolicySpec {
  readonly targetRef?: TargetRef;
  readonly to?: readonly { readonly targetRef: TargetRef; readonly default?: unknown }[];
  readonly from?: readonly { readonly targetRef: TargetRef; readonly default?: unknown }[];
  readonly rules?: readonly { readonly matches?: readonly RuleMatch[]; readonly default?: unknown }[];
  /** What a proxy-wide policy says. */
  readonly default?: unknown;
}

/** How an older policy acts: without being merged, and only where no newer policy of the type speaks. */
export interface Older {
  readonly acting: Acting;
  /** What it says of a destination, in place of a conf of its `to`; null where it says nothing of destinations. */
  readonly confFor: ((aim: Aim) => unknown) | null;
  /** Of one that routes: everything that it may lead to. */
  readonly refs?: readonly RouteBackendRef[];
}

export interface IndexedPolicy {
  /** Its place among all policies of the index; ascending precedence within a type. */
  readonly id: number;
  readonly type: string;
  readonly traits: PolicyTraits;
  readonly resource: Resource<PolicySpec>;
  readonly kri: string;
  readonly top: TargetRef;
  /** Its own top level; of one attached to routes, theirs. */
  readonly selectors: readonly Selector[];
  readonly older?: Older;
}
