// Numbered events of this relay, on disk until the control plane's envelope covers them.
import type { RelayEvent } from "#api/zone.ts";
import type { Clock } from "#model/clock.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import type { Vault } from "#relay/state/vault.ts";

/** An event without its number, which the log gives. */
export type NewEvent = RelayEvent extends infer Event
  ? Event extends RelayEvent
    ? Omit<Event, "number">
    : never
  : never;

export interface EventLog {
  /** Numbers, keeps and returns the event. */
  add(event: NewEvent): RelayEvent;
  /** Events above `number`, in order. */
  after(number: number): readonly RelayEvent[];
  /** Milliseconds since it was added, over restarts; 0 of one that is not there. */
  ageOf(number: number): number;
  /**
   * Forgets what is covered, and advances. Files stay while the one of the two snapshots on disk that is older does not cover
   * them: where the newest is damaged, the next start begins there.
   */
  cover(covered: number, isSaved: boolean): void;
  /** Numbers given from now on are above `number`. */
  advance(number: number): void;
  /** Resolves when all that was added before is on disk, or failed to be. */
  settled(): Promise<void>;
  readonly last: number;
}

/** Reads what an earlier run left. Events hold tokens, so they lie sealed. */
export async function openEventLog(vault: Vault, log: Log, clock: Clock = Date.now): Promise<EventLog> {
  const times = new Map<number, number>();
  const events = new Map<number, RelayEvent>();
  /** Numbers of the files, in order. */
  const files = new Set<number>();
  /** What the newest snapshot on disk covers. */
  let saved = 0;
  let last = 0;
  for (const name of await vault.names()) {
    const number = Number(name);
    last = Math.max(last, number);
    files.add(number);
    const kept = (await vault.read(name)) as (RelayEvent & { readonly heardAt?: number }) | null;
    if (kept === null) continue;
    const { heardAt = clock(), ...event } = kept;
    events.set(number, event as RelayEvent);
    times.set(number, heardAt);
  }
  // One write at a time: a number must not be forgotten while its event is still being written.
  let writing: Promise<void> = Promise.resolve();
  const enqueue = (work: () => Promise<void>): void => {
    writing = writing.then(work).catch((error: unknown) => {
      log("error", "an event could not be kept on disk; a restart before it is reported loses it", {
        reason: reasonOf(error),
      });
    });
  };
  return {
    get last() {
      return last;
    },
    add(event) {
      const numbered = { ...event, number: ++last } as RelayEvent;
      const heardAt = clock();
      events.set(numbered.number, numbered);
      times.set(numbered.number, heardAt);
      files.add(numbered.number);
      enqueue(() => vault.write(nameOf(numbered.number), { ...numbered, heardAt }));
      return numbered;
    },
    after: (number) => [...events.values()].filter((event) => event.number > number),
    ageOf: (number) => Math.max(0, clock() - (times.get(number) ?? clock())),
    cover(covered, isSaved) {
      last = Math.max(last, covered);
      for (const number of events.keys()) {
        if (number > covered) break;
        events.delete(number);
        times.delete(number);
      }
      if (!isSaved) return;
      for (const number of files) {
        // The highest stays as a mark until a later one takes its place, so that no number is ever given twice.
        if (number > saved || number === last) break;
        files.delete(number);
        enqueue(() => vault.remove(nameOf(number)));
      }
      saved = covered;
    },
    advance(number) {
      last = Math.max(last, number);
    },
    settled: () => writing,
  };
}

function nameOf(number: number): string {
  return String(number).padStart(16, "0");
}
