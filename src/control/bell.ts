// The bell inside one process: who waits for a zone's next snapshot is woken when it is published.
import type { Bell } from "./deps.ts";

/** Hears also what rang before it was opened: who waits has read its row a moment earlier, and a ring in between is not lost. */
export interface Listener {
  /** Ends when it has rung for a later sequence than `since` and that was not yet told, and after `milliseconds` at the latest. */
  wait(since: number, milliseconds: number): Promise<void>;
  /** Nobody will ring any more: what is held is to be answered now. */
  readonly ended: boolean;
  close(): void;
}

export type Listen = (tenant: string, zone: string) => Listener;

/** Both ends of a bell in process. */
export function openBell(): Pick<Bell, "ring"> & { readonly listen: Listen; end(): void } {
  const listeners = new Map<string, Set<() => void>>();
  /** What rang last: one number a zone. */
  const last = new Map<string, number>();
  let ended = false;
  return {
    /** Wakes all listeners, now and whenever one waits. */
    end() {
      ended = true;
      for (const others of listeners.values()) for (const wake of others) wake();
    },
    ring(tenant, zone, { sequence }) {
      const name = nameOf(tenant, zone);
      last.set(name, sequence);
      for (const wake of listeners.get(name) ?? []) wake();
    },
    listen(tenant, zone) {
      const name = nameOf(tenant, zone);
      const others = listeners.get(name) ?? new Set();
      listeners.set(name, others);
      let told = -1;
      let finish: (() => void) | null = null;
      const wake = (): void => finish?.();
      others.add(wake);
      return {
        async wait(since, milliseconds) {
          const rung = (): number => last.get(name) ?? -1;
          if (rung() <= Math.max(told, since) && !ended) await sleepUntil(milliseconds, (end) => (finish = end));
          finish = null;
          // A row that lags behind the bell is not asked for again and again.
          told = rung();
        },
        get ended() {
          return ended;
        },
        close() {
          others.delete(wake);
          if (others.size === 0) listeners.delete(name);
        },
      };
    },
  };
}

// Tenant ids hold no slash.
function nameOf(tenant: string, zone: string): string {
  return `${tenant}/${zone}`;
}

function sleepUntil(milliseconds: number, handEnd: (end: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    handEnd(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
