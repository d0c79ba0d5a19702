// Expressions of RE2 that others wrote, searched for in linear time: what one scrape spends on them is bounded, and so is what stays in memory.
import type { RE2Set } from "re2js";
import { MOST_INSTRUCTIONS, regexpSize } from "#model/regexp.ts";

/** Whether there is something left to spend; asked before each piece of work. */
export type Purse = () => boolean;

/** Whether one of the expressions is found in the text; null when the purse was empty before that was known. */
export type LinearSearch = (text: string, purse: Purse) => boolean | null;

/** Sets of expressions that stay compiled, each of some 25 MB at the very most; an ordinary list is one set of less than one. */
const MOST_SETS = 2;
/** Texts of which is remembered what was found; the names of an Envoy's metrics are some thousand. */
const MOST_TEXTS = 20_000;

/** One that is no expression of RE2 is found nowhere. */
export async function linearSearch(expressions: readonly string[]): Promise<LinearSearch> {
  const groups = grouped(expressions);
  if (groups.length === 0) return () => false;
  const re2 = await import("re2js");
  const sets = new Map<readonly string[], RE2Set>();
  const setOf = (group: readonly string[]): RE2Set => {
    const before = sets.get(group);
    if (before !== undefined) return before;
    const [oldest] = sets.keys();
    if (oldest !== undefined && sets.size === MOST_SETS) sets.delete(oldest);
    const set = new re2.RE2Set();
    for (const one of group) addTo(set, one);
    set.compile();
    sets.set(group, set);
    return set;
  };
  /** Whether a text was found, or in how many groups it was looked for in vain so far. */
  const known = new Map<string, boolean | number>();
  return (text, purse) => {
    let found = known.get(text) ?? 0;
    while (typeof found === "number" && purse()) {
      if (setOf(groups[found]!).match(text).length > 0) found = true;
      else found = found + 1 < groups.length ? found + 1 : false;
    }
    if (known.size < MOST_TEXTS || known.has(text)) known.set(text, found);
    return typeof found === "number" ? null : found;
  };
}

/** In groups whose programs are no larger than the largest that one expression may have: so is a step of a search. */
function grouped(expressions: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let room = 0;
  for (const one of expressions) {
    const size = regexpSize(one);
    // Refused when it was written, but by another release.
    if (size === null) continue;
    if (size > room) {
      groups.push([]);
      room = MOST_INSTRUCTIONS;
    }
    groups.at(-1)!.push(one);
    room -= size;
  }
  return groups;
}

function addTo(set: RE2Set, expression: string): void {
  try {
    set.add(expression);
  } catch {
    // It nests deeper than the library reads, which counts more than the model does.
  }
}
