// Bodies of plans: a change that was looked at, and what it would do.
import * as z from "#model/lazy-zod.ts";
import { testTurns } from "./access.ts";
import { outcome } from "./effect-shape.ts";
import { difference } from "./history.ts";
import { change } from "./weft.ts";

const may = z.exactOptional;
const key = { type: z.string(), mesh: z.string(), name: z.string() };

const made = {
  id: z.string(),
  /** Where it was made. */
  revision: z.int(),
  actor: z.string(),
  reason: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  /** The revision that committed it; null = none has. */
  committed: z.nullable(z.int()),
};

const standing = {
  /** Why it can be committed no more: what moved, and what would come out differently; null = it holds, or has been committed. */
  stale: z.nullable(
    z.object(() => ({ reason: z.string(), moved: z.array(z.object({ field: z.string(), reason: z.string() })) })),
  ),
  /** How many others than its author must approve it, and how many have; approvals of one person count once. */
  approval: z.object(() => ({ required: z.int(), given: z.int() })),
  /** It holds, and nothing is missing: it can be committed now. */
  ready: z.boolean(),
};

export const plan = z.object(() => ({
  ...made,
  ...standing,
  changes: z.array(z.object({ ...key, ...difference })),
  warnings: z.array(z.object({ ...key, text: z.string() })),
  /** Who has approved it, the author aside; those of revoked tokens do not count. */
  approvals: z.array(z.object({ actor: z.string(), time: z.string(), reason: z.string() })),
  /** What guard rails still want before it is committed; empty = nothing. */
  needs: z.array(
    z.object({
      kind: z.enum(["approvals", "freeze", "protected", "test"]),
      mesh: z.string(),
      /** The ChangeControl; of the kind `test`, the AccessTest. */
      control: z.string(),
      reason: z.string(),
      fix: z.string(),
    }),
  ),
  /** What it does to access tests. */
  tests: testTurns,
  /** Of the author and of those who approved it, by actor: the names that are known, of people and of tokens. */
  names: z.record(z.string(), z.string()),
  /** Of a rollback: what differs from the past and stays as it is. */
  left: may(z.array(z.object({ ...key, why: z.string() }))),
  ...outcome,
}));
export type PlanBody = z.infer<typeof plan>;

/** How much a plan would do. */
const counts = {
  changes: z.int(),
  proxies: z.int(),
  access: z.int(),
  newFaults: z.int(),
  /** Who has approved it, in order. */
  approvers: z.array(z.string()),
};

/** Newest first; `names` of the actors that are known: people and tokens. */
export const plans = z.object(() => ({
  items: z.array(z.object({ ...made, ...standing, ...counts })),
  names: z.record(z.string(), z.string()),
}));
export type PlanListBody = z.infer<typeof plans>;

/** What a plan is made of. */
export const planRequest = z.omit(change, { planId: true });
