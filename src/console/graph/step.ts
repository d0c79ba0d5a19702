// Where an arrow key leads from a service: to the nearest that it has to do with in that direction, else the nearest there is. Pure.
import type { Spot } from "./plan.ts";

export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const;
export type Arrow = keyof typeof ARROWS;

/** How much worse it is to lead aside than ahead. */
const ASIDE = 2.5;

/** `tied`: those that call it or are called by it. Null where nothing is in that direction. */
export function stepFrom(
  from: string,
  arrow: Arrow,
  places: ReadonlyMap<string, Spot>,
  tied: ReadonlySet<string>,
): string | null {
  const here = places.get(from);
  if (here === undefined) return null;
  const [right, down] = ARROWS[arrow];
  let best: { readonly name: string; readonly rank: number } | null = null;
  for (const [name, { x, y }] of places) {
    if (name === from) continue;
    const ahead = (x - here.x) * right + (y - here.y) * down;
    const aside = Math.abs((x - here.x) * down) + Math.abs((y - here.y) * right);
    if (ahead <= 1) continue;
    // Left and right follow calls; up and down go through a column, whoever stands there.
    const isTied = right !== 0 && tied.has(name);
    const rank = ahead + aside * ASIDE + (right !== 0 && !isTied ? 100_000 : 0);
    if (best === null || rank < best.rank) best = { name, rank };
  }
  return best?.name ?? null;
}
