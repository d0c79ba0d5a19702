// Why a dataplane's zone listeners are as they are: each listener a place, with the settings of all its chains.
import { listenerPolicies } from "#match/listener-policy.ts";
import { matchProxy, type ViewIndex } from "#match/match.ts";
import { zoneListenersOf } from "#match/zone-listener.ts";
import type { Digest } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { proxyBindings } from "#xds/inbound.ts";
import { listenerStat, sectionName } from "#xds/names.ts";
import { type Place, type WhyChain, whyListener } from "#xds/why-listener.ts";
import { listenerPart } from "./listener-part.ts";
import { listenerVariant } from "./listener-variant.ts";

/** In the order in which the dataplane lists them; none where its mesh serves none. */
export function listenerPlaces(index: ViewIndex, dataplane: Resource<DataplaneSpec>, digest: Digest): readonly Place[] {
  const part = listenerPart(index, { digest, trusted: true });
  if (part === null) return [];
  const { exposure, leaving, blobOf, variants: before } = part;
  return zoneListenersOf(index)
    .filter((place) => place.dataplane === dataplane.name)
    .map((place) => {
      const policies = listenerPolicies(index, dataplane, place);
      const input = { index, exposure, ways: leaving.ways, digest, blobOf, before };
      const { passed, left } = listenerVariant(place.type, policies, input);
      const chains: readonly WhyChain[] = [
        ...[...passed.values()].map(({ from, said, as }) => ({
          ...{ sni: meant([from.also ?? from.sni]), inbound: said, policies: {}, made: as.made },
        })),
        ...[...left.values()].map(({ from, said, as }) => ({
          ...{ sni: meant([...(from.names ?? []), from.sni]), inbound: said, policies: from.policies, made: as.made },
        })),
      ];
      const { type, section, address, port } = place;
      const listener = sectionName(type, section);
      const own = proxyBindings(matchProxy(index, dataplane));
      const values = { ...own, listener, section, address, port, rbac: listenerStat(listener) };
      return whyListener({ type, section, address, port }, chains, values);
    });
}

/** Of the server names of a destination the one that people write in policies; the others are hashes. */
function meant(names: readonly string[]): string {
  return names.find((name) => name.startsWith("sni.")) ?? names[0] ?? "";
}
