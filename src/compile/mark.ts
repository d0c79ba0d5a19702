// Marks: what stands in a group already. Groups are made one by one, each with a number, so that none needs sets of its own.

import type { Blob } from "./blob.ts";

/** A socket, a cluster or routes, by name. */
export interface NamedMark {
  /** The last group that serves it. */
  takenBy: number;
  /** The last group in whose text it stands. */
  writtenBy: number;
  /** What it is in the group that took it: a template and what fills it. */
  lead: { readonly template: Blob; readonly bindings: string } | null;
}

export interface Marks {
  of(name: string): NamedMark;
  /** How many are remembered. */
  size(): number;
  forget(): void;
}

export function createMarks(): Marks {
  const marks = new Map<string, NamedMark>();
  return {
    of(name) {
      let mark = marks.get(name);
      if (mark === undefined) {
        mark = { takenBy: 0, writtenBy: 0, lead: null };
        marks.set(name, mark);
      }
      return mark;
    },
    size: () => marks.size,
    forget: () => marks.clear(),
  };
}
