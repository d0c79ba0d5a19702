// What admissions of one kind of proxy differ in: one row of the table in admission-kinds.ts.
import type { Envelope, EnvelopeMesh } from "#api/zone.ts";
import type { Clock } from "#model/clock.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import type { Violation } from "#model/violation.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import type { ProxyKey } from "#relay/zone.ts";

export type ProxyResource = Resource<DataplaneSpec> | ZoneProxy;

/** What is known when somebody wants to join. */
export interface AdmissionContext {
  readonly zone: string;
  readonly meshes: readonly EnvelopeMesh[];
  readonly views: readonly View[];
  /** Ingresses and egresses of every zone. */
  readonly zoneProxies?: readonly ZoneProxy[];
  /** The resource of a registration that lives already. */
  readonly registered: ProxyResource | undefined;
}

/** A token that has been verified, and what it allows. */
export interface Verified {
  readonly tokenId: string;
  /** The mesh that it is of; empty for a zone's. */
  readonly mesh: string;
  /** What of a proxy the token does not allow; `own` is the relay's zone. */
  readonly violations: (proxy: ProxyResource, own: string) => readonly Violation[];
}

export interface AdmissionKind {
  /** `dataplane`, for people. */
  readonly noun: string;
  /** `a dataplane token`. */
  readonly token: string;
  readonly verify: (
    jwt: string,
    envelope: Envelope,
    clock: Clock,
  ) => Promise<({ readonly ok: true } & Verified) | { readonly ok: false; readonly reason: string }>;
  /** Why there can be no such proxy here, whatever is brought; null when there can. */
  readonly placeReason: (proxy: ProxyKey, context: AdmissionContext) => string | null;
  /** Reads what is brought, as it will stand in the zone. */
  readonly read: (
    wire: unknown,
    proxy: ProxyKey,
    zone: string,
  ) => { readonly resource: ProxyResource } | { readonly violations: readonly Violation[] };
  /** The one that the control plane holds. */
  readonly stored: (proxy: ProxyKey, context: AdmissionContext) => ProxyResource | undefined;
  /** The zone whose proxy has the name, as the control plane holds it; null where none has, or none is said. */
  readonly heldIn: (proxy: ProxyKey, context: AdmissionContext) => string | null;
  /** Where it is not and nothing was brought. */
  readonly absent: (proxy: ProxyKey) => string;
}
