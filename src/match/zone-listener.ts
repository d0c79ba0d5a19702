// Zone listeners: dataplanes of a mesh that serve as the zone's ingress or egress for it (reference 1.2).
import { servesListeners } from "#model/mesh-rule.ts";
import type { ViewIndex } from "./view-index.ts";

export interface ZoneListenerPlace {
  readonly dataplane: string;
  readonly type: "ZoneIngress" | "ZoneEgress";
  /** Its name, else its port. */
  readonly section: string;
  readonly address: string;
  readonly port: number;
}

/** All of the zone; as in Kuma only where nothing but real resources leads anywhere, and mTLS tells who is meant. */
export function zoneListenersOf({ view, listening }: ViewIndex): readonly ZoneListenerPlace[] {
  if (!servesListeners(view.mesh.spec)) return [];
  return listening.flatMap(({ name: dataplane, spec }) =>
    (spec.networking?.listeners ?? []).flatMap(
      ({ type, address = "", port = 0, name }): readonly ZoneListenerPlace[] =>
        type === undefined || address === "" || port === 0
          ? []
          : [{ dataplane, type, section: name || String(port), address, port }],
    ),
  );
}
