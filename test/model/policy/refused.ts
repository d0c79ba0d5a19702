// What a stock control plane refuses of a kind, with the words that it gave: a file of answers beside each test.
import { readFileSync } from "node:fs";

export interface Refused {
  readonly spec: object;
  /** `field: reason`, in any order. */
  readonly refusals: readonly string[];
}

/** The answers for a policy or another kind, in kebab case, each with a title. */
export function refusedBy(
  name: string,
  folder: "policy" | "kind" = "policy",
): readonly (readonly [title: string, refused: Refused])[] {
  const text = readFileSync(new URL(`../${folder}/${name}.refused.json`, import.meta.url), "utf8");
  return (JSON.parse(text) as Refused[]).map((one, index) => [`${index} ${one.refusals[0]}`, one] as const);
}
