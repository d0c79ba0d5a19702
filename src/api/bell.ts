// The bell on the wire: what goes over a relay's WebSocket, and why it is closed. A ring holds numbers alone.
import type { Position } from "#model/position.ts";

/** Where relays knock. */
export const BELL_PATH = "/v1/zone/bell";

/** All that a relay may say. */
export const PING = "ping";
/** The answer to it; on Workers the platform gives it, and wakes nobody. */
export const PONG = "pong";
/** A relay pings so often; milliseconds. Proxies between close connections on which nothing went for half a minute or more. */
export const PING_EVERY = 20_000;

/** Close codes (RFC 6455 §7.4), each with the reason that is sent along. */
export const CLOSINGS = {
  leaving: { code: 1001, reason: "the control plane stops; knock again" },
  noise: { code: 1008, reason: "a relay says nothing but ping" },
  replaced: { code: 4000, reason: "the relay has come by another connection" },
  revoked: { code: 4001, reason: "the relay has been revoked" },
} as const;

export type Closing = keyof typeof CLOSINGS;

/** A ring: the zone's snapshot has reached this position. */
export function ringText({ epoch, sequence }: Position): string {
  return JSON.stringify({ epoch, sequence });
}

/** The position of a ring; null where the text is none. */
export function readRing(text: string): Position | null {
  const [, epoch, sequence] = /^\{"epoch":(\d{1,15}),"sequence":(\d{1,15})\}$/.exec(text) ?? [];
  return epoch === undefined ? null : { epoch: Number(epoch), sequence: Number(sequence) };
}
