// Presence: a sign of life to the control plane now and then, and a good-bye at the end, so that people see which relays are there.
import { HEARTBEAT } from "#api/zone.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import { pause, within } from "./backoff.ts";
import type { ZoneClient } from "./zone-client.ts";

export interface PresenceOptions {
  readonly client: Pick<ZoneClient, "report">;
  readonly log: Log;
  /** 0..1: relays that were started together shall not all call at one moment. */
  readonly random: () => number;
  /** The longest time between two signs; milliseconds. */
  readonly period?: number;
  /** How long the good-bye may take; milliseconds. */
  readonly patience?: number;
}

export interface Presence {
  /** Says that the relay stops. Never throws, and waits for no control plane that is away. */
  leave(): Promise<void>;
}

const PATIENCE = 1000;

/** Signs until it leaves. A sign that fails is not repeated: a control plane that is reached again hears the relay's poll first. */
export function startPresence({
  client,
  log,
  random,
  period = HEARTBEAT,
  patience = PATIENCE,
}: PresenceOptions): Presence {
  const leaving = new AbortController();
  const sign = async (presence: "here" | "leaving", signal: AbortSignal): Promise<void> => {
    try {
      await client.report({ presence, events: [] }, signal);
    } catch (error) {
      if (presence === "leaving" || !signal.aborted)
        log("debug", "the control plane could not be told that this relay is there", {
          presence,
          reason: reasonOf(error),
        });
    }
  };
  const run = async (): Promise<void> => {
    for (;;) {
      await pause(period * (0.8 + 0.2 * random()), leaving.signal);
      if (leaving.signal.aborted) return;
      await sign("here", leaving.signal);
    }
  };
  const running = run();
  return {
    async leave() {
      if (leaving.signal.aborted) return running;
      leaving.abort();
      await running;
      await within(patience, [], (signal) => sign("leaving", signal));
    },
  };
}
