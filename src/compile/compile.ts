// The conductor: views → snapshot of one zone. The only place that calls match, xds and snapshot in sequence.
import type { NativeEnvoy } from "#envoy/native.ts";
import type { Exposure } from "#match/exposed.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import type { Digest, Hash } from "#model/json.ts";
import type { View } from "#model/view.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import { buildSnapshot, type MeshContent, type SnapshotContent, type SnapshotMemo } from "#snapshot/build.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { inShards } from "#snapshot/shard.ts";
import { type Explained, explain } from "#xds/explain.ts";
import type { Blob, GroupBlob } from "./blob.ts";
import { compileMesh, type MeshMemo } from "./mesh.ts";
import { ownBindings } from "./roster.ts";
import { compileZonePart, explainZoneProxy, NO_MESH, type ZonePart } from "./zone-part.ts";

/** Rises when the same view may compile to other bytes; a relay of another version never replaces signed resources. */
export const COMPILER_VERSION = 4;

export interface CompileInput {
  readonly zone: string;
  /** Every mesh of the tenant that the zone takes part in, sorted by name. */
  readonly views: readonly View[];
  /** The zone's ingresses and egresses, sorted by name: they are of no mesh, and stand in the snapshot under the mesh `""`. */
  readonly zoneProxies?: readonly ZoneProxy[];
  /** Envoy's descriptors; needed where a MeshProxyPatch holds. */
  readonly native?: NativeEnvoy | null;
}

/** A mistake of one resource that did not stop the rest. */
export interface CompileFault {
  readonly kri: string;
  readonly field: string;
  readonly reason: string;
}

export interface Compiled {
  readonly snapshot: Snapshot;
  /** Sorted by resource, field and reason, without repeats. */
  readonly faults: readonly CompileFault[];
  /** What the next compile may reuse; opaque. */
  readonly memo: CompileMemo;
}

/** Opaque to callers. */
export interface CompileMemo {
  readonly brand: "compile-memo";
}

interface Memo extends CompileMemo {
  readonly zone: string;
  readonly digest: Digest;
  readonly native: NativeEnvoy | null;
  readonly meshes: ReadonlyMap<string, MeshMemo>;
  readonly zonePart: ZonePart | null;
  readonly snapshot: SnapshotMemo;
}

/**
 * Compiles a zone. A function of its input: `previous` changes the time it takes and never a byte of the result.
 * Never throws for what users wrote: faults are collected per resource and the rest is served.
 */
export function compile(input: CompileInput, digest: Digest, previous?: CompileMemo): Compiled {
  const { native = null, zoneProxies = [] } = input;
  const before = usable(input, digest, previous);
  const meshes = new Map<string, MeshMemo>();
  const contents = new Map<string, MeshContent>();
  for (const view of [...input.views].sort(byMesh)) {
    const mesh = compileMesh(view, { zone: input.zone, digest, native }, before?.meshes.get(view.mesh.name));
    meshes.set(view.mesh.name, mesh);
    contents.set(view.mesh.name, mesh.content);
  }
  const { zone } = input;
  const zonePart = compileZonePart({ zone, digest, meshes, proxies: zoneProxies }, before?.zonePart);
  if (zonePart !== null) contents.set(NO_MESH, zonePart.content);
  const built = buildSnapshot({ zone, meshes: contents, ...blobsOf(meshes, zonePart) }, digest, before?.snapshot);
  const memo: Memo = { brand: "compile-memo", zone, digest, native, meshes, zonePart, snapshot: built.memo };
  const parts = [...meshes.values(), ...(zonePart === null ? [] : [zonePart])];
  return { snapshot: built.snapshot, faults: sortedFaults(parts), memo };
}

/** Why the proxy's Envoy fields have their values, field by field; empty for a proxy that the zone does not have. */
export function explainProxy(compiled: Compiled | CompileMemo, mesh: string, name: string): readonly Explained[] {
  const memo = ("memo" in compiled ? compiled.memo : compiled) as Memo;
  if (mesh === NO_MESH) return memo.zonePart === null ? [] : explainZoneProxy(memo.zonePart, name);
  const part = memo.meshes.get(mesh);
  const proxy = part === undefined ? undefined : inShards(part.roster.proxies, name);
  return part === undefined || proxy === undefined
    ? []
    : explain(proxy.matched, part.maker.generator, ownBindings(proxy));
}

