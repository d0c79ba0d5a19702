// The bell inside one process: who waits for a zone's next snapshot is woken when it is published.
import type { Bell } from "./deps.ts";

/** Listens from the moment it is opened: a ring between opening and waiting is not lost. */
export interface Listener {
  /** Ends at the next ring (or at once, if it rang since the last wait), and after `milliseconds` at the latest. */
  wait(milliseconds: number): Promise<void>;
  /** Nobody will ring any more: what is held is to be answered now. */
  readonly ended: boolean;
  close(): void;
}

export type Listen = (tenant: string, zone: string) => Listener;

/** Both ends of a bell in process. */
export function openBell(): Bell & { readonly listen: Listen; end(): void } {
  const listeners = new Map<string, Set<() => void>>();
  let ended = false;
  return {
    /** Wakes all listeners, now and whenever one waits. */
    end() {
      ended = true;
      for (const others of listeners.values()) for (const wake of others) wake();
    },
    ring(tenant, zone) {
      for (const wake of listeners.get(nameOf(tenant, zone)) ?? []) wake();
    },
    listen(tenant, zone) {
      const name = nameOf(tenant, zone);
      const others = listeners.get(name) ?? new Set();
      listeners.set(name, others);
      let rung = false;
      let finish: (() => void) | null = null;
      const wake = (): void => {
        rung = true;
        finish?.();
      };
      others.add(wake);
      return {
        async wait(milliseconds) {
          if (!rung && !ended) await sleepUntil(milliseconds, (end) => (finish = end));
          finish = null;
          rung = false;
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
