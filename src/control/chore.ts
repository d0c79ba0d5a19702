// A chore of a writer: work that time makes due beside what is derived. One run at a time; what fails is tried again.
import type { ControlDeps } from "./deps.ts";

export interface Chore {
  /** When it is to run next, milliseconds since 1970; null = nothing is due. */
  due(): number | null;
  /** Runs no later than that. */
  ask(at: number): void;
  /** Runs if it is due. */
  look(): void;
  /** A run is under way. */
  isRunning(): boolean;
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** After a failure; milliseconds. */
const PAUSE = 60_000;
/** Timers hold 31 bits: what is due later is looked at again by then. */
const LONGEST = 2 ** 31 - 1;
/** An object that waits for a timer does not sleep: what is due later is left to its alarm. Milliseconds. */
const AWAKE = 5000;

/** `run` tells when it wants to run next. It is due at once when it is opened, and first runs when it is looked at; `changed` is called when it is due at another time. */
export function openChore(
  { clock, log, wake }: Pick<ControlDeps, "clock" | "log" | "wake">,
  tenant: string,
  name: string,
  run: () => Promise<number | null>,
  changed: () => void,
): Chore {
  let due: number | null = 0;
  let running: Promise<void> | null = null;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const wait = (at: number): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (wake !== undefined && at - clock() > AWAKE) return;
    // A timer may fire a little early by the clock, and long ones are cut: then the rest is waited for.
    const ring = (): void => (due !== null && due > clock() ? wait(due) : look());
    timer = closed ? null : setTimeout(ring, Math.min(Math.max(at - clock(), 1), LONGEST));
    // Nothing that time alone changes is worth a process that would end.
    (timer as { unref?: () => void } | null)?.unref?.();
  };
  const ask = (at: number | null): void => {
    if (at === null || closed || (due !== null && due <= at)) return;
    due = at;
    wait(at);
    changed();
  };
  const work = async (): Promise<void> => {
    while (due !== null && due <= clock() && !closed) {
      due = null;
      try {
        ask(await run());
      } catch (error) {
        log("warn", "a chore failed", { tenant, name, error });
        ask(clock() + PAUSE);
      }
    }
  };
  const look = (): void => {
    if (running !== null || closed || due === null || due > clock()) return;
    running = work().finally(() => {
      running = null;
      // It may have been asked for between the loop's last look and this line.
      look();
    });
  };
  const settle = async (): Promise<void> => {
    while (running !== null) await running;
  };
  return {
    due: () => due,
    ask(at) {
      ask(at);
      look();
    },
    look,
    isRunning: () => running !== null,
    settle,
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await settle();
    },
  };
}
