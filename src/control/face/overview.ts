// The face of control: how an organisation stands.
import type { MeshCensus, ProxyTally, ZoneCensus } from "#control/overview/census.ts";
import type { Problems } from "#control/overview/problem.ts";
import type { ZoneState } from "#control/overview/standing-proxy.ts";
import type { RevisionDelivery } from "#control/revision-delivery.ts";

/** How an organisation stands. */
export interface Overview {
  readonly revision: number;
  readonly sequence: number;
  /** RFC 3339. */
  readonly at: string;
  readonly counts: {
    readonly meshes: number;
    readonly services: number;
    readonly proxies: ProxyTally;
    /** Zones' ingresses and egresses. */
    readonly gates: ProxyTally;
    readonly zones: Readonly<Record<ZoneState | "total", number>>;
    readonly relays: { readonly total: number; readonly online: number };
  };
  /** The first of them, by name; so are the zones. */
  readonly meshes: readonly MeshCensus[];
  readonly zones: readonly ZoneCensus[];
  readonly problems: Problems;
  /** The newest first. */
  readonly revisions: readonly Pick<
    RevisionDelivery,
    "revision" | "actor" | "reason" | "committedAt" | "state" | "proxies" | "offline"
  >[];
}
