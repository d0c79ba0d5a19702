// An alarm: wakes the writer when time alone changes something. A timer in process, or the edge's own.
import type { ControlDeps } from "./deps.ts";

export interface Alarm {
  /** Sets it to this time in milliseconds since 1970, or ends it. Never throws. */
  set(at: number | null): Promise<void>;
  /** When it rings, where it is a timer in process; null = it does not. */
  due(): number | null;
  close(): void;
}

/** Timers hold 31 bits: a later alarm looks again by then. */
const LONGEST = 2 ** 31 - 1;

/** The alarm of one tenant; `ring` is called at the time, and is to set it again. */
export function openAlarm({ clock, log, wake }: ControlDeps, tenant: string, ring: () => void): Alarm {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let known: number | null = null;
  let closed = false;
  return {
    async set(at) {
      if (closed) return;
      if (wake !== undefined) {
        if (at === null) return;
        await wake(tenant, at).catch((error: unknown) => log("warn", "the alarm was not set", { tenant, error }));
        return;
      }
      if (at === known) return;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      known = at;
      if (at === null) return;
      timer = setTimeout(
        () => {
          known = null;
          ring();
        },
        Math.min(Math.max(at - clock(), 0), LONGEST),
      );
      // Nothing that time alone changes is worth a process that would end.
      (timer as { unref?: () => void }).unref?.();
    },
    due: () => known,
    close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** The first of those that there are; null = there is none. */
export function earliest(times: readonly (number | null)[]): number | null {
  return times.reduce((first, time) => (first === null || (time !== null && time < first) ? time : first), null);
}
