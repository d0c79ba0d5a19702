// The face of control: a change that was looked at, and whether it can still be committed.

import type { TestTurns } from "#control/access-test/turn.ts";
import type { Demand } from "#control/guard/demand.ts";
import type { Outcome } from "#control/outcome.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import type { Violation } from "#model/violation.ts";
import type { Left } from "./change.ts";

export type { Demand } from "#control/guard/demand.ts";
export type { Outcome } from "#control/outcome.ts";

/** Whether a plan can still be committed, and what guard rails demand of it today. */
export interface PlanStanding {
  /** Null = it holds, or it has been committed. */
  readonly stale: {
    readonly reason: string;
    /** What moved, and what would come out differently: keys of resources, `effect`, `access`, `faults`. */
    readonly moved: readonly Violation[];
  } | null;
  readonly demands: readonly Demand[];
}

/** A change that was looked at: what it would do, and where it was made. */
export interface Plan {
  readonly id: string;
  /** Where it was made. */
  readonly revision: number;
  readonly actor: string;
  readonly reason: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** The revision that committed it; null = none has. */
  readonly committed: number | null;
  /** In the order in which they are committed; contents of secrets and keys of CAs are withheld. */
  readonly changes: readonly PlannedChange[];
  readonly warnings: readonly PlanWarning[];
  /** What guard rails demand before it is committed. */
  readonly demands: readonly Demand[];
  /** What it does to access tests; the first of each. */
  readonly tests: TestTurns;
  /** Of a rollback: what differs from the past and stays as it is. */
  readonly left?: readonly Left[];
  readonly outcome: Outcome;
}

export interface PlannedChange extends ResourceKey {
  readonly change: "created" | "updated" | "deleted";
  readonly before: Resource | null;
  readonly after: Resource | null;
}

export interface PlanWarning extends ResourceKey {
  readonly text: string;
}
