// How far a stream is with what it should have.
import { XDS_TYPES } from "#envoy/type-url.ts";
import type { AdsResource } from "./resource.ts";
import { hasRefusal, type Stream } from "./stream.ts";

export type Progress = "pending" | "acked" | "nacked";

/** `acked`: the client has acknowledged all that it asked for as it should be now; removals that linger do not count. */
export function progressOf<R extends AdsResource>(stream: Stream<R>): Progress {
  if (hasRefusal(stream)) return "nacked";
  const states = XDS_TYPES.map(({ kind }) => stream.types[kind]).filter(({ asked }) => asked);
  const busy = states.some(({ flight, due, owed }) => flight !== undefined || due.size > 0 || owed);
  return busy || states.length === 0 ? "pending" : "acked";
}
