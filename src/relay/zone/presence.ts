// Presence: a sign of life to the control plane now and then, and a good-bye at the end, so that people see which relays are there.

import { within } from "#api/within.ts";
import { HEARTBEAT, type Way } from "#api/zone.ts";
import type { Position } from "#model/position.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import { pause } from "./backoff.ts";
import { isUnreachable, type ZoneClient } from "./zone-client.ts";

export interface PresenceOptions {
  readonly client: Pick<ZoneClient, "report">;
  readonly log: Log;
  /** How it hears what is new. */
  readonly way: () => Way;
  /** Where the control plane is: the answer to a sign tells it, should a ring have been lost. */
  readonly onAnswer: (position: Position) => void;
  /** 0..1: relays that were started together shall not all call at one moment. */
  readonly random: () => number;
  /** The longest time between two signs; milliseconds. */
  readonly period?: number;
  /** How long the good-bye may take; milliseconds. */
  readonly patience?: number;
  /** How often it is looked whether the way is another; milliseconds. */
  readonly looking?: number;
}

export interface Presence {
  /** Says that the relay stops. Never throws, and waits for no control plane that is away. */
  leave(): Promise<void>;
}

const PATIENCE = 1000;
/**
 * When a sign comes, as shares of the period. The nonce that the answer before brought is good for five minutes, as long as the
 * period: a sign that comes later is refused, and costs another call.
 */
export const DRAWN = { from: 0.94, to: 0.99 } as const;
/** A way that is new is told of once it has stood for so long: below what the control plane gives a relay that has left the bell. Milliseconds. */
const LOOKING = 2000;

/** Signs until it leaves. A sign that fails is not repeated: a control plane that is reached again hears the relay's poll first. */
export function startPresence({
  client,
  log,
  way,
  onAnswer,
  random,
  period = HEARTBEAT,
  patience = PATIENCE,
  looking = LOOKING,
}: PresenceOptions): Presence {
  const leaving = new AbortController();
  let told: Way | null = null;
  /** A control plane of an earlier release asks for no way, and takes no sign that has one. */
  let isAsked = true;
  const sign = async (presence: "here" | "leaving", signal: AbortSignal): Promise<void> => {
    const now = way();
    told = now;
    try {
      onAnswer(await client.report({ presence, ...(isAsked && { way: now }), events: [] }, signal));
    } catch (error) {
      if (!isUnreachable(error) && !signal.aborted) isAsked = false;
      if (presence === "leaving" || !signal.aborted)
        log("debug", "the control plane could not be told that this relay is there", {
          presence,
          reason: reasonOf(error),
        });
    }
  };
  const run = async (): Promise<void> => {
    while (!leaving.signal.aborted) {
      const due = performance.now() + period * (DRAWN.from + (DRAWN.to - DRAWN.from) * random());
      for (let before = way(); performance.now() < due && !leaving.signal.aborted; before = way()) {
        await pause(Math.min(looking, Math.max(due - performance.now(), 0)), leaving.signal);
        // Two looks alike: it stands.
        if (isAsked && way() === before && before !== told) break;
      }
      if (!leaving.signal.aborted) await sign("here", leaving.signal);
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
