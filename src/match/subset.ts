// Subset rules: which conf holds for which client tags, from items that select clients by tags (reference 2.4).
import type { Tags } from "#model/tag.ts";
import type { TagMatcher } from "./matched.ts";

/** Tags that are all required; `{}` is every client. */
export type Subset = Tags;

/** A combination of tags and the positions of the items that hold for it, ascending. */
export interface SubsetCase {
  readonly matchers: readonly TagMatcher[];
  readonly items: readonly number[];
}

/** More combinations than this are refused: each becomes a principal of every inbound. */
export const MOST_CASES = 20_000;

/** Whether a client with these tags is in what the matchers describe. */
export function matchesTags(matchers: readonly TagMatcher[], tags: Tags): boolean {
  return matchers.every(({ key, value, not }) => (tags[key] === value) !== not);
}

/**
 * Kuma's cases, in its order: what its `_rules` shows. For reading only. They overlap (`a != 1` and `a != 2` may both be
 * there), and of a client that one clique's case does not know entirely the first match may miss items. Null where
 * there are too many.
 */
export function cliqueCases(subsets: readonly Subset[]): readonly SubsetCase[] | null {
  const cliques = maximalCliques(subsets);
  return cliques === null ? null : casesOf(subsets, cliques, () => subsets.map((_, index) => index));
}

/**
 * Cases of which each client matches at most one, with exactly the items that its tags ask for. Envoy's permissions are a
 * union: with overlapping cases a client that one case denies would be let in by another. Null where there are too many.
 */
export function disjointCases(subsets: readonly Subset[]): readonly SubsetCase[] | null {
  // All items that hold for a client agree with each other, so they are in one component, and no other's case may name them.
  return casesOf(subsets, components(subsets), (component) => component);
}

function contradicts(a: Subset, b: Subset): boolean {
  for (const key in a) if (b[key] !== undefined && b[key] !== a[key]) return true;
  return false;
}

function textOf(subset: Subset): string {
  return JSON.stringify(Object.entries(subset).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Positions of items by equal subset: equal subsets have equal neighbours, so they always go together. */
function distinct(subsets: readonly Subset[]): number[][] {
  const groups = new Map<string, number[]>();
  subsets.forEach((subset, index) => {
    const group = groups.get(textOf(subset));
    if (group === undefined) groups.set(textOf(subset), [index]);
    else group.push(index);
  });
  return [...groups.values()];
}

/** Maximal cliques of items that do not contradict (Bron and Kerbosch, with a pivot), ordered by their joined ids, descending. */
function maximalCliques(subsets: readonly Subset[]): readonly number[][] | null {
  const groups = distinct(subsets);
  const first = (group: number): Subset => subsets[groups[group]?.[0] ?? 0] ?? {};
  const neighbours = groups.map((_, a) => {
    const found = new Set<number>();
    for (let b = 0; b < groups.length; b++) if (a !== b && !contradicts(first(a), first(b))) found.add(b);
    return found;
  });
  const cliques: number[][] = [];
  const grow = (chosen: readonly number[], open: Set<number>, done: Set<number>): boolean => {
    if (cliques.length > MOST_CASES) return false;
    if (open.size === 0) {
      if (done.size === 0) cliques.push(chosen.flatMap((group) => groups[group] ?? []).sort((a, b) => a - b));
      return true;
    }
    const pivot = neighbours[(open.values().next().value ?? done.values().next().value) as number] as Set<number>;
    for (const group of [...open].filter((one) => !pivot.has(one))) {
      const near = neighbours[group] as Set<number>;
      const kept = (set: Set<number>): Set<number> => new Set([...set].filter((one) => near.has(one)));
      if (!grow([...chosen, group], kept(open), kept(done))) return false;
      open.delete(group);
      done.add(group);
    }
    return true;
  };
  const finished = grow([], new Set(groups.keys()), new Set());
  return finished ? ordered(cliques) : null;
}

/** Groups of items linked, directly or not, by not contradicting. */
function components(subsets: readonly Subset[]): readonly number[][] {
  const open = new Set(subsets.keys());
  const found: number[][] = [];
  while (open.size > 0) {
    const queue = [open.values().next().value as number];
    const component: number[] = [];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (!open.delete(next)) continue;
      component.push(next);
      for (const other of open) if (!contradicts(subsets[next] ?? {}, subsets[other] ?? {})) queue.push(other);
    }
    found.push(component.sort((a, b) => a - b));
  }
  return ordered(found);
}

function ordered(groups: number[][]): number[][] {
  const id = (group: readonly number[]): string => group.join(":");
  return groups.sort((a, b) => (id(a) < id(b) ? 1 : id(a) > id(b) ? -1 : 0));
}

/** `candidates` are the items that a group's cases may name. */
function casesOf(
  subsets: readonly Subset[],
  groups: readonly number[][],
  candidates: (group: readonly number[]) => readonly number[],
): readonly SubsetCase[] | null {
  const cases: SubsetCase[] = [];
  for (const group of groups) {
    const named = candidates(group);
    const values = new Map<string, Set<string>>();
    for (const index of group) {
      for (const [key, value] of Object.entries(subsets[index] ?? {})) {
        values.set(key, (values.get(key) ?? new Set()).add(value));
      }
    }
    const keys = [...values.keys()].sort();
    const digits = keys.map((key) => [...(values.get(key) ?? [])].sort());
    const total = digits.reduce((product, list) => product * (list.length + 1), 1);
    if (cases.length + total > MOST_CASES) return null;
    for (let count = 1; count <= total; count++) {
      // The counter starts at (1,0,0,…), its first key the fastest digit, and ends with (0,…,0).
      const matchers = combination(keys, digits, count % total);
      const items = named.filter((index) => contains(subsets[index] ?? {}, matchers));
      if (items.length > 0) cases.push({ matchers, items });
    }
  }
  const positives = ({ matchers }: SubsetCase): number => matchers.filter(({ not }) => !not).length;
  return cases.sort((a, b) => positives(b) - positives(a));
}

function combination(keys: readonly string[], digits: readonly string[][], count: number): TagMatcher[] {
  let rest = count;
  return keys.flatMap((key, position): TagMatcher[] => {
    const values = digits[position] ?? [];
    const digit = rest % (values.length + 1);
    rest = Math.floor(rest / (values.length + 1));
    if (digit < values.length) return [{ key, value: values[values.length - 1 - digit] ?? "", not: false }];
    return values.map((value) => ({ key, value, not: true }));
  });
}

/** Whether every client that the matchers describe is in the subset. */
function contains(subset: Subset, matchers: readonly TagMatcher[]): boolean {
  return Object.entries(subset).every(([key, value]) =>
    matchers.some((matcher) => matcher.key === key && matcher.value === value && !matcher.not),
  );
}
