// Locality rules, and what they come to for one client: the values that endpoint sets are arranged by.

/** What a conf says of localities, the same for all clients that it holds for. */
export interface LocalityRules {
  /** Tags by which endpoints of the client's own zone are told apart, the dearest first. */
  readonly affinity: readonly { readonly key: string; readonly weight: number }[];
  /** Where traffic goes beside the own zone; a rule without `from` holds in every zone. */
  readonly failover: readonly (ZoneRule & { readonly from?: readonly string[] })[];
  /** Envoy's overprovisioning factor; absent = Envoy's own. */
  readonly overprovisioning?: number;
}

/** Zones that a rule takes in, at which priority; with `None` neither it nor any rule after it takes one. */
export interface ZoneRule {
  readonly to: "Any" | "Only" | "AnyExcept" | "None";
  readonly zones: readonly string[];
  readonly priority: number;
}

/** The rules as they are for one client: what arranges a set, and what a later endpoint of the set is arranged by. */
export interface Arrangement {
  /** The client's zone. */
  readonly zone: string;
  /** The tags of which the client has a value. */
  readonly affinity: readonly { readonly key: string; readonly value: string; readonly weight: number }[];
  /** Whether localities of the own zone have weights. */
  readonly weighted: boolean;
  /** The first that takes an endpoint of another zone; without one it is left out. */
  readonly crossZone: readonly ZoneRule[];
  readonly overprovisioning?: number;
}
