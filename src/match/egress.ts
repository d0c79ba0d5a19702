// Egresses of a zone: what leaves the zone or the mesh goes through them, where there are any and mTLS knows who calls.
import { type Endpoint, egressName } from "#model/endpoint.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import type { View } from "#model/view.ts";
import type { TlsMode } from "./tls-mode.ts";

export interface Egress {
  /** Where proxies of the zone connect to; empty = there is none, or nothing may be told apart without mTLS. */
  readonly endpoints: readonly Endpoint[];
  /** Nothing leaves the mesh but through one: without any, there is no way out. */
  readonly only: boolean;
  /** Services of other zones are reached through one too (`routing.zoneEgress`). */
  readonly inner: boolean;
}

export interface EgressInput {
  readonly view: View;
  readonly zone: string;
  readonly tls: TlsMode;
  /** Those of the zone's dataplanes that have listeners. */
  readonly listening: readonly Resource<DataplaneSpec>[];
}

export const NO_EGRESS: Egress = { endpoints: [], only: false, inner: false };

/** The service that every egress is known as to its clients, in each mesh. */
export const EGRESS_SERVICE = "zone-egress";

/** The egresses of a zone as one mesh uses them; the one before where it is the same. */
export function egressOf({ view, zone, tls, listening }: EgressInput, before?: Egress): Egress {
  const { routing, meshServices } = view.mesh.spec;
  const inner = tls !== "off" && routing?.zoneEgress === true;
  const only = inner || (tls !== "off" && routing?.defaultForbidMeshExternalServiceAccess === true);
  const places = (view.zones ?? []).find(({ name }) => name === zone)?.egresses ?? [];
  const endpoints =
    tls === "off"
      ? []
      : [
          ...places.map(({ name, address, port }) =>
            endpointAt(egressName("ZoneEgress", name), { address, port }, zone),
          ),
          ...(meshServices?.mode === "Exclusive" ? listening.flatMap((one) => listenersOf(one, view, zone)) : []),
        ];
  const made: Egress = { endpoints, only, inner };
  return before !== undefined && sameJson(made, before) ? before : made;
}

function listenersOf(dataplane: Resource<DataplaneSpec>, { departed }: View, zone: string): readonly Endpoint[] {
  if (departed.includes(dataplane.name)) return [];
  return (dataplane.spec.networking?.listeners ?? []).flatMap(({ type, address, port, state }) =>
    type !== "ZoneEgress" || state === "NotReady" || address === undefined || port === undefined
      ? []
      : [endpointAt(egressName("Dataplane", dataplane.name), { address, port }, zone)],
  );
}

function endpointAt(
  dataplane: string,
  place: { readonly address: string; readonly port: number },
  zone: string,
): Endpoint {
  return { address: place.address, dataplane, port: place.port, priority: 0, tags: {}, weight: 1, zone };
}
