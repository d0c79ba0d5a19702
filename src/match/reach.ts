// Reach: the zones whose services a mesh's clients reach from their own, and the places that lead there.
import type { Endpoint } from "#model/endpoint.ts";
import type { MeshZoneAddressSpec } from "#model/kind/mesh-zone-address.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { LABEL } from "#model/tag.ts";
import { resourcesOf, type View } from "#model/view.ts";
import type { ProxyPlace } from "#model/zone-place.ts";
import type { Egress } from "./egress.ts";
import type { MatchFault } from "./fault.ts";
import { sameList } from "./policy-index.ts";
import type { TlsMode } from "./tls-mode.ts";

/** What stands between a zone and all others. */
export type Lack = "mtls" | "egress";

export interface Reach {
  /** All other zones: what clusters say of them holds whether somebody is reached there or not. Sorted. */
  readonly others: readonly string[];
  /** Enabled zones, beside the own, that have a way in; sorted by name. Empty places where something is lacking. */
  readonly zones: readonly { readonly zone: string; readonly places: readonly ProxyPlace[] }[];
  /** Where other zones' endpoints of a service tag stand: beside the own zone's (0) or behind them. */
  readonly priority: 0 | 1;
  readonly lack: Lack | null;
}

const NO_REACH: Reach = { others: [], zones: [], priority: 0, lack: null };

/** What reaching depends on. */
export interface ReachInput {
  readonly view: View;
  readonly zone: string;
  readonly tls: TlsMode;
  readonly egress: Egress;
}

/** A function of its input; the reach before where it says the same. */
export function reachOf(input: ReachInput, previous?: Omit<ReachInput, "zone"> & { readonly reach: Reach }): Reach {
  const { view, tls, egress } = input;
  if (
    previous !== undefined &&
    previous.tls === tls &&
    previous.egress === egress &&
    previous.view.zones === view.zones &&
    previous.view.mesh === view.mesh &&
    sameList(view, previous.view, "MeshZoneAddress")
  )
    return previous.reach;
  const made = newReach(input);
  return previous !== undefined && sameJson(made, previous.reach) ? previous.reach : made;
}

function newReach({ view, zone, tls, egress }: ReachInput): Reach {
  const { routing = {}, meshServices } = view.mesh.spec;
  const lack = tls === "off" ? "mtls" : egress.inner && egress.endpoints.length === 0 ? "egress" : null;
  const through = egress.inner ? distinct(egress.endpoints.map(placeOfEgress)) : null;
  const addresses = meshServices?.mode === "Exclusive" ? resourcesOf(view, "MeshZoneAddress") : [];
  const zones = (view.zones ?? []).flatMap(({ name, enabled, ingresses }) => {
    if (name === zone || !enabled) return [];
    const ways = [...ingresses, ...addresses.flatMap((one) => placeOf(one, name))];
    if (ways.length === 0) return [];
    return [{ zone: name, places: lack !== null ? [] : (through ?? distinct(ways)) }];
  });
  const others = (view.zones ?? []).flatMap(({ name }) => (name === zone ? [] : [name]));
  if (others.length === 0) return NO_REACH;
  return { others, zones, priority: routing.localityAwareLoadBalancing === true ? 1 : 0, lack };
}

function placeOfEgress({ dataplane, address, port }: Endpoint): ProxyPlace {
  return { name: dataplane, address, port };
}

function placeOf({ name, labels, spec }: Resource<MeshZoneAddressSpec>, zone: string): readonly ProxyPlace[] {
  return labels[LABEL.zone] === zone ? [{ name, address: spec.address, port: spec.port }] : [];
}

/** Many ingresses may stand behind one address. */
function distinct(places: readonly ProxyPlace[]): readonly ProxyPlace[] {
  const seen = new Set<string>();
  return places.filter(({ address, port }) => {
    const key = `${address} ${port}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Why other zones' instances are left out, told once for all services of a mesh. */
export function lackFault({ mesh }: View, zone: string, lack: Lack): MatchFault {
  const kri = kriOf(mesh);
  if (lack === "mtls") {
    const reason = `cross-zone traffic needs mTLS: enable mtls on Mesh ${mesh.name}; until then no proxy is sent to another zone`;
    return { kri, field: "mtls.enabledBackend", reason };
  }
  const reason = `cross-zone traffic by service tags goes through an egress, and zone ${zone} has none: start a ZoneEgress there; until then its proxies are sent to no other zone by a tag`;
  return { kri, field: "routing.zoneEgress", reason };
}
