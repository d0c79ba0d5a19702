// One change of access as a line: who gains or loses what, and why.
import type { OutcomeBody } from "#api/effect-shape.ts";
import { reasonText } from "#cli/access/verdict-text.ts";

type AccessBody = OutcomeBody["access"][number];
type VerdictBody = AccessBody["after"];

/** The line, with what it means for the client: `+` gains, `-` loses, `~` another way of being let in. */
export function letsInText({ mesh, from, to, port, before, after }: AccessBody): {
  readonly sign: "+" | "-" | "~";
  readonly style: "green" | "red" | "yellow";
  readonly text: string;
} {
  const [had, has] = [letsIn(before), letsIn(after)];
  const who = from === "*" ? "whoever has no certificate" : from;
  const what = `${who} → ${to}${port === undefined ? "" : `:${port}`} in mesh ${mesh}`;
  const text = `${what}: ${before.outcome} → ${after.outcome}; ${whyText(before, after)}`;
  if (has && !had) return { sign: "+", style: "green", text };
  return had && !has ? { sign: "-", style: "red", text } : { sign: "~", style: "yellow", text };
}

/** What decides now, rules by their names as `weft reach` has them; where none does any more, also the rule that did. */
function whyText(before: VerdictBody, after: VerdictBody): string {
  const now = ruleOrText(after);
  return before.reason === "rule" && after.reason !== "rule" ? `${now}; before ${ruleOrText(before)}` : now;
}

function ruleOrText(verdict: VerdictBody): string {
  return verdict.reason === "rule" && verdict.rule !== undefined ? `by ${reasonText(verdict)}` : reasonText(verdict);
}

function letsIn({ outcome, parts = [] }: Pick<VerdictBody, "outcome" | "parts">): boolean {
  return outcome === "mixed" ? parts.some((part) => letsIn(part)) : outcome !== "denied" && outcome !== "none";
}
