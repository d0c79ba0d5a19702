// When it is a call's turn to remove what has ended from the directory: no chore runs there.
import type { Chance } from "#model/clock.ts";

const EVERY = 16;

/** True for one of so many calls. */
export function isPruneTurn(chance: Chance): boolean {
  return (chance(1)[0] ?? 0) % EVERY === 0;
}
