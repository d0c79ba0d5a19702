// How far a stream is with what it should have.
import { XDS_TYPES, type XdsKind } from "#envoy/type-url.ts";
import type { AdsResource } from "./resource.ts";
import { hasRefusal, isRefused, type Stream } from "./stream.ts";

export type Progress = "pending" | "acked" | "nacked";

/** `acked`: the client has acknowledged all that it asked for as it should be now; removals that linger do not count. */
export function progressOf<R extends AdsResource>(stream: Stream<R>): Progress {
  if (hasRefusal(stream)) return "nacked";
  let asked = false;
  for (const { kind } of XDS_TYPES) {
    const state = stream.types[kind];
    if (!state.asked) continue;
    asked = true;
    if (state.flight !== undefined || state.due.size > 0 || state.owed) return "pending";
  }
  return asked ? "acked" : "pending";
}

/** What the client refuses of what it should have now. */
export function refusalsOf<R extends AdsResource>(
  stream: Stream<R>,
): readonly { readonly kind: XdsKind; readonly name: string }[] {
  return XDS_TYPES.flatMap(({ kind }) =>
    [...stream.types[kind].refused.keys()].flatMap((name) => (isRefused(stream, kind, name) ? [{ kind, name }] : [])),
  );
}
