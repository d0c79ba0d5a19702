// Telling the control plane where this relay is reached, until the envelope says so: other relays and bootstraps go by it.
import type { EnvelopeRelay, Reach } from "#api/zone.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import { isUnreachable, type ZoneClient } from "./zone-client.ts";

export interface ReachTeller {
  /** This relay listens. */
  listen(reach: Reach): void;
  /** Tells where the envelope's entry of this relay says otherwise. One call at a time; never throws. */
  tell(own: EnvelopeRelay | undefined): void;
}

/** Until a control plane that was not reached is told again; milliseconds, doubled each time. */
const FIRST = 1000;
const LONGEST = 60_000;

export function createReachTeller(client: Pick<ZoneClient, "report">, log: Log, stopping: AbortSignal): ReachTeller {
  let reach: Reach | null = null;
  let entry: EnvelopeRelay | undefined;
  let telling = false;
  let told: Reach | null = null;
  let pause = FIRST;
  let timer: NodeJS.Timeout | undefined;
  stopping.addEventListener("abort", () => clearTimeout(timer), { once: true });

  async function send(now: Reach): Promise<void> {
    telling = true;
    try {
      await client.report({ events: [], reach: now }, stopping);
      told = now;
      pause = FIRST;
    } catch (error) {
      if (stopping.aborted) return;
      if (isUnreachable(error)) tellLater();
      // A control plane of an earlier release knows no such thing, and it is not asked again before the next start.
      else told = now;
      const level = isUnreachable(error) ? "debug" : "warn";
      log(level, "the control plane could not be told where this relay is reached", { reason: reasonOf(error) });
    } finally {
      telling = false;
    }
  }

  // No snapshot may come that would have it told.
  function tellLater(): void {
    clearTimeout(timer);
    timer = setTimeout(look, pause).unref();
    pause = Math.min(2 * pause, LONGEST);
  }

  function look(): void {
    if (reach === null || entry === undefined || telling || told === reach) return;
    if (entry.address !== reach.address || entry.ca !== reach.ca) void send(reach);
  }

  return {
    listen(now) {
      reach = now;
      look();
    },
    tell(own) {
      entry = own;
      look();
    },
  };
}
