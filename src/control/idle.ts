// Writers that nobody calls are let go, and woken in time for what is due to them. For an edge whose writers are not evicted.
import type { ControlDeps } from "./deps.ts";
import type { MortalWriter } from "./ending/mortal-writer.ts";

export interface Idle {
  /** Has those that are not kept recover that something is due to, and lets go of those that are idle. One look at a time. */
  look(): Promise<void>;
  /** Nothing is due any more: another writer takes its place, or none. */
  forget(tenant: string): void;
  /** Resolves once those that were let go have ended. */
  close(): Promise<void>;
}

/** Nobody has called it for so long; more than relays are silent for, so that one of a live zone stays. Milliseconds. */
export const IDLE = 600_000;
/** What is to be done sooner is waited for; milliseconds. */
const SOON = 60_000;
/** How long before it is due a writer is woken: its own timers then are in time. Milliseconds. */
const EARLY = 10_000;
/** Writers that are woken at the same time: one may wait for the receiver of a webhook. */
const LANES = 8;
/** Until a writer that did not wake is woken again; milliseconds. */
const PAUSE = 60_000;

/** `writers` are those that are open: it deletes from them what it lets go. `recover` opens one where none is. */
export function openIdle(
  { clock, log }: Pick<ControlDeps, "clock" | "log">,
  writers: Map<string, MortalWriter>,
  recover: (tenant: string) => Promise<void>,
): Idle {
  const dues = new Map<string, number>();
  const endings = new Set<Promise<void>>();
  let looking: Promise<void> | null = null;
  let closed = false;

  const wake = async (tenant: string): Promise<void> => {
    try {
      await recover(tenant);
      dues.delete(tenant);
    } catch (error) {
      log("warn", "a writer did not wake", { tenant, error });
      dues.set(tenant, clock() + PAUSE);
    }
  };
  /** Nothing is awaited between the look at the writer and its leave: who calls now finds it, or opens another. */
  const letGo = (tenant: string, writer: MortalWriter): void => {
    const [calledAt, due] = [writer.calledAt(), writer.due()];
    if (calledAt === null || due === undefined || clock() - calledAt < IDLE) return;
    if (due !== null && due < clock() + SOON) {
      // One that has not read anything yet does not know what is due, and learns it by being woken.
      const known = dues.get(tenant) ?? Number.POSITIVE_INFINITY;
      if (due <= clock() && known > clock() + PAUSE) dues.set(tenant, due);
      return;
    }
    writers.delete(tenant);
    if (due === null) dues.delete(tenant);
    else dues.set(tenant, due);
    const ending: Promise<void> = writer
      .close()
      .catch((error: unknown) => log("warn", "an idle writer did not end", { tenant, error }))
      .finally(() => endings.delete(ending));
    endings.add(ending);
  };
  const work = async (): Promise<void> => {
    const asked = [...dues].filter(([, due]) => due <= clock() + EARLY);
    const lane = async (): Promise<void> => {
      for (let next = asked.shift(); next !== undefined && !closed; next = asked.shift()) await wake(next[0]);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    for (const [tenant, writer] of [...writers]) if (!closed) letGo(tenant, writer);
  };
  return {
    look() {
      looking ??= work().finally(() => {
        looking = null;
      });
      return looking;
    },
    forget: (tenant) => void dues.delete(tenant),
    async close() {
      closed = true;
      await looking;
      await Promise.all(endings);
    },
  };
}