/** The mesh's memo inside a compile's memo, for a newcomer. */
export function meshMemo(
  input: Pick<CompileInput, "zone" | "native"> & { readonly mesh: string },
  digest: Digest,
  memo?: CompileMemo,
): MeshMemo | undefined {
  return usable(input, digest, memo)?.meshes.get(input.mesh);
}

/** What the zone's ingresses expose of a mesh, as the memo has it; undefined where there are none, or nothing is known. */
export function exposureIn(
  memo: CompileMemo | undefined,
  input: Pick<CompileInput, "zone" | "native"> & { readonly mesh: string },
  digest: Digest,
): Exposure | undefined {
  return usable(input, digest, memo)?.zonePart?.memo.ingress?.meshes.get(input.mesh)?.exposure;
}

/** An endpoint set as the memo has it; undefined where no proxy of the zone names it. */
export function setIn(memo: CompileMemo, mesh: string, cluster: string): EndpointSet | undefined {
  const { meshes, zonePart } = memo as Memo;
  const content = mesh === NO_MESH ? zonePart?.content : meshes.get(mesh)?.content;
  return content && inShards(content.endpoints, cluster);
}

/** All meshes as the memo has them, by name. */
export function meshesOf(memo: CompileMemo): ReadonlyMap<string, MeshMemo> {
  return (memo as Memo).meshes;
}

/** The zone's own proxies as the memo has them; null where there are none. */
export function zonePartOf(memo: CompileMemo): ZonePart | null {
  return (memo as Memo).zonePart;
}

function usable(
  { zone, native = null }: Pick<CompileInput, "zone" | "native">,
  digest: Digest,
  memo: CompileMemo | undefined,
): Memo | undefined {
  const before = memo as Memo | undefined;
  if (before === undefined || before.zone !== zone || before.digest !== digest) return undefined;
  return before.native === native ? before : undefined;
}

/** Finds groups, templates and secrets of a mesh by hash; its tables are made when first asked, which an endpoint edit never does. */
function blobsOf(
  meshes: ReadonlyMap<string, MeshMemo>,
  zonePart: ZonePart | null,
): Pick<SnapshotContent, "blob" | "templatesOf"> {
  const known = new Map<string, BlobTables>();
  const asked = (name: string): BlobTables => {
    const mesh = meshes.get(name);
    const tables =
      known.get(name) ??
      (mesh === undefined ? tablesOf(zonePart?.groups ?? [], zonePart?.secrets ?? []) : tablesIn(mesh));
    known.set(name, tables);
    return tables;
  };
  return {
    blob: (hash, mesh) => (asked(mesh).groups.get(hash) ?? asked(mesh).others.get(hash))?.text,
    templatesOf: (group, mesh) =>
      asked(mesh)
        .groups.get(group)
        ?.templates.map(({ hash }) => hash),
  };
}

interface BlobTables {
  readonly groups: ReadonlyMap<Hash, GroupBlob>;
  readonly others: ReadonlyMap<Hash, Blob>;
}

function tablesIn({ roster, bundle, listening }: MeshMemo): BlobTables {
  // By identity first: instances of one service share their groups.
  const shared = new Set<GroupBlob>(listening?.blobs ?? []);
  for (const shard of roster.proxies) {
    for (const { blobs } of shard.values()) for (const group of blobs) shared.add(group);
  }
  return tablesOf(shared, bundle === null ? [] : [bundle]);
}

function tablesOf(shared: Iterable<GroupBlob>, secrets: readonly Blob[]): BlobTables {
  const groups = new Map<Hash, GroupBlob>();
  const others = new Map<Hash, Blob>(secrets.map((secret) => [secret.hash, secret]));
  const lists = new Set<readonly Blob[]>();
  for (const group of shared) {
    groups.set(group.hash, group);
    lists.add(group.templates);
  }
  for (const templates of lists) for (const template of templates) others.set(template.hash, template);
  return { groups, others };
}

function byMesh(a: View, b: View): number {
  return a.mesh.name < b.mesh.name ? -1 : 1;
}

/** Sorted and without repeats: alike proxies meet the same mistake. */
export function sortedFaults(parts: Iterable<{ readonly faults: readonly CompileFault[] }>): CompileFault[] {
  const found = new Map<string, CompileFault>();
  for (const { faults } of parts) {
    for (const { kri, field, reason } of faults)
      found.set(JSON.stringify([kri, field, reason]), { kri, field, reason });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fault]) => fault);
}
