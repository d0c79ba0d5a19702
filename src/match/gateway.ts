// Builtin gateways: the MeshGateway that a dataplane serves, and the listeners that policies select it by.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { MeshGatewaySpec } from "#model/kind/mesh-gateway-shape.ts";
import type { Resource } from "#model/resource.ts";
import { compareRanks, rankOf, type SelectorRank, selects } from "#model/selector.ts";
import { LABEL, type Tags } from "#model/tag.ts";

export type Gateway = Resource<MeshGatewaySpec>;

export interface GatewayListener {
  readonly port: number;
  /** Its own, by which a MeshGateway reference narrows. */
  readonly own: Tags;
  /** Those of the dataplane and of the MeshGateway too, by which tag references select. */
  readonly all: Tags;
}

/**
 * The MeshGateway that a builtin gateway serves: of those that select its tags, the one with most tags, then with most
 * exact values, then the newest, then the smallest name. One that was made in a zone serves that zone only.
 */
export function gatewayFor(
  gateways: readonly Gateway[],
  { spec }: Resource<DataplaneSpec>,
  zone: string | null,
): Gateway | null {
  const tags = spec.networking?.gateway?.tags ?? {};
  let best: { readonly gateway: Gateway; readonly rank: SelectorRank } | null = null;
  for (const gateway of gateways) {
    const { labels } = gateway;
    if (labels[LABEL.origin] === "zone" && zone !== null && labels[LABEL.zone] !== zone) continue;
    for (const { match = {} } of gateway.spec.selectors ?? []) {
      if (!selects(match, tags)) continue;
      const rank = rankOf(match);
      const order = best === null ? 1 : compareRanks(rank, best.rank) || newer(gateway, best.gateway);
      if (order > 0) best = { gateway, rank };
    }
  }
  return best?.gateway ?? null;
}

/** Positive where `a` is the newer, or of one age with the smaller name. */
function newer(a: Gateway, b: Gateway): number {
  if (a.creationTime !== b.creationTime) return a.creationTime > b.creationTime ? 1 : -1;
  return a.name < b.name ? 1 : 0;
}

/** The listeners of a MeshGateway as a dataplane with these tags serves them. */
export function listenersOf({ spec }: Gateway, tags: Tags): readonly GatewayListener[] {
  return (spec.conf?.listeners ?? []).map(({ port = 0, tags: own = {} }) => ({
    port,
    own,
    all: { ...tags, ...spec.tags, ...own },
  }));
}
