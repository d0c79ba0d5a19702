// Which way a change of access goes.
import type { OutcomeBody } from "#api/effect-shape.ts";

export type AccessChange = OutcomeBody["access"][number];
type Verdict = AccessChange["before"];

export type Turn = "lost" | "gained" | "other";

/** Outcomes that let calls through, at least some. */
const OPEN: ReadonlySet<Verdict["outcome"]> = new Set(["allowed", "open", "requests", "mixed"]);

/** Whether somebody lost, gained, or kept another kind of access. */
export function turnOf({ before, after }: AccessChange): Turn {
  const [had, has] = [OPEN.has(before.outcome), OPEN.has(after.outcome)];
  if (had === has) return "other";
  return had ? "lost" : "gained";
}
