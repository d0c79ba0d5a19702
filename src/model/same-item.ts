// Which item of a list is which item of a later one, wherever it stands: by what names it, or else by what it says.
import { canonical } from "./canonical.ts";
import { isJsonObject, type Json } from "./json.ts";
import { longestCommon } from "./subsequence.ts";

/**
 * What may name items, the first that names all of both lists and each once: a rule is known by whom it selects, a route's by
 * what it matches, an inbound by its port, a failover by where it leads, anything else by its name.
 */
const NAMING: readonly (readonly string[])[] = [
  ["targetRef"],
  ["matches"],
  ["name"],
  ["key"],
  ["sectionName"],
  ["port"],
  ["address", "port"],
  ["from", "to"],
  ["type"],
];

/** Pairs of places, each place in one pair at most, in the order of `now`. */
export function sameItems(
  old: readonly Json[],
  now: readonly Json[],
): readonly (readonly [old: number, now: number])[] {
  const named = byNames(old, now);
  if (named !== null) return named;
  const texts = [old, now].map((list) => list.map((item) => canonical(item))) as [string[], string[]];
  const found = new Map<number, number>(longestCommon(...texts).map(([one, other]) => [other, one]));
  // What was moved says the same as before.
  const left = (): { readonly old: number[]; readonly now: number[] } => {
    const taken = new Set(found.values());
    return {
      old: [...old.keys()].filter((at) => !taken.has(at)),
      now: [...now.keys()].filter((at) => !found.has(at)),
    };
  };
  const places = left();
  for (const at of places.now) {
    const index = places.old.findIndex((other) => texts[0][other] === texts[1][at]);
    const [one] = index === -1 ? [] : places.old.splice(index, 1);
    if (one !== undefined) found.set(at, one);
  }
  // What was edited stands in its gap, in the same order as before.
  const rest = left();
  for (const at of rest.now) {
    const [low, high] = gapOf(found, at, now.length, old.length);
    const index = rest.old.findIndex((other) => other > low && other < high && isComparable(old[other], now[at]));
    const [one] = index === -1 ? [] : rest.old.splice(index, 1);
    if (one !== undefined) found.set(at, one);
  }
  return [...found].map(([other, one]) => [one, other] as const).sort((a, b) => a[1] - b[1]);
}

function byNames(old: readonly Json[], now: readonly Json[]): readonly (readonly [number, number])[] | null {
  for (const fields of NAMING) {
    const [before, after] = [namesOf(old, fields), namesOf(now, fields)];
    if (before === null || after === null) continue;
    return [...after].flatMap(([name, at]) => {
      const one = before.get(name);
      return one === undefined ? [] : [[one, at] as const];
    });
  }
  return null;
}

/** Places by names; null where some item has none, or two have the same. */
function namesOf(list: readonly Json[], fields: readonly string[]): ReadonlyMap<string, number> | null {
  const found = new Map<string, number>();
  for (const [at, item] of list.entries()) {
    if (!isJsonObject(item)) return null;
    const values = fields.map((field) => (Object.hasOwn(item, field) ? (item[field] ?? null) : null));
    if (values.every((value) => value === null)) return null;
    const name = canonical(values);
    if (found.has(name)) return null;
    found.set(name, at);
  }
  return found;
}

/** The places in the old list between which an item may stand: those of its nearest neighbours that are known. */
function gapOf(found: ReadonlyMap<number, number>, at: number, nowLength: number, oldLength: number): [number, number] {
  let [before, after] = [at - 1, at + 1];
  while (before >= 0 && !found.has(before)) before--;
  while (after < nowLength && !found.has(after)) after++;
  return [found.get(before) ?? -1, found.get(after) ?? oldLength];
}

function isComparable(one: Json | undefined, other: Json | undefined): boolean {
  return (isJsonObject(one) && isJsonObject(other)) || (Array.isArray(one) && Array.isArray(other));
}
