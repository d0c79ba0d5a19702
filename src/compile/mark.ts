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

/** The marks of a destination's two resources of one name. */
export interface PlaceMarks {
  readonly route: NamedMark;
  readonly cluster: NamedMark;
}

export interface Marks {
  socket(name: string): NamedMark;
  place(cluster: string): PlaceMarks;
  /** How many names are remembered. */
  size(): number;
  forget(): void;
}

export function createMarks(): Marks {
  const sockets = new Map<string, NamedMark>();
  const places = new Map<string, PlaceMarks>();
  return {
    socket(name) {
      let mark = sockets.get(name);
      if (mark === undefined) {
        mark = newMark();
        sockets.set(name, mark);
      }
      return mark;
    },
    place(cluster) {
      let marks = places.get(cluster);
      if (marks === undefined) {
        marks = { route: newMark(), cluster: newMark() };
        places.set(cluster, marks);
      }
      return marks;
    },
    size: () => sockets.size + places.size,
    forget() {
      sockets.clear();
      places.clear();
    },
  };
}

function newMark(): NamedMark {
  return { takenBy: 0, writtenBy: 0, lead: null };
}
