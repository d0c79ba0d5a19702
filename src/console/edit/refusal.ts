// What Envoy refuses, by the rules of the resource that one edits.
import type { RevisionDeliveryBody } from "#api/weft.ts";

/** What Envoy says of the resource's own rules, by the field that wrote what it refuses. */
export function refusals(
  delivery: RevisionDeliveryBody | undefined,
  kri: string,
): readonly { readonly field: string; readonly reason: string }[] {
  const all = (delivery?.relays ?? []).flatMap(({ laggards }) =>
    laggards.flatMap(({ proxy, reason, refused = [] }) =>
      refused
        .flatMap(({ writers }) => writers)
        .filter((writer) => writer.kri === kri)
        .map(({ rule }) => ({ field: rule, reason: `${proxy}: ${reason}` })),
    ),
  );
  return [...new Map(all.map((one) => [`${one.field} ${one.reason}`, one])).values()];
}
