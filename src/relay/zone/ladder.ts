// The ladder: by which way a relay hears what is new. The bell, else held polls, else plain ones; down at once, up again with patience. Pure.
import type { Way } from "#api/zone.ts";

export interface Ladder {
  /** The one way of the moment. */
  readonly way: Way;
  readonly bell: "shut" | "knocking" | "open";
  /** Knocks in a row that led to no bell, or to one that did not stand. */
  readonly misses: number;
  /** Holds in a row that were not held to their end. */
  readonly cuts: number;
  /** Falls to plain polls since a hold was last held to its end. */
  readonly falls: number;
}

export type LadderEvent =
  | { readonly kind: "start" }
  /** A timer is over. */
  | { readonly kind: "knock" | "stood" | "climb" }
  /** The bell's first ring: it is the one that was knocked for. */
  | { readonly kind: "opened" }
  /** The knock came to nothing, or the connection has ended. */
  | { readonly kind: "shut" }
  /** A hold was held to its end. */
  | { readonly kind: "held" }
  /** A hold broke off, or was answered at once with nothing. */
  | { readonly kind: "cut" }
  /** The control plane was out of reach, and is reached again. */
  | { readonly kind: "recovered" };

export type Timer = "knock" | "stood" | "climb";

export type LadderAction =
  | { readonly kind: "knock" }
  /** After so many milliseconds, instead of when it stood. */
  | { readonly kind: "wait"; readonly timer: Timer; readonly for: number }
  | { readonly kind: "forget"; readonly timer: Timer }
  /** The way is another: what goes by the old one ends, and it is asked anew. */
  | { readonly kind: "turn" };

export interface Step {
  readonly ladder: Ladder;
  readonly actions: readonly LadderAction[];
}

/** Knocks come apart so far, doubling from the first; milliseconds. */
export const KNOCKS = { first: 5000, most: 300_000 } as const;
/** Held polls are tried again after so long, doubling from the first; milliseconds. */
export const CLIMBS = { first: 60_000, most: 600_000 } as const;
/** A bell that stood for so long was a good one; milliseconds. */
export const STOOD = 30_000;
/** So many holds that are cut in a row are no accident. */
const MOST_CUTS = 2;

/** Before the first event. */
export const AT_FIRST: Ladder = { way: "plain", bell: "shut", misses: 0, cuts: 0, falls: 0 };

/** `chance` gives 0..1: relays that lost the bell together do not knock together. */
export function step(ladder: Ladder, event: LadderEvent, chance: () => number): Step {
  return STEPS[event.kind](ladder, chance);
}

const STEPS: { readonly [K in LadderEvent["kind"]]: (ladder: Ladder, chance: () => number) => Step } = {
  start: (ladder) => knock(ladder),
  knock: (ladder) => (ladder.bell === "shut" ? knock(ladder) : same(ladder)),
  opened: (ladder) =>
    ladder.bell !== "knocking"
      ? same(ladder)
      : {
          // Where they were cut they are tried once more after the bell: its end may be the end of what cut them.
          ladder: { ...ladder, way: "bell", bell: "open", cuts: Math.min(ladder.cuts, MOST_CUTS - 1) },
          actions: [{ kind: "forget", timer: "climb" }, { kind: "wait", timer: "stood", for: STOOD }, { kind: "turn" }],
        },
  stood: (ladder) => (ladder.bell === "open" ? { ladder: { ...ladder, misses: 0 }, actions: [] } : same(ladder)),
  shut(ladder, chance) {
    if (ladder.bell === "shut") return same(ladder);
    const misses = ladder.misses + 1;
    const way = ladder.cuts < MOST_CUTS ? "held" : "plain";
    return {
      ladder: { ...ladder, way, bell: "shut", misses },
      actions: [
        { kind: "forget", timer: "stood" },
        { kind: "wait", timer: "knock", for: pauseOf(KNOCKS, misses, chance) },
        ...(way === ladder.way ? [] : [{ kind: "turn" } as const]),
      ],
    };
  },
  held: (ladder) => (ladder.way === "held" ? { ladder: { ...ladder, cuts: 0, falls: 0 }, actions: [] } : same(ladder)),
  cut(ladder, chance) {
    if (ladder.way !== "held") return same(ladder);
    const cuts = ladder.cuts + 1;
    if (cuts < MOST_CUTS) return { ladder: { ...ladder, cuts }, actions: [] };
    const falls = ladder.falls + 1;
    return {
      ladder: { ...ladder, way: "plain", cuts, falls },
      actions: [{ kind: "wait", timer: "climb", for: pauseOf(CLIMBS, falls, chance) }, { kind: "turn" }],
    };
  },
  // One more cut, and it falls again.
  climb: (ladder) =>
    ladder.way === "plain" && ladder.cuts >= MOST_CUTS
      ? { ladder: { ...ladder, way: "held", cuts: MOST_CUTS - 1 }, actions: [{ kind: "turn" }] }
      : same(ladder),
  recovered(ladder, chance) {
    if (ladder.bell === "open") return same(ladder);
    const isFallen = ladder.way === "plain" && ladder.cuts >= MOST_CUTS;
    return {
      ladder: { ...ladder, way: isFallen ? "held" : ladder.way, misses: 0, cuts: 0, falls: 0 },
      actions: [
        ...(isFallen ? [{ kind: "forget", timer: "climb" } as const, { kind: "turn" } as const] : []),
        ...(ladder.bell === "shut" ? [{ kind: "wait", timer: "knock", for: pauseOf(KNOCKS, 1, chance) } as const] : []),
      ],
    };
  },
};

function knock(ladder: Ladder): Step {
  return { ladder: { ...ladder, bell: "knocking" }, actions: [{ kind: "knock" }] };
}

function same(ladder: Ladder): Step {
  return { ladder, actions: [] };
}

/** The pause after so many failures: all of a step but for a tenth is chance, so that many relays spread over it. */
function pauseOf({ first, most }: typeof KNOCKS | typeof CLIMBS, count: number, chance: () => number): number {
  return Math.min(first * 2 ** Math.min(count - 1, 20), most) * (0.1 + 0.9 * chance());
}
