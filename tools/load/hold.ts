// Relays that hold their polls: the relay's own client and poll, with proofs and verified snapshots, and no disk.
import { createHash } from "node:crypto";
import type { Envelope } from "#api/zone.ts";
import { type Poll, startPoll } from "#relay/zone/poll.ts";
import { createZoneClient } from "#relay/zone/zone-client.ts";
import type { LoadedRelay } from "./world.ts";

export interface Holding {
  /** The newest envelope of each relay, by `<organisation>/<zone>`. */
  readonly newest: ReadonlyMap<string, Envelope>;
  /** Snapshots and envelopes that came. */
  count(): number;
  /** Polls that failed, and why; snapshots that did not verify. */
  readonly troubles: readonly string[];
  close(): Promise<void>;
}

const chance = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** Starts them all; `heard` is called with each newer envelope as it comes. */
export function holdPolls(
  url: string,
  relays: readonly LoadedRelay[],
  heard: (key: string, envelope: Envelope) => void,
): Holding {
  const newest = new Map<string, Envelope>();
  const troubles: string[] = [];
  let count = 0;
  let closing = false;
  const polls: Poll[] = relays.map(({ organisation, enrolment, keys }) => {
    const key = `${organisation}/${enrolment.zone}`;
    return startPoll({
      client: createZoneClient({ url, fetch, enrolment, sign: keys.private, chance, timeout: 30_000 }),
      disk: { save: async () => {} },
      enrolment,
      digest,
      current: null,
      log: (level, label, fields) => {
        if (level === "error") troubles.push(`${key}: ${label} ${JSON.stringify(fields)}`);
      },
      random: Math.random,
      backoff: [100, 5000],
      onSnapshot: ({ envelope }) => {
        count++;
        newest.set(key, envelope);
        heard(key, envelope);
      },
      onReach: (reachable, reason) => {
        // Until its first snapshot is compiled a zone has none, and its relay is told so.
        if (!reachable && !closing && newest.has(key)) troubles.push(`${key}: ${reason}`);
      },
    });
  });
  return {
    newest,
    count: () => count,
    troubles,
    async close() {
      closing = true;
      await Promise.all(polls.map((poll) => poll.close()));
    },
  };
}
