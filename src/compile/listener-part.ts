// Dataplanes that serve a zone as its ingress or egress for their mesh: what they have beside their own, under the names of resources.
import { type Exposure, exposedBy, exposureOf } from "#match/exposed.ts";
import { type Leaving, type LeavingWay, leavingOf } from "#match/leaving.ts";
import type { ViewIndex } from "#match/match.ts";
import type { Member } from "#match/member.ts";
import { type ZoneListenerPlace, zoneListenersOf } from "#match/zone-listener.ts";
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import type { Bindings, Digest } from "#model/json.ts";
import { sameJson } from "#model/same.ts";
import type { ProxyEntry } from "#snapshot/template.ts";
import { type GeneratedWay, generateWay } from "#xds/leaving.ts";
import { listenerStat } from "#xds/names.ts";
import { passChain } from "#xds/passing.ts";
import { sectionListener, zoneListener } from "#xds/zone-listener.ts";
import type { GroupBlob } from "./blob.ts";
import { type BlobOf, passGroup, plainGroup, templateBlobs } from "./pass-group.ts";

export interface ListenerPart {
  readonly exposure: Exposure;
  readonly leaving: Leaving;
  readonly generated: ReadonlyMap<LeavingWay, GeneratedWay>;
  /** What each dataplane's entry has beside its own groups, by name. */
  readonly groups: ReadonlyMap<string, ProxyEntry["groups"]>;
  readonly blobs: readonly GroupBlob[];
  /** By name, those that ingresses name. */
  readonly sets: ReadonlyMap<string, EndpointSet>;
  /** Some of them ends the mesh's TLS. */
  readonly secured: boolean;
  readonly blobOf: BlobOf;
}

interface Context {
  readonly digest: Digest;
  /** The mesh has a trust bundle. */
  readonly trusted: boolean;
}

/** Null where no dataplane of the zone listens so. */
export function listenerPart(
  index: ViewIndex,
  { digest, trusted }: Context,
  before?: ListenerPart | null,
): ListenerPart | null {
  const places = zoneListenersOf(index);
  if (places.length === 0) return null;
  const blobOf = before?.blobOf ?? templateBlobs(digest);
  const context = { digest, blobOf };
  const exposure = exposureOf(index, before?.exposure);
  const leaving = leavingOf(index, before?.leaving);
  const serves = (type: ZoneListenerPlace["type"]): boolean => places.some((place) => place.type === type);
  const ingress = serves("ZoneIngress") ? ingressGroups(exposure, context) : [];
  const ways = serves("ZoneEgress") && trusted ? leaving.ways : [];
  const generated = new Map(
    ways.map((way) => [way, before?.generated.get(way) ?? generateWay(mesh(index), renamed(way))]),
  );
  const egress = ways.length === 0 ? [] : egressGroups([...generated.values()], context);
  const groups = new Map<string, ProxyEntry["groups"][number][]>();
  for (const place of places) {
    const own = groups.get(place.dataplane) ?? [];
    groups.set(place.dataplane, own);
    for (const { hash, holes } of place.type === "ZoneIngress" ? ingress : egress) {
      const entry = [hash, valuesOf(place, holes)] as const;
      if (!own.some((one) => sameJson(one, entry))) own.push(entry);
    }
  }
  return {
    exposure,
    leaving,
    generated,
    groups,
    blobs: [...ingress, ...egress],
    sets: ingress.length === 0 ? new Map() : setsOf(exposure, before?.sets),
    secured: egress.length > 0,
    blobOf,
  };
}

interface Making {
  readonly digest: Digest;
  readonly blobOf: BlobOf;
}

function mesh({ view }: ViewIndex): string {
  return view.mesh.name;
}

function ingressGroups({ ways, chains }: Exposure, context: Making): readonly GroupBlob[] {
  const byCluster = new Map(ways.map((way) => [way.cluster, way]));
  // Envoy refuses a listener with a server name twice, and namespaces of one zone may call two resources alike.
  const taken = new Set(chains.map(({ sni }) => sni));
  const named = chains.flatMap((chain) => {
    const { kri, alias } = byCluster.get(chain.cluster) ?? {};
    if (kri === undefined) return [];
    const also = alias?.toLowerCase();
    if (also === undefined || taken.has(also)) return [{ ...chain, cluster: kri }];
    taken.add(also);
    return [{ ...chain, cluster: kri, also }];
  });
  if (named.length === 0) return [];
  const clusters = [...new Set(named.map(({ cluster }) => cluster))].sort().map((name) => ({ name, splits: [] }));
  const group = passGroup(clusters, (cluster) => cluster, context);
  return [
    plainGroup([zoneListener(named.map(passChain), sectionListener("ZoneIngress"))], context),
    ...(group === null ? [] : [group]),
  ];
}

function egressGroups(ways: readonly GeneratedWay[], context: Making): readonly GroupBlob[] {
  const clusters = ways.flatMap(({ made }) => [made.cluster ?? [], made.extras].flat());
  return [
    plainGroup(
      [
        zoneListener(
          ways.map(({ chain }) => chain),
          sectionListener("ZoneEgress"),
        ),
      ],
      context,
    ),
    plainGroup(clusters, context),
  ];
}

/** The values of a listener's holes. */
function valuesOf({ type, section, address, port }: ZoneListenerPlace, holes: readonly string[]): Bindings {
  const rbac = listenerStat(`self_${type.toLowerCase()}_dp_${section}`);
  const all: Bindings = { address, port, rbac, section };
  return Object.fromEntries(holes.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}

/** A dataplane may call the destination too, whose cluster has the older name. */
function renamed(way: LeavingWay): LeavingWay {
  const name = way.kri ?? way.cluster;
  return { ...way, chain: name, cluster: name, service: name, routeConfig: name };
}

/** The zone's own endpoints under the ports' KRIs. */
function setsOf(
  { ways, behind }: Exposure,
  before?: ReadonlyMap<string, EndpointSet>,
): ReadonlyMap<string, EndpointSet> {
  const sets = new Map<string, EndpointSet>();
  for (const { cluster, kri } of ways) {
    if (kri === undefined) continue;
    const endpoints = (behind.get(cluster) ?? []).flatMap(({ endpoint }: Member) => endpoint ?? []);
    const made: EndpointSet = { cluster: kri, endpoints };
    const old = before?.get(kri);
    sets.set(kri, old !== undefined && sameJson(old, made) ? old : made);
  }
  return sets;
}

/** The endpoints that one dataplane gives to the zone's listeners: for a newcomer's overlay. */
export function servedBy(
  { exposure }: ListenerPart,
  dataplane: Member["dataplane"],
): readonly { readonly cluster: string; readonly endpoint: Endpoint }[] {
  const kris = new Map(exposure.ways.map(({ cluster, kri }) => [cluster, kri]));
  return exposedBy(exposure, dataplane).flatMap(({ cluster, endpoint }) => {
    const kri = kris.get(cluster);
    return kri === undefined ? [] : [{ cluster: kri, endpoint: { ...endpoint, dataplane: dataplane.name } }];
  });
}
