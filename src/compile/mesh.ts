// One mesh's part of a zone: each proxy's entry, the endpoint sets and the trust bundle, reused where nothing changed.
import type { NativeEnvoy } from "#envoy/native.ts";
import { endpointSets, hasSpareSets, indexView, policyFaults, type ViewIndex } from "#match/match.ts";
import { canonical } from "#model/canonical.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import type { Digest, Hash, Json } from "#model/json.ts";
import { kriOf } from "#model/kri-of.ts";
import type { View } from "#model/view.ts";
import type { MeshContent } from "#snapshot/build.ts";
import { inShards, patchedShards, type Shards, shardsOf, valuesOf } from "#snapshot/shard.ts";
import type { ProxyEntry } from "#snapshot/template.ts";
import type { PolicyFault } from "#xds/explain.ts";
import { bundleSecret } from "#xds/names.ts";
import { bundleTemplate } from "#xds/secret.ts";
import type { Blob } from "./blob.ts";
import { type ArrangedSets, arrangedSets } from "./endpoint-set.ts";
import { createGroupMaker, type GroupMaker } from "./group.ts";
import { type ListenerPart, listenerPart } from "./listener-part.ts";
import { type CompiledProxy, type Roster, rosterOf } from "./roster.ts";
import { soundPart } from "./sound.ts";

export interface MeshContext {
  readonly zone: string;
  readonly digest: Digest;
  readonly native: NativeEnvoy | null;
}

export interface MeshMemo {
  readonly index: ViewIndex;
  readonly maker: GroupMaker;
  readonly roster: Roster;
  /** Proxies that need a trust bundle are left out, for there is none. */
  readonly locked: boolean;
  /** Where a proxy has endpoint sets of its own. */
  readonly arranged: ArrangedSets | null;
  /** What dataplanes that serve as the zone's ingress or egress have beside their own; null where none does. */
  readonly listening: ListenerPart | null;
  /** The sets of what proxies call. */
  readonly endpoints: Shards<EndpointSet>;
  readonly content: MeshContent;
  readonly bundle: Blob | null;
  readonly faults: readonly PolicyFault[];
}

/**
 * Compiles one mesh for a zone; what `previous` holds of the same mesh and zone is reused by identity. Stored resources have
 * been validated, so shapes are looked at only where something could not be read at all; then those that are broken are left
 * out, and at the worst the mesh, and other meshes never notice.
 */
export function compileMesh(view: View, context: MeshContext, previous?: MeshMemo): MeshMemo {
  try {
    return compileSound(view, context, previous);
  } catch {
    const sound = soundPart(view);
    try {
      const mesh = compileSound(sound.view, context);
      return { ...mesh, faults: [...mesh.faults, ...sound.faults] };
    } catch (error) {
      const reason = `${error instanceof Error ? error.message : "it could not be read"}; the mesh is left out`;
      const nobody = compileSound({ ...view, resources: {}, bundle: [] }, context);
      return { ...nobody, faults: [...sound.faults, { kri: kriOf(view.mesh), field: "", reason }] };
    }
  }
}

function compileSound(view: View, { zone, digest, native }: MeshContext, previous?: MeshMemo): MeshMemo {
  // An organisation has a thousand meshes, and one of them has changed.
  if (previous?.index.view === view) return previous;
  const index = indexView(view, zone, digest, previous?.index);
  const maker = previous?.maker ?? createGroupMaker(view.mesh.name, digest, native);
  maker.turn();
  const roster = rosterOf(index, maker, previous);
  const bundle = bundleOf(view, digest, previous);
  const locked = roster.secured > 0 && bundle === null;
  const listening = locked ? null : listenerPart(index, { digest, trusted: bundle !== null }, previous?.listening);
  const secured = roster.secured > 0 || listening?.secured === true;
  const faults = [...[...roster.faults.values()].flat(), ...(listening?.faults ?? [])];
  if (locked) faults.push(withoutBundle(view));
  faults.push(...policyFaults(index));
  const proxies = locked ? unsecured(roster) : roster.proxies;
  const before = previous?.arranged ?? null;
  const arranged = roster.arranged > 0 ? arrangedSets(index, proxies, before) : null;
  const endpoints =
    arranged?.shards ?? (isPartial({ roster, locked, index }) ? namedSets(index, proxies) : allSets(index, previous));
  const content = {
    proxies: listening === null ? proxies : withListeners(proxies, listening),
    endpoints: listening === null ? endpoints : patchedShards(endpoints, listening.sets),
    secrets: secretsOf(view, secured ? bundle : null, previous),
  };
  return { index, maker, roster, locked, arranged, listening, endpoints, content, bundle, faults };
}

