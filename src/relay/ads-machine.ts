// The ADS machine of one stream, delta and state-of-the-world: events in, answers out; no clock, no chance, no I/O.
import { XDS_TYPES } from "#envoy/type-url.ts";
import { flush, nextDeadline } from "./ads/flush.ts";
import type { AdsEvent, AdsOutput } from "./ads/message.ts";
import { type AdsResource, changedNames, type Desired } from "./ads/resource.ts";
import { type AdsOptions, newStream, note, type Protocol, rest, rouse, type Stream } from "./ads/stream.ts";
import { takeRequest } from "./ads/subscribe.ts";

export const ADS_DEFAULTS = { lingerMs: 15_000, warmMs: 5_000, maxBytes: 1 << 20, maxNames: 100_000 } as const;

/**
 * What an event brings. Deterministic in the order of events. The stream's state is changed in place and belongs to the
 * caller alone: copying maps of thousands of names for every ACK would cost each stream what it has, not what changed.
 *
 * Rules, by the xDS protocol and Envoy's make-before-break:
 * - additions go as CDS, EDS, SDS, LDS, RDS; listeners and routes wait until changed clusters are acknowledged and have
 *   their endpoints; one unacknowledged answer a type;
 * - the EDS of exactly those clusters whose CDS was just sent is sent again; else nothing is repeated unasked;
 * - a cluster is removed once LDS and RDS are acknowledged and `lingerMs` have passed; in state-of-the-world it stays in
 *   every answer until then;
 * - a NACK undoes what the answer assumed; the names in its message (all, if it names none) are refused until their
 *   content changes; what refers to them and all removals wait meanwhile;
 * - an old nonce is never answered, an invented one ends the stream with INVALID_ARGUMENT.
 */
export function step<R extends AdsResource>(stream: Stream<R>, event: AdsEvent<R>): readonly AdsOutput<R>[] {
  if (stream.ended) return [];
  const outputs: AdsOutput<R>[] = [];
  if (event.kind === "request") outputs.push(...takeRequest(stream, event.request, event.at));
  if (event.kind === "desired") takeDesired(stream, event.desired);
  if (outputs.some(({ kind }) => kind === "end")) {
    stream.ended = true;
    return outputs;
  }
  outputs.push(...flush(stream, event.at));
  outputs.push(...stream.unsent.splice(0));
  rest(stream);
  return outputs;
}

/** A new stream that should have `desired`; it answers once it is asked. */
export function openStream<R extends AdsResource>(
  protocol: Protocol,
  desired: Desired<R>,
  options: Pick<AdsOptions<R>, "size"> & Partial<AdsOptions<R>>,
): Stream<R> {
  return newStream(desired, { ...ADS_DEFAULTS, ...options, protocol });
}

/** When to send a `tick`, in the events' clock; undefined = not needed. */
export function wakeAt<R extends AdsResource>(stream: Stream<R>): number | undefined {
  return stream.ended ? undefined : nextDeadline(stream);
}

function takeDesired<R extends AdsResource>(stream: Stream<R>, desired: Desired<R>): void {
  const before = stream.desired;
  stream.desired = desired;
  for (const { kind } of XDS_TYPES) {
    const state = stream.types[kind];
    if (!state.asked || before.sets[kind] === desired.sets[kind]) continue;
    const changed = changedNames(before.sets[kind], desired.sets[kind]);
    if (changed.size > 0) rouse(state);
    for (const name of changed) {
      if (state.wildcard || state.names.has(name)) note(state, "touched", name);
    }
  }
}
