// How far snapshots and revisions have come at relays.
import type { RevisionCounts } from "#model/revision-counts.ts";

export interface Laggard {
  readonly proxy: string;
  readonly reason: string;
  /** It is registered, and its Envoy has no stream; absent = it has one. */
  readonly connected?: false;
}

export interface DeliveryRow {
  readonly zone: string;
  readonly relay: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly acked: number;
  readonly nacked: number;
  readonly pending: number;
  /** Names of up to 20 proxies that have not ACKed, with Envoy's words where it refused. */
  readonly laggards: readonly Laggard[];
  readonly at: string;
}

/** How far a revision has come at a relay. */
export interface RevisionDeliveryRow extends RevisionCounts {
  readonly epoch: number;
  readonly revision: number;
  readonly zone: string;
  readonly relay: string;
  readonly sequence: number;
  /** When the relay's poll was answered with it, milliseconds since 1970; null = it was loaded from disk. */
  readonly answeredAt: number | null;
  /** Up to 20 proxies that lack it. */
  readonly laggards: readonly RevisionLaggard[];
  readonly at: string;
}

export interface RevisionLaggard extends Laggard {
  readonly state: "fetched" | "pushed" | "nacked" | "absent";
  /** The revision that was served when it began to refuse. */
  readonly since?: number;
  /** What its Envoy refuses, and by which rules of which policies that is as it is. */
  readonly refused?: readonly RefusedResource[];
}

export interface RefusedResource {
  readonly kind: string;
  readonly name: string;
  readonly writers: readonly { readonly kri: string; readonly rule: string }[];
}

/** All queries on one tenant's deliveries. */
export interface TenantDeliveries {
  /** One row a (zone, relay, sequence): counts and laggards; at most two rows written a call. */
  recordDelivery(delivery: DeliveryRow): Promise<void>;
  /** Newest first; the last 50 of each relay. */
  deliveries(zone: string): Promise<readonly DeliveryRow[]>;
  /** At each relay, of this revision and of all later ones; the last 200 revisions are kept. */
  revisionDeliveries(from: {
    readonly epoch: number;
    readonly revision: number;
  }): Promise<readonly RevisionDeliveryRow[]>;
}
