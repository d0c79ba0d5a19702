// Bodies of plans: a change that was looked at, and what it would do.
import * as z from "zod/mini";
import { outcome } from "./effect-shape.ts";
import { difference } from "./history.ts";
import { change } from "./weft.ts";

const may = z.exactOptional;
const key = { type: z.string(), mesh: z.string(), name: z.string() };

const made = {
  id: z.string(),
  /** It can be committed as long as this is the newest revision. */
  revision: z.int(),
  actor: z.string(),
  reason: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  /** The revision that committed it; null = none has. */
  committed: z.nullable(z.int()),
};

export const plan = z.object({
  ...made,
  changes: z.array(z.object({ ...key, ...difference })),
  warnings: z.array(z.object({ ...key, text: z.string() })),
  /** Who has approved it, the author aside; those of revoked tokens do not count. */
  approvals: z.array(z.object({ actor: z.string(), time: z.string(), reason: z.string() })),
  /** What guard rails still want before it is committed; empty = nothing. */
  needs: z.array(
    z.object({
      kind: z.enum(["approvals", "freeze", "protected"]),
      mesh: z.string(),
      control: z.string(),
      reason: z.string(),
      fix: z.string(),
    }),
  ),
  /** Of a rollback: what differs from the past and stays as it is. */
  left: may(z.array(z.object({ ...key, why: z.string() }))),
  ...outcome,
});
export type PlanBody = z.infer<typeof plan>;

/** How much a plan would do. */
const counts = {
  changes: z.int(),
  proxies: z.int(),
  access: z.int(),
  newFaults: z.int(),
};

/** Newest first. */
export const plans = z.object({ items: z.array(z.object({ ...made, ...counts })) });
export type PlanListBody = z.infer<typeof plans>;

/** What a plan is made of. */
export const planRequest = z.omit(change, { planId: true });
