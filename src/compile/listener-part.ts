// Dataplanes that serve a zone as its ingress or egress for their mesh: what they have beside their own, under the names of resources.
import { type Exposure, exposedBy, exposureOf } from "#match/exposed.ts";
import { type Leaving, leavingOf } from "#match/leaving.ts";
import { listenerPolicies } from "#match/listener-policy.ts";
import { matchProxy, type ViewIndex } from "#match/match.ts";
import type { MatchedProxy } from "#match/matched.ts";
import type { Member } from "#match/member.ts";
import { type ZoneListenerPlace, zoneListenersOf } from "#match/zone-listener.ts";
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import type { Bindings, Digest } from "#model/json.ts";
import { sameJson } from "#model/same.ts";
import type { ProxyEntry } from "#snapshot/template.ts";
import type { PolicyFault } from "#xds/explain.ts";
import { proxyBindings } from "#xds/inbound.ts";
import { listenerStat, sectionName } from "#xds/names.ts";
import type { GroupBlob } from "./blob.ts";
import { type ListenerVariant, listenerVariant, type VariantInput } from "./listener-variant.ts";
import { type BlobOf, templateBlobs } from "./pass-group.ts";

export interface ListenerPart {
  readonly exposure: Exposure;
  readonly leaving: Leaving;
  /** What listeners are made of that the same policies select. */
  readonly variants: readonly ListenerVariant[];
  /** What each dataplane's entry has beside its own groups, by name. */
  readonly groups: ReadonlyMap<string, ProxyEntry["groups"]>;
  readonly blobs: readonly GroupBlob[];
  /** By name, those that ingresses name. */
  readonly sets: ReadonlyMap<string, EndpointSet>;
  /** Some of them ends the mesh's TLS. */
  readonly secured: boolean;
  readonly faults: readonly PolicyFault[];
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
  const exposure = exposureOf(index, before?.exposure);
  const leaving = leavingOf(index, before?.leaving);
  const making: VariantInput = {
    index,
    exposure,
    ways: trusted ? leaving.ways : [],
    digest,
    blobOf,
    before: before?.variants ?? [],
  };
  const variants = new Map<string, ListenerVariant>();
  const groups = new Map<string, ProxyEntry["groups"][number][]>();
  const dataplanes = new Map(index.dataplanes.map((one) => [one.name, one]));
  for (const place of places) {
    const dataplane = dataplanes.get(place.dataplane);
    if (dataplane === undefined) continue;
    const policies = listenerPolicies(index, dataplane, place);
    const key = `${place.type} ${policies.map(({ id }) => id).join()}`;
    const variant = variants.get(key) ?? listenerVariant(place.type, policies, making);
    variants.set(key, variant);
    const own = groups.get(place.dataplane) ?? [];
    groups.set(place.dataplane, own);
    const proxy = variant.groups.some(({ holes }) => holes.some(isProxys)) ? matchProxy(index, dataplane) : null;
    for (const { hash, holes } of variant.groups) {
      const entry = [hash, valuesOf(place, proxy, holes)] as const;
      if (!own.some((one) => sameJson(one, entry))) own.push(entry);
    }
  }
  const all = [...variants.values()];
  const lets = (type: ZoneListenerPlace["type"]): boolean =>
    all.some((variant) => variant.type === type && variant.groups.length > 0);
  return {
    exposure,
    leaving,
    variants: all,
    groups,
    blobs: all.flatMap((variant) => variant.groups),
    sets: lets("ZoneIngress") ? setsOf(exposure, before?.sets) : new Map(),
    secured: lets("ZoneEgress"),
    faults: all.flatMap((variant) => variant.faults),
    blobOf,
  };
}

/** Whether a hole is filled by what the proxy is, and not by where it listens. */
function isProxys(hole: string): boolean {
  return hole.startsWith("proxy.");
}

/** The values of a listener's holes. */
function valuesOf(
  { type, section, address, port }: ZoneListenerPlace,
  proxy: MatchedProxy | null,
  holes: readonly string[],
): Bindings {
  const rbac = listenerStat(sectionName(type, section));
  const own = proxy === null ? {} : proxyBindings(proxy, holes.filter(isProxys));
  const all: Bindings = { ...own, address, port, rbac, section };
  return Object.fromEntries(holes.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
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
