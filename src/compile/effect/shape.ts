// What an effect is: plain values, as they are stored, answered and printed.
import type { DiffStep } from "#model/json-diff.ts";
import type { EnvoyKind } from "#snapshot/template.ts";

/** What a zone's proxies get that they did not have, and what they have no more. */
export interface Effect {
  readonly zone: string;
  /** Proxies with other listeners, routes, clusters or secrets; those whose endpoint sets alone differ are not among them. */
  readonly proxies: number;
  /** Those that most proxies have first, then by mesh and first name. */
  readonly shapes: readonly Shape[];
  /** By mesh and cluster. */
  readonly endpoints: readonly EndpointEffect[];
  /** Secrets that a whole mesh shares: its trust bundle. By mesh and name. */
  readonly secrets: readonly SecretEffect[];
}

/** Proxies of one mesh that the same things happen to. */
export interface Shape {
  /** Empty for a zone's own ingresses and egresses. */
  readonly mesh: string;
  /** Of proxies that come or go, all resources come or go; `resources` then names them. */
  readonly change: Change;
  /** How many, and the first names in order. */
  readonly proxies: { readonly count: number; readonly names: readonly string[] };
  /** By kind and name. */
  readonly resources: readonly ResourceEffect[];
}

export type Change = "added" | "removed" | "changed";

export interface ResourceEffect {
  readonly kind: EnvoyKind;
  /** As Envoy knows it; of the first proxy, where it differs from proxy to proxy. */
  readonly name: string;
  readonly change: Change;
  /** RFC 6902, from the first proxy's resource before to its resource after; null stands for a resource that is not there. */
  readonly patch: readonly DiffStep[];
  /** The name or the patch has values of the first proxy's own, such as its address: in the others' place stand theirs. */
  readonly own: boolean;
  /** The patch was left out, because the whole would have been too large to keep. */
  readonly cut?: true;
}

export interface EndpointPlace {
  /** Name of the dataplane behind it; `west/zi-1` for a place that leads to another zone. */
  readonly dataplane: string;
  readonly address: string;
  readonly port: number;
  readonly zone: string;
  readonly weight: number;
  readonly priority: number;
}

export interface EndpointEffect {
  readonly mesh: string;
  /** The cluster; of a set that is arranged for some clients its own name. */
  readonly cluster: string;
  readonly added: readonly EndpointPlace[];
  readonly removed: readonly EndpointPlace[];
  /** Those that stay with another weight, priority or other tags, as they are then. */
  readonly changed: readonly EndpointPlace[];
  /** How many of the zone's proxies have the cluster after the change. */
  readonly proxies: number;
}

export interface SecretEffect {
  readonly mesh: string;
  /** As SDS knows it. */
  readonly name: string;
  readonly change: Change;
}
