// The difference of two JSON values for people who read it: RFC 6902 steps that tell the old value beside the new one.
import { isJsonObject, type Json, pointerStep } from "./json.ts";
import { sameJson } from "./same.ts";

/** A step of a JSON patch. What goes or is replaced is tested just before, so that a patch fails where it does not belong. */
export type DiffStep =
  | { readonly op: "test" | "add" | "replace"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string };

/** Beyond so many pairs of items, lists are compared place by place: an alignment would cost more than it tells. */
const MOST_PAIRS = 40_000;

/**
 * Steps (RFC 6902) that make `after` of `before`, in order; none where they are the same. Items of lists are matched by
 * their `name`, or by being equal, so that one filter more is one step.
 */
export function jsonDiff(before: Json, after: Json, path = ""): readonly DiffStep[] {
  if (sameJson(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return listDiff(before, after, path);
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => {
      const at = `${path}/${pointerStep(key)}`;
      if (!Object.hasOwn(before, key)) return [{ op: "add", path: at, value: after[key] as Json }];
      const old = before[key] as Json;
      return Object.hasOwn(after, key) ? jsonDiff(old, after[key] as Json, at) : removal(at, old);
    });
  }
  return [
    { op: "test", path, value: before },
    { op: "replace", path, value: after },
  ];
}

function listDiff(before: readonly Json[], after: readonly Json[], path: string): readonly DiffStep[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && sameJson(before[head], after[head])) head++;
  let tail = 0;
  while (tail < shorter - head && sameJson(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  const steps: DiffStep[] = [];
  let at = head;
  /** Items without a match: in their places as long as both sides have any, then the rest goes or comes. */
  const unmatched = (gone: readonly Json[], come: readonly Json[]): void => {
    const both = Math.min(gone.length, come.length);
    for (let index = 0; index < both; index++, at++)
      steps.push(...jsonDiff(gone[index] as Json, come[index] as Json, `${path}/${at}`));
    for (const value of gone.slice(both)) steps.push(...removal(`${path}/${at}`, value));
    for (const value of come.slice(both)) steps.push({ op: "add", path: `${path}/${at++}`, value });
  };
  let [oldDone, newDone] = [0, 0];
  for (const [oldAt, newAt] of matches(old.map(keyOf), now.map(keyOf))) {
    unmatched(old.slice(oldDone, oldAt), now.slice(newDone, newAt));
    steps.push(...jsonDiff(old[oldAt] as Json, now[newAt] as Json, `${path}/${at++}`));
    [oldDone, newDone] = [oldAt + 1, newAt + 1];
  }
  unmatched(old.slice(oldDone), now.slice(newDone));
  return steps;
}

/** What an item is known by: Envoy's lists of filters, virtual hosts and the like have names. */
function keyOf(item: Json): string {
  return isJsonObject(item) && typeof item.name === "string" ? `name ${item.name}` : JSON.stringify(item);
}

/** Places of the longest common subsequence. */
function matches(old: readonly string[], now: readonly string[]): readonly (readonly [number, number])[] {
  if (old.length * now.length > MOST_PAIRS) return [];
  const width = now.length + 1;
  const longest = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] as number;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      longest[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: [number, number][] = [];
  for (let i = 0, j = 0; i < old.length && j < now.length; ) {
    if (old[i] === now[j]) found.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return found;
}

function removal(path: string, value: Json): readonly DiffStep[] {
  return [
    { op: "test", path, value },
    { op: "remove", path },
  ];
}
