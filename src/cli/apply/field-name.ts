// From a misspelt field to the one that was most likely meant, by the shape of its kind.

import type { Kind } from "#model/kind.ts";
import { nearestWord } from "#model/nearest.ts";
import { namesAt } from "#model/shape-names.ts";
import { stepsOf } from "./field-line.ts";

/** `; did you mean requestTimeout?` after a violation that says that a field is unknown; else nothing. */
export function meantText(
  { shape, envelope }: Pick<Kind, "shape" | "envelope">,
  field: string,
  reason: string,
): string {
  if (!reason.startsWith("unknown field")) return "";
  const steps = stepsOf(field);
  const word = steps.pop();
  const below = envelope === "spec" && steps[0] === "spec" ? steps.slice(1) : steps;
  const known = [
    ...(envelope === "spec" && steps.length === 0 ? ["mesh", "labels", "spec"] : []),
    ...namesAt(shape, below),
  ];
  const near = typeof word === "string" ? nearestWord(word, known) : undefined;
  return near === undefined ? "" : `; did you mean ${near}?`;
}