/** Those that can be served without a trust bundle. */
function unsecured({ proxies }: Roster): Shards<CompiledProxy> {
  return proxies.map((shard) => new Map([...shard].filter(([, { secured }]) => !secured)));
}

function withListeners(proxies: Shards<ProxyEntry>, { groups }: ListenerPart): Shards<ProxyEntry> {
  const changes = [...groups].flatMap(([name, more]): readonly (readonly [string, ProxyEntry])[] => {
    const own = inShards(proxies, name);
    return own === undefined ? [] : [[name, { groups: [...own.groups, ...more] }]];
  });
  return patchedShards(proxies, changes);
}

/** Whether some endpoint sets of the index may be named by nothing that is served. */
function isPartial({ roster, locked, index }: Pick<MeshMemo, "roster" | "locked" | "index">): boolean {
  return roster.partial > 0 || locked || hasSpareSets(index);
}

/** Every destination's set; those before, patched, where they were all there. */
function allSets(index: ViewIndex, previous: MeshMemo | undefined): Shards<EndpointSet> {
  const sets = endpointSets(index);
  if (previous === undefined || isPartial(previous) || previous.arranged !== null) return shardsOf(sets);
  const before = endpointSets(previous.index);
  if (before === sets) return previous.endpoints;
  const changes: [string, EndpointSet | undefined][] = [...sets].filter(([name, set]) => before.get(name) !== set);
  for (const name of before.keys()) if (!sets.has(name)) changes.push([name, undefined]);
  return patchedShards(previous.endpoints, changes);
}

/** The sets that something served still names, where something was left out. */
function namedSets(index: ViewIndex, proxies: Shards<CompiledProxy>): Shards<EndpointSet> {
  const named = new Set<string>();
  for (const { blobs } of valuesOf(proxies)) {
    for (const { clusters } of blobs) for (const name of clusters) named.add(name);
  }
  return shardsOf([...endpointSets(index)].filter(([cluster]) => named.has(cluster)));
}

/** The template of what the mesh trusts. */
export function bundleOf(view: View, digest: Digest, previous?: MeshMemo): Blob | null {
  if (previous !== undefined && previous.index.view.bundle === view.bundle) return previous.bundle;
  const template = bundleTemplate(view.mesh.name, view.bundle);
  if (template === null) return null;
  const text = canonical(template as unknown as Json);
  return { hash: digest(text), text };
}

function secretsOf(view: View, bundle: Blob | null, previous: MeshMemo | undefined): ReadonlyMap<string, Hash> {
  const name = bundleSecret(view.mesh.name);
  const before = previous?.content.secrets;
  if (before !== undefined && before.get(name) === bundle?.hash) return before;
  return new Map(bundle === null ? [] : [[name, bundle.hash]]);
}

/** Plaintext in its place would be a hole in the wall, and a reference to a missing secret would stop every mesh of the zone. */
export function withoutBundle(view: View): PolicyFault {
  return {
    kri: kriOf(view.mesh),
    field: "mtls.enabledBackend",
    reason: "mTLS is on and the backend has no CA certificate: the mesh's proxies are left out until it has one",
  };
}
