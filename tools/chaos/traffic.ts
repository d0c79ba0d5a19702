// Continuous requests of every client, counted, and each failure with what was broken when it happened.
import { httpGet } from "#test/workload.ts";
import type { Broken, FaultKind } from "./fault.ts";
import type { World } from "./world.ts";

export interface Counts {
  requests: number;
  readonly failures: Record<string, number>;
  /** Failures that nothing broken excuses: time, client, what it saw, and what was broken. */
  readonly unexcused: string[];
}

export interface Traffic {
  readonly counts: Counts;
  /** A fault excuses until this long after it was healed. */
  began(fault: Broken): void;
  ended(fault: Broken): void;
  /** When each client last failed, milliseconds of the run; 0 = never. */
  lastFailure(): number;
  stop(): Promise<void>;
}

/** Between two requests of one client; milliseconds. */
const PAUSE = 20;
/** What is healed is not whole at once: connections are made, what was ejected comes back. */
const AFTER = 8_000;

/** Begins at once. */
export function startTraffic(world: World, now: () => number): Traffic {
  const counts: Counts = { requests: 0, failures: {}, unexcused: [] };
  const faults = new Map<Broken, number>();
  let last = 0;
  let stopped = false;

  const excuses = (zone: string): readonly FaultKind[] => {
    const found: FaultKind[] = [];
    for (const [{ kind, excuses: zones }, until] of faults) if (now() < until && zones.includes(zone)) found.push(kind);
    return found;
  };
  const ask = async (zone: string, url: string): Promise<void> => {
    while (!stopped) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      if (world.isPaused(zone)) continue;
      counts.requests += 1;
      const seen = await outcome(url);
      if (seen === null) continue;
      if (world.isPaused(zone)) {
        // It was under way when its zone was cut.
        counts.requests -= 1;
        continue;
      }
      last = now();
      const why = excuses(zone);
      const cause = why.length === 0 ? "none" : [...new Set(why)].sort().join("+");
      counts.failures[cause] = (counts.failures[cause] ?? 0) + 1;
      if (why.length === 0) {
        const broken = [...faults].filter(([, until]) => now() < until).map(([fault]) => fault.what);
        counts.unexcused.push(`${Math.round(now())} ms: ${zone}: ${seen} (broken: ${broken.join(", ") || "nothing"})`);
      }
    }
  };
  const asking = world.clients.map(({ zone, url }) => ask(zone, url));
  return {
    counts,
    began: (fault) => void faults.set(fault, Number.POSITIVE_INFINITY),
    ended: (fault) => void faults.set(fault, now() + AFTER),
    lastFailure: () => last,
    async stop() {
      stopped = true;
      await Promise.all(asking);
    },
  };
}

/** Null for a good answer. */
async function outcome(url: string): Promise<string | null> {
  try {
    const { status, body } = await httpGet(url, 5_000);
    return status === 200 ? null : `${status} ${body.slice(0, 80)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
