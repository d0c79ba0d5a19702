// The book of a zone's events: own ones and other relays', merged by (relay, number), until an envelope covers them and a while longer.
import type { EventRun, ReplicaEvent } from "#api/replica.ts";

/** How much goes into one message: so many events, or so many characters of JSON, but always one. */
const MOST_EVENTS = 500;
const MOST_CHARACTERS = 512 * 1024;
/** So many that are covered here are kept for relays whose envelope is older. */
const MOST_PAST = 1000;

export interface Book {
  /** An event of this relay. */
  add(event: ReplicaEvent): void;
  /** Events kept on disk by an earlier run: known, and asked for again all the same, as some may be missing. Returns those that are not covered. */
  restore(events: readonly ReplicaEvent[]): readonly ReplicaEvent[];
  /** What the envelope covers is past, and returned. */
  cover(covered: ReadonlyMap<string, number>): readonly ReplicaEvent[];
  /** Forgets all events of relays which are no more, and returns them. */
  dismiss(isGone: (relay: string) => boolean): readonly ReplicaEvent[];
  /** By relay, the number up to which all events are known. */
  have(): Readonly<Record<string, number>>;
  /**
   * What one that has this much lacks, by relay, up to `most`; bounded, so that the rest is asked for by another message. Of a
   * relay of which it has not said how much, what no envelope here covers.
   */
  lackedBy(have: Readonly<Record<string, number>>, most?: Readonly<Record<string, number>>): readonly EventRun[];
  /** Merges in any order, any number of times; returns what was new, in the order of each relay's numbers. */
  take(runs: readonly EventRun[]): readonly ReplicaEvent[];
  /** Events of one relay that are not covered, in order. */
  of(relay: string): readonly ReplicaEvent[];
}

export function createBook(): Book {
  const events = new Map<string, Map<number, ReplicaEvent>>();
  /** By relay: everything up to here is in the book, or covered. */
  const whole = new Map<string, number>();
  const covered = new Map<string, number>();
  let past: readonly ReplicaEvent[] = [];

  const keep = (event: ReplicaEvent): boolean => {
    const { relay, number } = event;
    const known = events.get(relay) ?? new Map<number, ReplicaEvent>();
    if (number <= (covered.get(relay) ?? 0) || known.has(number)) return false;
    events.set(relay, known.set(number, event));
    return true;
  };
  const advance = (relay: string, number: number): void => {
    whole.set(relay, Math.max(number, whole.get(relay) ?? 0));
  };
  const ofRelay = (relay: string): readonly ReplicaEvent[] =>
    [...(events.get(relay)?.values() ?? [])].sort((a, b) => a.number - b.number);

  return {
    add(event) {
      keep(event);
      advance(event.relay, event.number);
    },
    restore: (some) => some.filter(keep),
    cover(next) {
      const forgotten: ReplicaEvent[] = [];
      for (const [relay, number] of next) {
        covered.set(relay, Math.max(number, covered.get(relay) ?? 0));
        advance(relay, number);
        for (const event of ofRelay(relay)) {
          if (event.number > number) break;
          events.get(relay)?.delete(event.number);
          forgotten.push(event);
        }
      }
      past = [...past, ...forgotten].slice(-MOST_PAST);
      return forgotten;
    },
    dismiss(isGone) {
      const gone = [...new Set([...events.keys(), ...whole.keys()])].filter(isGone);
      const forgotten = gone.flatMap(ofRelay);
      for (const relay of gone) {
        events.delete(relay);
        whole.delete(relay);
        covered.delete(relay);
      }
      past = past.filter(({ relay }) => !isGone(relay));
      return forgotten;
    },
    have: () => Object.fromEntries(whole),
    lackedBy(have, most) {
      const runs: EventRun[] = [];
      let left = { events: MOST_EVENTS, characters: MOST_CHARACTERS };
      for (const [relay, known] of whole) {
        const upTo = most === undefined ? known : Math.min(known, most[relay] ?? 0);
        const after = have[relay] ?? covered.get(relay) ?? 0;
        if (after >= upTo) continue;
        const all = [...past.filter((event) => event.relay === relay), ...ofRelay(relay)];
        const lacked = all.filter(({ number }) => number > after && number <= upTo);
        const sent: ReplicaEvent[] = [];
        for (const event of lacked) {
          const characters = JSON.stringify(event).length;
          const isFirst = sent.length === 0 && runs.length === 0;
          if (!isFirst && (left.events < 1 || left.characters < characters)) break;
          left = { events: left.events - 1, characters: left.characters - characters };
          sent.push(event);
        }
        const isWhole = sent.length === lacked.length;
        if (isWhole || sent.length > 0)
          runs.push({ relay, after, upTo: isWhole ? upTo : (sent.at(-1)?.number ?? after), events: sent });
        if (!isWhole) break;
      }
      return runs;
    },
    take(runs) {
      const fresh: ReplicaEvent[] = [];
      for (const { relay, after, upTo, events: some } of runs) {
        const sorted = [...some].sort((a, b) => a.number - b.number);
        fresh.push(...sorted.filter((event) => event.relay === relay && keep(event)));
        // What was sent to one that knew more is no proof that nothing is missing here.
        if ((whole.get(relay) ?? 0) >= after) advance(relay, upTo);
      }
      return fresh;
    },
    of: ofRelay,
  };
}
