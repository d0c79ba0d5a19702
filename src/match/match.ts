// The face of matching: a view, indexed for one zone, and what it says of each proxy and of each destination's endpoints.

import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import type { MatchedProxy } from "./matched.ts";
import type { MatchFault, ViewIndex } from "./view-index.ts";

export type { MatchFault, ViewIndex } from "./view-index.ts";

/**
 * Indexes a view for one zone. With the index of an earlier view of the same mesh and zone, parts whose resources kept
 * their identity are reused; the result equals a fresh index. `index.dataplanes` are the zone's own, sorted by name.
 */
export declare function indexView(view: View, zone: string, previous?: ViewIndex): ViewIndex;

/**
 * What generation needs to know of one dataplane. Alike proxies share `inbounds` and `outbounds` by reference; only
 * `name` and `bindings` differ. Also for a newcomer that the view does not hold yet. Never throws for what users wrote.
 */
export declare function matchProxy(index: ViewIndex, dataplane: Resource<DataplaneSpec>): MatchedProxy;

/** By cluster, the endpoints of every destination that a dataplane of the zone lists; empty sets too. */
export declare function endpointSets(index: ViewIndex): ReadonlyMap<string, EndpointSet>;

/** The endpoints that this dataplane gives, and the clusters that they belong to: for a newcomer's overlay. */
export declare function endpointOf(
  index: ViewIndex,
  dataplane: Resource<DataplaneSpec>,
): readonly { readonly cluster: string; readonly endpoint: Endpoint }[];

/** Mistakes that matching met so far and left out; sorted and without repeats. */
export declare function faultsOf(index: ViewIndex): readonly MatchFault[];
