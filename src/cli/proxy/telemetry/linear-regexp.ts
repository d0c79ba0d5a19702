// Expressions that others wrote, run with all their ways at once, as RE2 runs them: what one costs grows with the text, and never beyond a purse.
import { regexpReason } from "#model/regexp.ts";
import { type CharacterTest, OUTSIDE, type RegexpTree, regexpTree } from "./regexp-tree.ts";

/** Steps that may still be taken; several expressions may share one. */
export interface Purse {
  steps: number;
}

/** Whether the expression is found in the text; null when the purse was empty before that was known. */
export type LinearRegexp = (text: string, purse: Purse) => boolean | null;

type State =
  | { readonly test: CharacterTest; readonly next: number }
  | { readonly holds: (before: number, after: number) => boolean; readonly next: number }
  | { readonly ways: readonly number[] };

/** The state in which all was found. */
const FOUND = 0;

/** Null for a text that is no expression of RE2. */
export function linearRegexp(text: string): LinearRegexp | null {
  if (regexpReason(text) !== null) return null;
  const states: State[] = [{ ways: [] }];
  const start = build(regexpTree(text), FOUND, states);
  return (searched, purse) => search(states, start, searched, purse);
}

/** Adds the states of a part that leads to `next`, and returns its first. */
function build(tree: RegexpTree, next: number, states: State[]): number {
  if (tree.is === "character") return states.push({ test: tree.test, next }) - 1;
  if (tree.is === "edge") return states.push({ holds: tree.holds, next }) - 1;
  if (tree.is === "sequence") return tree.parts.reduceRight((after, part) => build(part, after, states), next);
  if (tree.is === "choice") return states.push({ ways: tree.parts.map((part) => build(part, next, states)) }) - 1;
  const { part, least, most } = tree;
  let first = next;
  if (most === Number.POSITIVE_INFINITY) {
    const ways = [next];
    first = states.push({ ways }) - 1;
    ways.push(build(part, first, states));
  } else
    for (let more = least; more < most; more++) first = states.push({ ways: [build(part, first, states), next] }) - 1;
  for (let count = 0; count < least; count++) first = build(part, first, states);
  return first;
}

function search(states: readonly State[], start: number, text: string, purse: Purse): boolean | null {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  /** For each state the place where it was last come to: nowhere twice at one place. */
  const seen = new Int32Array(states.length).fill(OUTSIDE);
  let coming: number[] = [];
  for (let at = 0; at <= codes.length; at++) {
    const [before = OUTSIDE, after = OUTSIDE] = [codes[at - 1], codes[at]];
    const waiting = [...coming, start];
    coming = [];
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      if (state === FOUND) return true;
      if (seen[state] === at) continue;
      seen[state] = at;
      if (purse.steps-- <= 0) return null;
      const one = states[state]!;
      if ("ways" in one) waiting.push(...one.ways);
      else if ("holds" in one) {
        if (one.holds(before, after)) waiting.push(one.next);
      } else if (after !== OUTSIDE && one.test(after)) coming.push(one.next);
    }
  }
  return false;
}
