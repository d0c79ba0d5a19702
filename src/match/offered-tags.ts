// The sets of tags that inbounds offer, which VirtualOutbounds make names of.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { inboundsOf } from "#model/virtual/rendered.ts";

type Dataplane = Resource<DataplaneSpec>;

/** By tags as JSON text, how many inbounds of all zones offer them; empty where no VirtualOutbound reads them. */
export type OfferedTags = ReadonlyMap<string, number>;

const UNREAD: OfferedTags = new Map();

/** Counts them; `change` tells which dataplanes are not what they were for `before`, whose counts then stand, changed by these. */
export function offeredTags(
  view: View,
  before?: OfferedTags,
  change?: { readonly gone: readonly Dataplane[]; readonly come: readonly Dataplane[] } | null,
): OfferedTags {
  if (resourcesOf(view, "VirtualOutbound").length === 0) return UNREAD;
  const known = before !== undefined && before !== UNREAD && change !== undefined && change !== null;
  const delta = new Map<string, number>();
  const count = (Dataplane: readonly Dataplane[], by: number): void => {
    for (const { tags } of inboundsOf({ resources: { Dataplane } })) {
      if (tags === undefined) continue;
      const text = JSON.stringify(tags);
      delta.set(text, (delta.get(text) ?? 0) + by);
    }
  };
  if (!known) {
    count(resourcesOf(view, "Dataplane"), 1);
    return delta;
  }
  count(change.gone, -1);
  count(change.come, 1);
  const others = [...delta].filter(([, by]) => by !== 0);
  if (others.length === 0) return before;
  const counts = new Map(before);
  for (const [text, by] of others) {
    const now = (counts.get(text) ?? 0) + by;
    if (now > 0) counts.set(text, now);
    else counts.delete(text);
  }
  return counts;
}

/** Whether the same sets are offered, by however many. */
export function sameOffers(a: OfferedTags, b: OfferedTags): boolean {
  return a === b || (a.size === b.size && [...a.keys()].every((text) => b.has(text)));
}
