// What passes through a zone's proxy without being decrypted: chains by server name, and the clusters that they lead to.
import type { EndpointSet } from "#model/endpoint.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";

/** A server name and where it leads. */
export interface PassChain {
  readonly sni: string;
  /** Another server name that means the same. */
  readonly also?: string;
  readonly cluster: string;
  /** To endpoints with these tags only. */
  readonly tags: Tags;
}

export interface PassCluster {
  readonly name: string;
  /** Sets of tag keys that chains tell its endpoints apart by, each sorted, in the order of their text. */
  readonly splits: readonly (readonly string[])[];
  /** Envoy's notation; absent = the usual one. */
  readonly connectTimeout?: string;
}

export interface Passing {
  /** Sorted by server name, each once. */
  readonly chains: readonly PassChain[];
  /** Sorted by name. */
  readonly clusters: readonly PassCluster[];
  /** By name. */
  readonly sets: ReadonlyMap<string, EndpointSet>;
}

/** A service's cluster at a zone's proxy, which serves many meshes (reference 3.1). */
export function meshCluster(mesh: string, service: string): string {
  return `${mesh}:${service}`;
}

/** The cluster of a subset of a service, where it has one of its own. */
export function subsetCluster(mesh: string, tags: Tags): string {
  const others = Object.keys(tags)
    .filter((key) => key !== SERVICE_TAG)
    .sort()
    .map((key) => `${key}=${tags[key]}`);
  const cluster = meshCluster(mesh, tags[SERVICE_TAG] ?? "");
  return others.length === 0 ? cluster : `${cluster}{${others.join()}}`;
}

/** Chains in order, the first of each server name as Envoy compares them: in lower case. */
export function distinctChains(chains: readonly PassChain[]): readonly PassChain[] {
  const found = new Map<string, PassChain>();
  for (const chain of chains) {
    const sni = chain.sni.toLowerCase();
    if (!found.has(sni)) found.set(sni, sni === chain.sni ? chain : { ...chain, sni });
  }
  return [...found.values()].sort((a, b) => (a.sni < b.sni ? -1 : 1));
}

/** The clusters that chains lead to. */
export function clustersOf(chains: readonly PassChain[]): readonly PassCluster[] {
  const splits = new Map<string, Map<string, readonly string[]>>();
  const names = new Set<string>();
  for (const { cluster, tags } of chains) {
    names.add(cluster);
    const keys = Object.keys(tags).sort();
    if (keys.length === 0) continue;
    const own = splits.get(cluster) ?? new Map<string, readonly string[]>();
    splits.set(cluster, own.set(keys.join(), keys));
  }
  return [...names].sort().map((name) => ({ name, splits: inOrder(splits.get(name)) }));
}

/** By their text; most clusters have none. */
function inOrder(splits: ReadonlyMap<string, readonly string[]> | undefined): PassCluster["splits"] {
  if (splits === undefined) return [];
  return [...splits].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, keys]) => keys);
}
