// For how long a relay asks that an answer be held: as long as proxies between let stand, for each hold is a request.

/** Seconds. A proxy's usual patience with an answer is a minute: nginx and AWS's balancers have it, and end nothing sooner. */
export const LONG = { most: 55, spread: 5 } as const;
/** Below the half minute that impatient ones have. */
export const SHORT = 25;
/** After so many short holds, of which none was cut, a long one is tried again: what cut it may have been a deployment. */
export const TRIES = 100;

export interface Holds {
  /** Whole seconds for the next one; those of many relays do not end together. */
  next(): number;
  tell(outcome: "held" | "cut"): void;
}

/** `random` gives 0..1. */
export function createHolds(random: () => number): Holds {
  let shorts = 0;
  return {
    next: () => (shorts > 0 ? SHORT : LONG.most - Math.floor(LONG.spread * random())),
    tell(outcome) {
      shorts = outcome === "cut" ? TRIES : Math.max(0, shorts - 1);
    },
  };
}
