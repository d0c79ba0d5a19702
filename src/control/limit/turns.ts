// Turns: calls of many organisations on one process. Each has a few under way, and who waits is let in organisation by organisation.
import { LIMITS } from "#model/limit/limit.ts";
import { overWaiting } from "#model/limit/over.ts";

export interface Turns {
  /** Waits for a turn, runs, and gives the turn on. Fault `too-many` where as many of the key wait already as may. */
  run<T>(key: string, work: () => Promise<T> | T): Promise<T>;
}

export interface TurnsOptions {
  /** Under way at a time, of all. */
  readonly atOnce: number;
  /** Of one key. */
  readonly each: number;
  /**
   * Awaited before each call's work. A database that answers at once makes of a call one chain of microtasks: without a
   * breath all that wait would be carried out before the next connection is looked at.
   */
  readonly breath?: () => Promise<void>;
  /** Waiting of one key. */
  readonly waiting?: number;
}

interface Lane {
  running: number;
  readonly queue: (() => void)[];
}

/**
 * JavaScript and SQLite do one thing at a time, so that more under way make nothing faster: they only let one organisation
 * put its work before that of others. Whoever comes to an empty lane waits for `atOnce` calls at most.
 */
export function openTurns({ atOnce, each, breath, waiting = LIMITS["waiting-calls"].most.free }: TurnsOptions): Turns {
  /** In the order in which they were let in last. */
  const lanes = new Map<string, Lane>();
  let running = 0;

  function letIn(): void {
    for (const [key, lane] of lanes) {
      if (running >= atOnce) return;
      if (lane.running >= each || lane.queue.length === 0) continue;
      // It goes behind all others.
      lanes.delete(key);
      lanes.set(key, lane);
      begin(lane);
      lane.queue.shift()?.();
    }
    // A lane that has more may have its second turn where nobody else waits.
    if (running < atOnce && [...lanes.values()].some((lane) => lane.queue.length > 0 && lane.running < each)) letIn();
  }
  function begin(lane: Lane): void {
    lane.running++;
    running++;
  }
  return {
    async run(key, work) {
      const lane = lanes.get(key) ?? { running: 0, queue: [] };
      if (!lanes.has(key)) lanes.set(key, lane);
      if (running < atOnce && lane.running < each && lane.queue.length === 0) begin(lane);
      else {
        if (lane.queue.length >= waiting) throw overWaiting(waiting);
        await new Promise<void>((enter) => {
          lane.queue.push(enter);
        });
      }
      try {
        if (breath !== undefined) await breath();
        return await work();
      } finally {
        lane.running--;
        running--;
        if (lane.running === 0 && lane.queue.length === 0) lanes.delete(key);
        letIn();
      }
    },
  };
}
