// A proxy that joins while the control plane is out of reach: its own part, to be laid over the signed snapshot.
import { exposedBy, exposureOf } from "#match/exposed.ts";
import { endpointOf, indexView } from "#match/match.ts";
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import type { Digest, Hash } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import { inShards } from "#snapshot/shard.ts";
import type { ProxyEntry } from "#snapshot/template.ts";
import { bundleSecret } from "#xds/names.ts";
import {
  type CompileFault,
  type CompileInput,
  type CompileMemo,
  compile,
  exposureIn,
  meshMemo,
  sortedFaults,
  zonePartOf,
} from "./compile.ts";
import { setsFor } from "./endpoint-set.ts";
import { createGroupMaker } from "./group.ts";
import { listenerPart, servedBy } from "./listener-part.ts";
import { bundleOf, withoutBundle } from "./mesh.ts";
import { compileProxy } from "./roster.ts";
import { joinedView } from "./standing-view.ts";

export interface NewcomerInput extends CompileInput {
  readonly mesh: string;
  readonly dataplane: Resource<DataplaneSpec>;
}

export interface Membership {
  readonly cluster: string;
  readonly endpoint: Endpoint;
}

export interface Newcomer {
  readonly entry: ProxyEntry;
  /** Text of every blob that the entry and the secrets reach, also of those that the snapshot has. */
  readonly blobs: ReadonlyMap<Hash, string>;
  /** The endpoints that it gives, and the cluster of each: the overlay shows them to its peers. */
  readonly memberships: readonly Membership[];
  /** The same behind the ingresses of the zone, in the sets of no mesh; there it is called by `memberKey`. */
  readonly exposed: readonly Membership[];
  /** Sets of the clusters that it calls, without itself: for those that no other proxy of the zone calls yet. */
  readonly endpoints: readonly EndpointSet[];
  /** SDS name → template, as in a section `secrets/<mesh>`. */
  readonly secrets: ReadonlyMap<string, Hash>;
  readonly faults: readonly CompileFault[];
}

/**
 * Compiles one dataplane that the views do not hold (or hold in another form). Null where the zone has no such mesh.
 * With the memo of a compile of the same views it costs one proxy, else one index of the mesh.
 */
export function compileNewcomer(input: NewcomerInput, digest: Digest, previous?: CompileMemo): Newcomer | null {
  const base = input.views.find((view) => view.mesh.name === input.mesh);
  if (base === undefined) return null;
  const view = joinedView(base, input.dataplane);
  const memo = meshMemo(input, digest, previous);
  const index = indexView(view, input.zone, digest, memo?.index);
  const maker = memo?.maker ?? createGroupMaker(input.mesh, digest, input.native ?? null);
  maker.turn();
  const proxy = compileProxy(index, maker, input.dataplane);
  const trust = bundleOf(view, digest);
  const locked = proxy.secured && trust === null;
  const { groups: called, blobs: calling } = locked ? { groups: [], blobs: [] } : proxy;
  const listening = locked ? null : listenerPart(index, { digest, trusted: trust !== null }, memo?.listening);
  const listens = listening?.groups.get(input.dataplane.name) ?? [];
  const groups = [...called, ...listens];
  const made = [...calling, ...(listening?.blobs ?? []).filter(({ hash }) => listens.some(([own]) => own === hash))];
  const bundle = proxy.secured || (listens.length > 0 && listening?.secured === true) ? trust : null;
  const memberships = [
    ...endpointOf(index, input.dataplane),
    ...(listening === null ? [] : servedBy(listening, input.dataplane)),
  ];
  const isExposed = input.zoneProxies?.some(({ type }) => type === "ZoneIngress") === true;
  const exposed = isExposed ? exposedBy(exposureOf(index, exposureIn(previous, input, digest)), input.dataplane) : [];
  const blobs = new Map<Hash, string>();
  for (const { hash, text, templates } of made) {
    blobs.set(hash, text);
    for (const template of templates) blobs.set(template.hash, template.text);
  }
  const secrets = new Map<string, Hash>();
  if (bundle !== null) {
    blobs.set(bundle.hash, bundle.text);
    secrets.set(bundleSecret(input.mesh), bundle.hash);
  }
  const listened = listens.length > 0 ? [...(listening?.sets.values() ?? [])] : [];
  const endpoints = [...setsFor(index, { groups: called, blobs: calling }), ...listened].map((set) => ({
    ...set,
    endpoints: set.endpoints.filter(({ dataplane }) => dataplane !== input.dataplane.name),
  }));
  const faults = [...proxy.faults, ...(locked ? [withoutBundle(view)] : [])];
  return { entry: { groups }, blobs, memberships, exposed, endpoints, secrets, faults: sortedFaults([{ faults }]) };
}

/**
 * Compiles one ingress or egress of the zone, whether the input holds it or not. Null where it does not say where it listens.
 * With the memo of a compile of the same views it costs little more than its own entry.
 */
export function compileZoneNewcomer(
  input: CompileInput & { readonly proxy: ZoneProxy },
  digest: Digest,
  previous?: CompileMemo,
): Newcomer | null {
  const { proxy, ...others } = input;
  const zoneProxies = [...(input.zoneProxies ?? []).filter(({ name }) => name !== proxy.name), proxy];
  const { memo } = compile({ ...others, zoneProxies }, digest, previous);
  const part = zonePartOf(memo);
  const made = part?.parts.get(proxy.name);
  const entry = part === null ? undefined : inShards(part.content.proxies, proxy.name);
  if (made === undefined || entry === undefined) return null;
  const blobs = new Map<Hash, string>();
  for (const { hash, text, templates } of made.groups) {
    blobs.set(hash, text);
    for (const template of templates) blobs.set(template.hash, template.text);
  }
  for (const [, { hash, text }] of made.secrets) blobs.set(hash, text);
  return {
    entry,
    blobs,
    memberships: [],
    exposed: [],
    endpoints: made.sets.flatMap((sets) => [...sets.values()]),
    secrets: new Map(made.secrets.map(([name, { hash }]) => [name, hash])),
    faults: sortedFaults([made]),
  };
}
