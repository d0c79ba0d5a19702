// From a misspelt field to the one that was most likely meant, by the shape of its kind.

import { judgeOf } from "#model/judges.ts";
import type { Kind } from "#model/kind.ts";
import { nearestWord } from "#model/nearest.ts";
import { namesAt } from "#model/shape-names.ts";
import { stepsOf } from "./field-line.ts";

/** `; did you mean requestTimeout?` after a violation that says that a field is unknown, or `spec.to?` where it stands beside spec; else nothing. */
export function meantText(kind: Pick<Kind, "type" | "envelope">, field: string, reason: string): string {
  if (!reason.startsWith("unknown field")) return "";
  const { envelope } = kind;
  const steps = stepsOf(field);
  const word = steps.pop();
  const below = envelope === "spec" && steps[0] === "spec" ? steps.slice(1) : steps;
  const beside = envelope === "spec" && steps.length === 0 ? ["mesh", "labels", "spec"] : [];
  const near =
    typeof word === "string" ? nearestWord(word, [...beside, ...namesAt(judgeOf(kind).shape, below)]) : undefined;
  if (near === undefined) return "";
  return `; did you mean ${beside.length > 0 && !beside.includes(near) ? `spec.${near}` : near}?`;
}
