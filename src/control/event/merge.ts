// Hints that are alike, told as one. Pure.
import type { Hint, Some } from "#api/event.ts";

/** Names that one hint tells; more are "many". */
export const MOST_NAMES = 20;

/** Hints of the same key are told as one. */
export function keyOfHint({ types: _, meshes: __, ...rest }: Hint): string {
  return JSON.stringify(rest);
}

/** Two of one key. */
export function mergeHints(one: Hint, other: Hint): Hint {
  return {
    ...one,
    ...(one.types !== undefined && other.types !== undefined && { types: union(one.types, other.types) }),
    ...(one.meshes !== undefined && other.meshes !== undefined && { meshes: union(one.meshes, other.meshes) }),
  };
}

/** Names once each, in order. */
export function someOf(names: Iterable<string>): Some {
  const all = [...new Set(names)];
  return all.length > MOST_NAMES ? null : all.sort();
}

function union(one: Some, other: Some): Some {
  return one === null || other === null ? null : someOf([...one, ...other]);
}
