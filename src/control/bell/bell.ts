// The bell inside one process: who waits for a zone's next snapshot is woken when it is published.
import type { Bell } from "#control/deps.ts";
import type { Listen } from "./listen.ts";

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
    listen({ tenant, zone }) {
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
        // Another process may publish, too.
        isSure: false,
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
