// How a plan stands, in one word, and who did what to it.
import type { PlanBody } from "#api/plan.ts";
import type { Tone } from "#console/part/status.tsx";

/** `held`: guard rails want something yet; `stale`: it can be committed no more. */
export const PLAN_STATES = ["ready", "held", "stale", "expired", "committed", "empty"] as const;
export type PlanState = (typeof PLAN_STATES)[number];

export const PLAN_TONES: Readonly<Record<PlanState, Tone>> = {
  ready: "good",
  held: "doubt",
  stale: "bad",
  expired: "none",
  committed: "good",
  empty: "none",
};

type Standing = Pick<PlanBody, "committed" | "expiresAt" | "stale" | "ready">;

/** `changes`: of how many resources; `now` in milliseconds. */
export function planState({ committed, expiresAt, stale, ready }: Standing, changes: number, now: number): PlanState {
  if (committed !== null) return "committed";
  if (Date.parse(expiresAt) <= now) return "expired";
  if (stale !== null) return "stale";
  if (changes === 0) return "empty";
  return ready ? "ready" : "held";
}

/** An actor by its name where that is known; otherwise by what it is called. */
export function actorName(actor: string, names: Readonly<Record<string, string>>): string {
  return names[actor] ?? actor.replace(/^(user|token|system):/, "");
}
