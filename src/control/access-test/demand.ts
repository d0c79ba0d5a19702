// Broken access tests as what holds a commit back. Pure.
import { fieldOfRule, REASONS, type Verdict } from "#compile/verdict.ts";
import type { Demand } from "#control/guard/demand.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import { parseKri } from "#model/kri.ts";
import type { TestState, TestTurn, TestTurns } from "./turn.ts";

/** A test that a change breaks is one demand. */
export function testDemands({ broken }: Pick<TestTurns, "broken">): readonly Demand[] {
  return broken.map((turn) => ({ mesh: turn.mesh, control: turn.name, kind: "test", said: brokenText(turn) }));
}

function brokenText({ expect, from, to, port, method, path, reason, after }: TestTurn): string {
  const asked = [method, path].filter((text) => text !== undefined).join(" ");
  const who = `${from} → ${to}${port === undefined ? "" : `:${port}`}${asked === "" ? "" : ` (${asked})`}`;
  const why = reason === undefined || reason === "" ? "" : ` (${reason})`;
  const now = stateText(after);
  return expect === "allow"
    ? `${who} is to be allowed${why}, and would be ${now}`
    : `${who} is to be denied${why}, and would be ${now}`;
}

function stateText({ verdict, nobody = "" }: TestState): string {
  return verdict === undefined ? `nobody: ${nobody}` : STATES[verdict.outcome](whyText(verdict));
}

const STATES: Readonly<Record<Verdict["outcome"], (why: string) => string>> = {
  allowed: (why) => `allowed: ${why}`,
  denied: (why) => `denied: ${why}`,
  open: (why) => `open: ${why}`,
  requests: (why) => `allowed for some requests: ${why}`,
  mixed: (why) => `allowed for some of them: ${why}`,
  none: (why) => `without a way: ${why}`,
};

function whyText({ reason, rule }: Verdict): string {
  if (rule === undefined || reason !== "rule") return REASONS[reason];
  const { shortName = "", name = "" } = parseKri(rule.kri) ?? {};
  const type = ALL_KINDS.find((kind) => kind.shortName === shortName)?.type ?? shortName;
  return `by ${type}/${name} ${fieldOfRule(rule)}`;
}
