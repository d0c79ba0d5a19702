// Endpoints of a cluster, in the compact form that snapshots store and relays overlay.
import type { Arrangement } from "./locality.ts";
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
  /** Labels of the dataplane, those alone that policies tell localities apart by. */
  readonly labels?: Tags;
  /** Name of the dataplane behind it: a relay's overlay adds and removes by it. `west/zi-1` for a place that leads to another zone. */
  readonly dataplane: string;
  /** Part of the zone, in an arranged set: `key=value` of the tag that it shares with the client. */
  readonly subZone?: string;
  /** Share of its locality among those of the same priority; absent = the sum of its endpoints' weights. */
  readonly localityWeight?: number;
}

export interface EndpointSet {
  /** Name of the cluster, and so of Envoy's ClusterLoadAssignment; an arranged set has a name of its own. */
  readonly cluster: string;
  /** Ordered by dataplane name, then port; never by arrival. */
  readonly endpoints: readonly Endpoint[];
  /** What each instance of the own zone weighs beside places that stand for many of another; absent = 1. */
  readonly localWeight?: number;
  /** The cluster whose endpoints an arranged set has, and how they are arranged. */
  readonly of?: string;
  readonly arrangement?: Arrangement;
}

/** The `dataplane` of an endpoint that leads to another zone: no dataplane has such a name, so that no overlay takes it. */
export function remoteName(zone: string, place: string): string {
  return `${zone}/${place}`;
}

/** Whether an endpoint stands for others: instances of another zone, or what an egress leads to. */
export function isRemote({ dataplane }: Pick<Endpoint, "dataplane">): boolean {
  return dataplane.includes("/") || dataplane.startsWith(":");
}

/** The `dataplane` of an endpoint that is an egress of the zone: `/ze-1` a ZoneEgress, `:out-1` a dataplane that listens as one. */
export function egressName(type: "ZoneEgress" | "Dataplane", name: string): string {
  return type === "ZoneEgress" ? `/${name}` : `:${name}`;
}

/** The egress that an endpoint is, or by which it leads to another zone (`/ze-1` of `west//ze-1`); null for any other endpoint. */
export function egressBehind({ dataplane }: Pick<Endpoint, "dataplane">): string | null {
  const name = dataplane.slice(/^[/:]/.test(dataplane) ? 0 : dataplane.indexOf("/") + 1);
  return /^[/:]/.test(name) ? name : null;
}

/** The `dataplane` of an endpoint in sets that serve several meshes; no name of either has a colon. */
export function memberKey(mesh: string, dataplane: string): string {
  return `${mesh}:${dataplane}`;
}
