// What a zone's ingress lets in of one mesh: a chain for every server name that a client of any zone may send, and the zone's own endpoints.
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { ANY } from "#model/selector.ts";
import { LABEL, SERVICE_TAG, type Tags } from "#model/tag.ts";
import { membersBehind } from "./destination.ts";
import { isLocal, type Member } from "./member.ts";
import { resourceNames } from "./resource-name.ts";
import { sniOf } from "./sni.ts";
import type { Target } from "./target.ts";
import type { ViewIndex } from "./view-index.ts";

/** A server name and where it leads. */
export interface PassChain {
  readonly sni: string;
  readonly cluster: string;
  /** Endpoints with these tags only. */
  readonly tags: Tags;
}

export interface PassCluster {
  readonly name: string;
  /** Sets of tag keys that chains tell its endpoints apart by, each sorted. */
  readonly splits: readonly (readonly string[])[];
}

/** What passes through a zone's proxy without being decrypted. */
export interface Passing {
  /** Sorted by server name, each once. */
  readonly chains: readonly PassChain[];
  /** Sorted by name. */
  readonly clusters: readonly PassCluster[];
  /** By cluster. */
  readonly sets: ReadonlyMap<string, EndpointSet>;
}

export interface Exposure extends Passing {
  readonly index: ViewIndex;
  readonly members: ViewIndex["members"];
  /** Tag sets beyond a service alone that dataplanes of any zone list, with how many do. */
  readonly listed: ReadonlyMap<string, { readonly tags: Tags; readonly uses: number }>;
  /** What each set was made of, by cluster. */
  readonly bases: ReadonlyMap<string, readonly Member[]>;
}

/** A destination that the zone can serve, and the endpoint set behind it. */
interface Way {
  readonly target: Target;
  readonly cluster: string;
  readonly tags: Tags;
}

/** What the zone exposes of a mesh whose traffic is mTLS; `before` lends what comes out equal. */
export function exposureOf(index: ViewIndex, before?: Exposure): Exposure {
  if (before?.index === index) return before;
  const listed = listedSubsets(index, before);
  const alike =
    before !== undefined &&
    before.listed === listed &&
    before.index.services === index.services &&
    before.index.routed === index.routed &&
    before.index.view.mesh === index.view.mesh &&
    sameServices(index, before);
  const ways = alike ? null : waysOf(index, listed);
  const chains = ways === null ? (before as Exposure).chains : kept(chainsOf(ways, index), before?.chains);
  const clusters = ways === null ? (before as Exposure).clusters : kept(clustersOf(ways), before?.clusters);
  const { sets, bases } = setsOf(index, ways, before);
  return { index, members: index.members, listed, chains, clusters, sets, bases };
}

function kept<T>(made: readonly T[], before: readonly T[] | undefined): readonly T[] {
  return before !== undefined && sameJson(made, before) ? before : made;
}
