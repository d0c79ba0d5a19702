// A relay that is lost: which of its dataplanes are gone, once their grace is over, and which only cannot be seen from here.
import type { OtherLife } from "./lives.ts";

export interface LostVerdict {
  /** Lives to be reported as gone. */
  readonly gone: readonly OtherLife[];
  /** Lives without a stream, as far as anybody knows. */
  readonly missing: number;
  /** More than half have not come back anywhere: the relay may well serve them still, and endpoints stay. */
  readonly mass: boolean;
}

/**
 * Judges the lives of a relay that has not been heard of for a grace. That most of its dataplanes have come to other relays
 * tells that it has died and not that the way to it is broken; what has not come by then died with it. What a user
 * registered stays.
 */
export function judgeLost(lives: readonly OtherLife[], isElsewhere: (life: OtherLife) => boolean): LostVerdict {
  const owned = lives.filter(({ owner }) => owner === "stream");
  const missing = owned.filter((life) => !isElsewhere(life));
  const mass = missing.length > owned.length / 2;
  return { gone: mass ? [] : missing, missing: missing.length, mass };
}
