// The pace of publishing on one process: how much of its time goes into it while there is more to do, and how long zones rest.

export interface Pace {
  /** A turn to publish: at once while there is time left for it, else behind those who wait already. */
  turn(): Turn;
  /** So many milliseconds went into publishing. */
  spent(milliseconds: number): void;
  /** A zone begins to rest: for how long, milliseconds. */
  rest(): number;
  /** It rests no more. */
  rested(): void;
}

export interface Turn {
  readonly come: Promise<void>;
  /** Somebody waits for what is to be published: it is its turn now. */
  hurry(): void;
}

/**
 * Of each second so much may go into publishing while the process is busy. One compile and one envelope serve for all that was
 * committed before it: what has to wait is made cheaper by waiting, and what users write is answered meanwhile.
 */
const SHARE = 0.3;
/** So much may be saved up, and so much owed; milliseconds of work. */
const SAVED = 500;
const OWED = 300;
/** A process whose timers come in time for so long has nothing better to do; milliseconds. */
const CALM = 20;
const PROBE = 2;
const LATE = 2;

/**
 * A zone whose envelope would say nothing new but how far the organisation has come is told so at most this often, and each zone
 * that rests makes it longer: all of them together are told fifty times a second at the most. Milliseconds.
 */
const QUIET = 1000;
const EACH = 20;

/** The pace of all organisations of a process. `clock`: monotonic milliseconds. */
export function openPace(clock: () => number = () => performance.now()): Pace {
  const waiting = new Set<() => void>();
  let left = SAVED;
  let at = clock();
  let calmSince = 0;
  let probing = false;
  let resting = 0;

  const isTime = (): boolean => {
    const now = clock();
    left = Math.min(SAVED, left + Math.max(0, now - at) * SHARE);
    at = now;
    return left >= 0;
  };
  const probe = (): void => {
    probing = true;
    const asked = clock();
    setTimeout(() => {
      const now = clock();
      if (now - asked > PROBE + LATE) calmSince = now;
      const [first] = waiting;
      if (first !== undefined && (isTime() || now - calmSince >= CALM)) {
        calmSince = now;
        first();
      }
      if (waiting.size > 0) probe();
      else probing = false;
    }, PROBE);
  };
  return {
    turn() {
      if (waiting.size === 0 && isTime()) return { come: Promise.resolve(), hurry: () => undefined };
      let hurry = (): void => undefined;
      const come = new Promise<void>((resolve) => {
        hurry = () => {
          waiting.delete(hurry);
          resolve();
        };
        waiting.add(hurry);
      });
      if (!probing) {
        calmSince = clock();
        probe();
      }
      return { come, hurry };
    },
    spent(milliseconds) {
      isTime();
      left = Math.max(-OWED, left - milliseconds);
    },
    rest() {
      resting++;
      return Math.max(QUIET, resting * EACH);
    },
    rested() {
      resting--;
    },
  };
}
