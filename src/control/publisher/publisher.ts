// The publisher: compiles every zone after a commit, stores what is new, rings. One round at a time; what comes meanwhile is one round more.
import type { CompileMemo } from "#compile/compile.ts";
import { openEffectBook } from "#control/effect-book.ts";
import { openFaultBook, type ShownFault } from "#control/fault-book.ts";
import { openPace, type Turn } from "#control/pace.ts";
import { type RefusalBook, refusalFaults, tracedLaggards } from "#control/refusal.ts";
import type { EnvelopeSigner } from "#control/secret/envelope-key.ts";
import { relayKey, type TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import type { RolloutWatch } from "#control/watch/rollout.ts";
import { openAlike } from "./alike.ts";
import { openLately } from "./lately.ts";
import type { ZoneMemo } from "./publish-zone.ts";
import { publishZones } from "./publish-zones.ts";

export interface Publisher extends RefusalBook {
  /** Something was committed: compile at once, or right after the round that is under way. */
  touch(): void;
  /** All is published, and nothing is tried again. */
  isQuiet(): boolean;
  /** Resolves when nothing is left to publish, or when the last attempt has failed (it is tried again by itself). */
  settle(): Promise<void>;
  close(): Promise<void>;
  /** Something is about to be committed: what stands now is where its effect begins. Never throws. */
  begin(state: TenantState): Promise<void>;
  /** What stands in statuses of resources, by KRI. */
  faults(state: TenantState): ReadonlyMap<string, readonly ShownFault[]>;
  /** What the last compile of a zone left for the next; undefined where there was none. */
  memoOf(zone: string): CompileMemo | undefined;
}

/** After a failure: 1 s, 2 s, 4 s, … at most so many milliseconds. */
const LONGEST_PAUSE = 30_000;

/** The publisher of one tenant. `signer` gives the key of its envelopes; `noted` is called when blobs were noted as unused. */
export function openPublisher(
  tenant: Tenant,
  signer: () => Promise<EnvelopeSigner>,
  rollouts: Pick<RolloutWatch, "published">,
  noted: () => void,
): Publisher {
  const memos = new Map<string, ZoneMemo>();
  const sayAlike = openAlike(tenant.deps.digest);
  const faults = openFaultBook(tenant);
  const effects = openEffectBook(tenant);
  let dirty = false;
  let running: Promise<void> | null = null;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let closed = false;
  const pace = tenant.deps.pace ?? openPace();
  const lately = openLately(pace, () => touch());
  const books = { memos, faults, effects, lately, rollouts, noted, pace, sayAlike };
  /** What the round that is under way waits for; null = it waits for nothing. */
  let turn: Turn | null = null;
  /** Those that wait until all is published. */
  let settling = 0;

  /** The timer goes with the process. Where writers are objects that may be evicted, the edge wakes this one again. */
  const outlive = async (): Promise<void> => {
    const { wake, clock, log } = tenant.deps;
    await wake?.(tenant.id, clock() + LONGEST_PAUSE).catch((error: unknown) =>
      log("warn", "the alarm was not set", { tenant: tenant.id, error }),
    );
  };
  const run = async (): Promise<void> => {
    while (dirty && !closed) {
      turn = pace.turn();
      if (settling > 0) turn.hurry();
      await turn.come;
      turn = null;
      dirty = false;
      try {
        await publishZones(tenant, await signer(), books);
        failures = 0;
      } catch (error) {
        dirty = true;
        failures += 1;
        tenant.deps.watch?.note("weft_publish_failures", 1);
        tenant.deps.log("error", "publishing failed", { tenant: tenant.id, failures, error });
        if (closed) return;
        timer = setTimeout(start, Math.min(500 * 2 ** failures, LONGEST_PAUSE));
        await outlive();
        return;
      }
    }
  };
  const start = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (running !== null || closed) return;
    running = run().finally(() => {
      running = null;
      // A commit may come between the loop's last look and this line, and found a run that seemed to be under way.
      if (dirty && timer === null) start();
    });
  };
  const touch = (): void => {
    dirty = true;
    start();
  };
  const settle = async (): Promise<void> => {
    settling++;
    try {
      turn?.hurry();
      if (running !== null) await running;
      if (lately.forget() && timer === null) touch();
      while (running !== null) await running;
      await effects.settle();
    } finally {
      settling--;
    }
  };
  return {
    touch,
    isQuiet: () => !dirty && running === null && timer === null,
    settle,
    begin: (state) => effects.begin(state),
    faults: (state) => faults.shown(state),
    memoOf: (zone) => memos.get(zone)?.compiled?.memo,
    async take({ zone, relay }, laggards) {
      const memo = memos.get(zone)?.compiled?.memo;
      try {
        faults.refused(relayKey({ zone, relay }), memo === undefined ? [] : refusalFaults(memo, laggards));
        await faults.write(await tenant.state());
      } catch (error) {
        tenant.deps.log("warn", "what proxies refuse was not told", { tenant: tenant.id, zone, relay, error });
      }
    },
    traced: ({ zone }, laggards) => tracedLaggards(memos.get(zone)?.compiled?.memo, laggards),
    async close() {
      await settle();
      closed = true;
      lately.forget();
      if (timer !== null) clearTimeout(timer);
    },
  };
}
