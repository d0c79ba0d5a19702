// Endpoints of a cluster, in the compact form that snapshots store and relays overlay.
import type { Tags } from "./tag.ts";

export interface Endpoint {
  /** IP address or DNS name that clients connect to (a dataplane's advertisedAddress, if it has one). */
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly zone: string;
  /** 0 is tried first. */
  readonly priority: number;
  /** Without kuma.io/service; becomes `envoy.lb` metadata. */
  readonly tags: Tags;
  /** Name of the dataplane behind it: a relay's overlay adds and removes by it. */
  readonly dataplane: string;
}

export interface EndpointSet {
  /** Name of the cluster, and so of Envoy's ClusterLoadAssignment. */
  readonly cluster: string;
  /** Ordered by dataplane name, then port; never by arrival. */
  readonly endpoints: readonly Endpoint[];
}
