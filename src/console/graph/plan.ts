// What a layout is asked for, and what it answers: plain values, so that a worker can be asked. Pure.
import type { Scene } from "./scene.ts";

/** Sizes of what is drawn, in pixels at full size. The styles go by the same. */
export const SERVICE = { width: 196, height: 58 } as const;
export const GROUP = { width: 268, height: 106 } as const;
/** Room inside a box, around its services and for its title. */
export const BOX = { side: 18, head: 46 } as const;

export interface Plan {
  /** The service in the middle; null = boxes. */
  readonly focus: string | null;
  /** Groups whose services are shown, and their names; in the order in which they are packed. */
  readonly boxes: readonly { readonly group: string; readonly names: readonly string[] }[];
  readonly closed: readonly string[];
  readonly calls: readonly (readonly [from: string, to: string])[];
  readonly bundles: readonly (readonly [from: string, to: string])[];
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface Area extends Spot {
  readonly width: number;
  readonly height: number;
}

export interface Places {
  readonly services: Readonly<Record<string, Spot>>;
  /** Of boxes and of groups as one. */
  readonly groups: Readonly<Record<string, Area>>;
  /** Where a call passes ranks between its two services, by `from\nto`. */
  readonly ways: Readonly<Record<string, readonly Spot[]>>;
}

/** The plan of a scene: the same text for the same structure, whatever the health of its services. */
export function planOf({ services, closed, calls, bundles }: Scene, focus: string | null): Plan {
  const boxes = new Map<string, string[]>();
  for (const { group, name } of services) {
    const names = boxes.get(group) ?? [];
    boxes.set(group, names);
    names.push(name);
  }
  return {
    focus,
    boxes: [...boxes].sort(([a], [b]) => byGroup(a, b)).map(([group, names]) => ({ group, names })),
    closed: closed.map(({ group }) => group).sort(byGroup),
    calls: calls.map(({ from, to }) => [from, to] as const),
    bundles: bundles.map(({ from, to }) => [from, to] as const),
  };
}

const RANKS = ["zone:", "several", "none", "outside"] as const;

/** Zones by name, then what is in several or none, then what is outside. */
export function byGroup(a: string, b: string): number {
  const rank = (group: string): number => RANKS.findIndex((start) => group.startsWith(start));
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}
