// The difference of two JSON values as JSON Patch (RFC 6902), in the form in which Kuma's `_config` tells it.
import { isJsonObject, type Json, pointerStep } from "./json.ts";
import { sameJson } from "./same.ts";

export interface PatchStep {
  readonly op: "test" | "add" | "remove";
  /** RFC 6901. */
  readonly path: string;
  readonly value: Json;
}

/** Steps that make `after` of `before`, in order. What goes is tested first, so that a patch fails where it does not belong. */
export function jsonPatch(before: Json, after: Json, path = ""): readonly PatchStep[] {
  if (sameJson(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return listPatch(before, after, path);
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => {
      const at = `${path}/${pointerStep(key)}`;
      const [old, now] = [memberOf(before, key), memberOf(after, key)];
      if (old === undefined) return now === undefined ? [] : [{ op: "add", path: at, value: now }];
      return now === undefined ? removal(at, old) : jsonPatch(old, now, at);
    });
  }
  return [...removal(path, before), { op: "add", path, value: after }];
}

/** What both have at the ends stays; between them, items are compared in their places, and the rest goes or comes. */
function listPatch(before: readonly Json[], after: readonly Json[], path: string): readonly PatchStep[] {
  const { head, tail } = sameEnds(before, after);
  const steps: PatchStep[] = [];
  const [oldEnd, newEnd] = [before.length - tail, after.length - tail];
  const both = Math.min(oldEnd, newEnd);
  for (let at = head; at < both; at++) steps.push(...jsonPatch(before[at]!, after[at]!, `${path}/${at}`));
  for (let at = oldEnd - 1; at >= both; at--) steps.push(...removal(`${path}/${at}`, before[at]!));
  for (let at = both; at < newEnd; at++) steps.push({ op: "add", path: `${path}/${at}`, value: after[at]! });
  return steps;
}

/** How many items two lists have alike at the head, and how many of the others at the tail. */
export function sameEnds(
  before: readonly Json[],
  after: readonly Json[],
): { readonly head: number; readonly tail: number } {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && sameJson(before[head], after[head])) head++;
  let tail = 0;
  while (tail < shorter - head && sameJson(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  return { head, tail };
}

/** The object's own: any object answers to `constructor`. */
function memberOf(value: { readonly [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function removal(path: string, value: Json): readonly PatchStep[] {
  return [
    { op: "test", path, value },
    { op: "remove", path, value },
  ];
}
