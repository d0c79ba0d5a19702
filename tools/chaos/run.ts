// A chaos run: the world, its traffic, faults by the seed, and what must hold at the end.

import { randomOf } from "#test/random.ts";
import { apartLack } from "#test/zones.ts";
import { type Broken, begin } from "./fault.ts";
import { startTraffic } from "./traffic.ts";
import { openWorld, type World } from "./world.ts";

export interface ChaosOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly tell: (text: string) => void;
}

export interface Outcome {
  readonly line: Readonly<Record<string, unknown>>;
  /** What did not hold. */
  readonly failed: readonly string[];
}

/** How long a fault lasts, and until the next; milliseconds. */
const LASTS = [1_000, 6_000] as const;
const NEXT = [1_000, 4_000] as const;
/** So often the next begins at once: two at a time. */
const AT_ONCE = 0.25;
/** All must be well again within so long after the last fault. */
const BOUND = 90_000;
/** So long without a failure is well. */
const CALM = 5_000;
const SHOWN = 20;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs it. Throws where the machine has no namespaces. */
export async function run({ seed, seconds, tell }: ChaosOptions): Promise<Outcome> {
  const lack = apartLack();
  if (lack !== null) throw new Error(`a chaos run cannot be here: it ${lack}`);
  tell(`chaos: seed ${seed}, ${seconds} s; three zones are being started`);
  const random = randomOf(seed);
  const world = await openWorld();
  const start = performance.now();
  const now = (): number => performance.now() - start;
  const traffic = startTraffic(world, now);
  const kinds: Record<string, number> = {};
  try {
    await calm(traffic.lastFailure, now, BOUND);
    const settled = traffic.counts.requests;
    Object.assign(traffic.counts, { requests: 0 });
    traffic.counts.unexcused.length = 0;
    for (const cause of Object.keys(traffic.counts.failures)) delete traffic.counts.failures[cause];
    tell(`chaos: every client is answered after ${settled} requests; faults begin`);
    const healing = new Set<Promise<void>>();
    const end = now() + seconds * 1000;
    while (now() < end) {
      const fault = await begin(world, random);
      const [lasts, next] = [random.between(...LASTS), random.next() < AT_ONCE ? 0 : random.between(...NEXT)];
      if (fault !== null) {
        kinds[fault.kind] = (kinds[fault.kind] ?? 0) + 1;
        tell(`chaos: ${(now() / 1000).toFixed(1)} s: ${fault.kind}: ${fault.what}, for ${lasts} ms`);
        traffic.began(fault);
        const healed = healLater(fault, lasts).then(() => traffic.ended(fault));
        healing.add(healed);
        void healed.finally(() => healing.delete(healed));
      }
      await pause(next);
    }
    await Promise.all(healing);
    const healedAt = now();
    tell("chaos: everything is healed; waiting until all is well");
    const converged = await converge(world, traffic.lastFailure, now, healedAt);
    await traffic.stop();
    const { requests, failures, unexcused } = traffic.counts;
    const failed = [
      ...(converged === null
        ? [`not all was well ${BOUND / 1000} s after the last fault`, ...(await standing(world))]
        : []),
      ...unexcused.slice(0, SHOWN),
    ];
    const line = {
      measure: "chaos",
      seed,
      seconds,
      faults: kinds,
      requests,
      failures_by_what_was_broken: failures,
      unexcused: unexcused.length,
      converged_ms: converged,
    };
    return { line, failed };
  } finally {
    await traffic.stop();
    await world.close();
  }
}

async function healLater(fault: Broken, ms: number): Promise<void> {
  await pause(ms);
  await fault.heal();
}

/** Milliseconds from `since` to when the last failure was over and every client's Envoy had the endpoints it should; null = not in time. */
async function converge(
  world: World,
  lastFailure: () => number,
  now: () => number,
  since: number,
): Promise<number | null> {
  const wanted = new Map<string, number>();
  // The own zone's servers, and one ingress of each other zone.
  for (const { name } of world.zones) wanted.set(name, 2 + world.zones.length - 1);
  let whole: number | null = null;
  while (now() < since + BOUND) {
    const counts = await Promise.all(
      world.zones.map(async ({ name }) => (await world.endpointsOf(name).catch(() => [])).length === wanted.get(name)),
    );
    whole = counts.every(Boolean) ? (whole ?? now()) : null;
    if (whole !== null && now() - Math.max(lastFailure(), since) > CALM)
      return Math.round(Math.max(whole, lastFailure(), since) - since);
    await pause(250);
  }
  return null;
}

/** How each zone stands, for whoever looks for the cause. */
function standing(world: World): Promise<readonly string[]> {
  return Promise.all(
    world.zones.map(async (zone) => {
      const endpoints = await world.endpointsOf(zone.name).catch((error: unknown) => [String(error)]);
      const relays = await Promise.all([0, 1].map((index) => zone.relayStatus(index).catch(String)));
      return `${zone.name}: its client has ${endpoints.join(" ")}; its relays are ${JSON.stringify(relays)}`;
    }),
  );
}

async function calm(lastFailure: () => number, now: () => number, bound: number): Promise<void> {
  const end = now() + bound;
  while (now() - lastFailure() < CALM) {
    if (now() > end) throw new Error("the clients were never all answered, before anything was broken");
    await pause(250);
  }
}
