// Selectors of the older kinds: tags that a thing must have, where "*" takes any value.

import type { Frozen } from "./frozen.ts";
import type * as z from "./lazy-zod.ts";
import { may, message, textMap } from "./shape.ts";
import { SERVICE_TAG, type Tags } from "./tag.ts";
import { tagField } from "./tag-rule.ts";
import { under, type Violation } from "./violation.ts";

export const selectorShape = message({ match: may(textMap) });
export type Selector = Frozen<z.infer<typeof selectorShape>>;

/** The value that stands for any. */
export const ANY = "*";

const NAME = /^[a-zA-Z0-9.\-_:/]*$/;
const VALUE = /^([a-zA-Z0-9.\-_:/]*|\*)$/;

/** What a set of tags must, may and must not hold. */
export interface SelectorRules {
  readonly some?: boolean;
  readonly service?: "needed" | "alone";
  /** Names that must not stand there. */
  readonly banned?: readonly string[];
  readonly more?: (tags: Tags) => readonly Violation[];
}

/** Violations of a list of selectors, below the list's own path; `[]` and absent lists are refused. */
export function selectorsViolations(
  list: readonly Selector[] = [],
  rules: SelectorRules,
  options: { readonly one?: boolean } = {},
): Violation[] {
  if (list.length === 0) return [{ field: "", reason: "must have at least one element" }];
  return list.flatMap(({ match = {} }, index) => [
    ...under(`[${index}]`, under("match", selectorViolations(match, rules))),
    ...(index > 0 && options.one ? [{ field: `[${index}]`, reason: "there can be at most one selector" }] : []),
  ]);
}

/** Violations of one set of tags, below its own path. */
export function selectorViolations(tags: Tags, rules: SelectorRules): Violation[] {
  const { some = false, service, banned = [], more } = rules;
  const names = Object.keys(tags).sort();
  const found: Violation[] = [];
  const add = (reason: string, field = ""): void => {
    found.push({ field, reason });
  };
  if (some && names.length === 0) add("must have at least one tag");
  if (service === "alone" && (names.length !== 1 || names[0] !== SERVICE_TAG)) {
    add(`must consist of exactly one tag "${SERVICE_TAG}"`);
  }
  found.push(...(more?.(tags) ?? []));
  for (const name of names) {
    const field = tagField(name);
    if (name === "") add("tag name must be non-empty");
    if (!NAME.test(name)) {
      add("tag name must consist of alphanumeric characters, dots, dashes, slashes and underscores", field);
    }
    if (service === "alone" && name !== SERVICE_TAG) add(`tag "${name}" is not allowed`, field);
    if (banned.includes(name)) add(`tag name must not be "${name}"`, field);
    const value = tags[name] ?? "";
    if (value === "") add("tag value must be non-empty", field);
    if (!VALUE.test(value)) {
      add('tag value must consist of alphanumeric characters, dots, dashes, slashes and underscores or be "*"', field);
    }
  }
  if (service !== undefined && tags[SERVICE_TAG] === undefined) add(`mandatory tag "${SERVICE_TAG}" is missing`);
  return found;
}

/** Whether tags have all that a selector asks for. */
export function selects(match: Tags, tags: Tags): boolean {
  for (const name in match) {
    const value = tags[name];
    if (value === undefined || (match[name] !== ANY && match[name] !== value)) return false;
  }
  return true;
}

/** How much a selector asks for: of two that hold, the one with more tags counts, then the one with more exact values. */
export interface SelectorRank {
  readonly tags: number;
  readonly exact: number;
}

/** The rank of a selector, or of several that hold together. */
export function rankOf(...matches: readonly Tags[]): SelectorRank {
  const values = matches.flatMap((match) => Object.values(match));
  return { tags: values.length, exact: values.filter((value) => value !== ANY).length };
}

/** Negative where `a` is the less specific. */
export function compareRanks(a: SelectorRank, b: SelectorRank): number {
  return a.tags - b.tags || a.exact - b.exact;
}
