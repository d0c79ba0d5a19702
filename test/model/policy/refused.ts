// What a stock control plane refuses of a kind, with the words that it gave: a file of answers beside each test.
import { readFileSync } from "node:fs";

export interface Refused {
  readonly spec: object;
  /** `field: reason`, in any order. */
  readonly refusals: readonly string[];
  /** What Weft tells at once beside them: rules that are broken whatever the shape's faults are mended to. */
  readonly more?: readonly string[];
}

/** The answers for a policy or another kind, in kebab case, each with a title. */
export function refusedBy(
  name: string,
  folder: "policy" | "kind" = "policy",
): readonly (readonly [title: string, refused: Refused])[] {
  const text = readFileSync(new URL(`../${folder}/${name}.refused.json`, import.meta.url), "utf8");
  return (JSON.parse(text) as Refused[]).map(({ spec, refusals, more = [] }, index) => {
    const one = { spec, refusals: [...refusals, ...more] };
    return [`${index} ${refusals[0]}`, one] as const;
  });
}
