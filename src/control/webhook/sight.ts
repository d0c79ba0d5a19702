// What a look at the organisation came to: what is to be told, and what has been told of each thing from now on.
import type { Notice } from "#model/webhook/event.ts";

export interface Sight {
  readonly notices: readonly Notice[];
  /** Null forgets. */
  readonly marks: readonly { readonly name: string; readonly value: string | null }[];
  /** When time alone may show something new, milliseconds since 1970; null = never. */
  readonly due: number | null;
}

export type Marks = ReadonlyMap<string, string>;

/** Marks of things that are there no more, to be forgotten. */
export function forgotten(marks: Marks, prefix: string, there: ReadonlySet<string>): Sight["marks"] {
  return [...marks.keys()]
    .filter((name) => name.startsWith(prefix) && !there.has(name))
    .map((name) => ({ name, value: null }));
}
