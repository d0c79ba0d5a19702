// Turns: work of many organisations on one process. Each has a little under way, and who has had more than its part gives way.
import type { Clock } from "#model/clock.ts";
import { LIMITS } from "#model/limit/limit.ts";
import { overWaiting } from "#model/limit/over.ts";
import { openShares } from "./share.ts";

export interface Turns {
  /** Waits for a turn, runs, and gives the turn on. Fault `too-many` where as many of the key wait already as may. */
  run<T>(key: string, work: () => Promise<T> | T): Promise<T>;
  /**
   * A call has come, and whose it is is not known yet: who has had more than its part begins nothing until this is called back.
   * It says that it is one of `claimed`, which nobody has looked at; where that one has had more than its part, it waits here
   * while others are there. Who names another waits for that one, and costs it nothing.
   */
  arrive(claimed: string | null): Promise<() => void>;
  /** Between two pieces of work that nobody waits for: others have their turn. */
  rest(key: string): Promise<void>;
}

export interface TurnsOptions {
  /** Under way at a time, of all. */
  readonly atOnce: number;
  /** Of one key; of one that has had more than its part, one. */
  readonly each: number;
  readonly clock: Clock;
  /** Milliseconds that the process has worked, by which shares are counted; absent = by the clock. */
  readonly worked?: () => number;
  /**
   * Awaited before each call's work. A database that answers at once makes of a call one chain of microtasks: without a
   * breath all that wait would be carried out before the next connection is looked at.
   */
  readonly breath?: () => Promise<void>;
  /** Waiting of one key. */
  readonly waiting?: number;
}

interface Lane {
  readonly key: string;
  running: number;
  readonly queue: (() => void)[];
  /** When its first of the queue began to give way; null = it does not. */
  heldAt: number | null;
}

/** Nobody gives way for longer, however many others there are; milliseconds. */
export const PATIENCE = 250;

/**
 * JavaScript and SQLite do one thing at a time, so that more under way make nothing faster: they only let one organisation
 * put its work before that of others. Whoever comes to an empty lane waits for `atOnce` calls at most, and for one piece of
 * those that have had more than their part.
 */
export function openTurns(options: TurnsOptions): Turns {
  const { atOnce, each, clock, worked = clock, breath, waiting = LIMITS["waiting-calls"].most.free } = options;
  /** In the order in which they were let in last. */
  const lanes = new Map<string, Lane>();
  const shares = openShares();
  /** Who has had more than its part and rests: one goes on in a turn of the loop. */
  const resting: { readonly since: number; readonly go: () => void }[] = [];
  let releasing = false;
  let running = 0;
  let arriving = 0;
  let countedAt = worked();
  let timer: ReturnType<typeof setTimeout> | null = null;

  const isOver = (key: string): boolean => shares.isOver(key, clock());
  /** What was worked is parted among those that are under way. */
  function count(): void {
    const at = worked();
    const busy = at - countedAt;
    countedAt = at;
    if (running === 0 || busy <= 0) return;
    for (const lane of lanes.values()) {
      if (lane.running > 0) shares.add(lane.key, (busy * lane.running) / running, clock());
    }
  }
  /** Whether somebody is there for whom others give way. */
  const isAwaited = (): boolean =>
    arriving > 0 || [...lanes.values()].some((lane) => lane.running + lane.queue.length > 0 && !isOver(lane.key));
  const isLate = (since: number): boolean => clock() - since >= PATIENCE;
  /** Whether it is to begin nothing now. */
  function givesWay(lane: Lane, awaited = isAwaited()): boolean {
    if (!isOver(lane.key)) return false;
    if (lane.running > 0) return true;
    if (!awaited) return false;
    lane.heldAt ??= clock();
    return !isLate(lane.heldAt);
  }

  function letIn(): void {
    const awaited = isAwaited();
    for (let more = true; more && running < atOnce; ) {
      more = false;
      for (const lane of [...lanes.values()]) {
        if (running >= atOnce) break;
        if (lane.running >= each || lane.queue.length === 0 || givesWay(lane, awaited)) continue;
        // It goes behind all others; what more it has may begin where nobody else waits.
        lanes.delete(lane.key);
        lanes.set(lane.key, lane);
        begin(lane);
        lane.queue.shift()?.();
        more = true;
      }
    }
    void release();
    // Nothing else may come that would look at them again.
    const held = resting.length > 0 || [...lanes.values()].some(({ heldAt }) => heldAt !== null);
    if (held && timer === null) timer = setTimeout(look, PATIENCE);
  }
  async function release(): Promise<void> {
    if (releasing) return;
    releasing = true;
    for (let [first] = resting; first !== undefined; [first] = resting) {
      if (isAwaited() && !isLate(first.since)) break;
      resting.shift();
      first.go();
      await breath?.();
    }
    releasing = false;
  }
  /** Waits until nobody is there for whom to give way, behind those that wait so already. */
  function stand(): Promise<void> {
    return new Promise((go) => {
      resting.push({ since: clock(), go });
      letIn();
    });
  }
  function look(): void {
    timer = null;
    letIn();
  }
  function begin(lane: Lane): void {
    count();
    lane.running++;
    running++;
  }
  function end(lane: Lane): void {
    count();
    lane.running--;
    running--;
  }
  /** Resolves with a turn. */
  async function enter(lane: Lane): Promise<void> {
    if (running < atOnce && lane.running < each && lane.queue.length === 0 && !givesWay(lane)) begin(lane);
    else {
      if (lane.queue.length >= waiting) throw overWaiting(waiting);
      await new Promise<void>((go) => {
        lane.queue.push(go);
        letIn();
      });
    }
    while (breath !== undefined) {
      await breath();
      // Somebody may have come meanwhile.
      lane.running--;
      const back = givesWay(lane);
      lane.running++;
      if (!back) break;
      end(lane);
      await new Promise<void>((go) => {
        lane.queue.unshift(go);
        letIn();
      });
    }
    lane.heldAt = null;
  }
  return {
    async run(key, work) {
      const lane = lanes.get(key) ?? { key, running: 0, queue: [], heldAt: null };
      if (!lanes.has(key)) lanes.set(key, lane);
      await enter(lane);
      try {
        return await work();
      } finally {
        end(lane);
        if (lane.running === 0 && lane.queue.length === 0) lanes.delete(key);
        letIn();
      }
    },
    async arrive(claimed) {
      if (claimed !== null && isOver(claimed)) await stand();
      arriving++;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        arriving--;
        letIn();
      };
    },
    async rest(key) {
      await breath?.();
      if (isOver(key)) await stand();
    },
  };
}
