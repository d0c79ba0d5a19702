// The difference of two JSON values for people who read it: RFC 6902 steps that tell the old value beside the new one.
import { isJsonObject, type Json, pointerStep } from "./json.ts";
import { sameEnds } from "./json-patch.ts";
import { sameJson } from "./same.ts";
import { longestCommon } from "./subsequence.ts";

/** A step of a JSON patch. What goes or is replaced is tested just before, so that a patch fails where it does not belong. */
export type DiffStep =
  | { readonly op: "test" | "add" | "replace"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string };

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
  const { head, tail } = sameEnds(before, after);
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
  for (const [oldAt, newAt] of longestCommon(old.map(keyOf), now.map(keyOf))) {
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

function removal(path: string, value: Json): readonly DiffStep[] {
  return [
    { op: "test", path, value },
    { op: "remove", path },
  ];
}
