// Builds a zone's snapshot: shards, hashes and gathers what is reached, and reuses what did not change.

import { canonical, objectText } from "#model/canonical.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import type { Digest, Hash, Json } from "#model/json.ts";
import { entryText } from "./blob.ts";
import { FORMAT, type Manifest, type Snapshot } from "./manifest.ts";
import { SECTION_KINDS, type SectionKind, sectionText } from "./section.ts";
import type { Shards } from "./shard.ts";
import { type Group, templatesOf as namedIn, type ProxyEntry } from "./template.ts";
import { union } from "./union.ts";

/**
 * One mesh's part of a zone. Values are immutable: an object (a shard, an entry, an endpoint set) that comes again
 * is taken as unchanged without looking inside.
 */
export interface MeshContent {
  readonly proxies: Shards<ProxyEntry>;
  /** By cluster name. */
  readonly endpoints: Shards<EndpointSet>;
  /** SDS name → hash of a template of kind `secret`. */
  readonly secrets: ReadonlyMap<string, Hash>;
}

export interface SnapshotContent {
  readonly zone: string;
  readonly meshes: ReadonlyMap<string, MeshContent>;
  /** Text of groups and templates that the mesh names, by hash (`BlobStore.get`). */
  readonly blob: (hash: Hash, mesh: string) => string | undefined;
  /** The templates of a group, for a builder that knows them without reading its text; each once. */
  readonly templatesOf?: (group: Hash, mesh: string) => readonly Hash[] | undefined;
}

export interface Built {
  readonly snapshot: Snapshot;
  readonly memo: SnapshotMemo;
}

/** What the next build may reuse; opaque. */
export interface SnapshotMemo {
  readonly meshes: ReadonlyMap<string, BuiltMesh>;
  readonly order: Order;
}

/** In which order the sections of meshes stand; the same while the meshes are. */
interface Order {
  readonly meshes: readonly string[];
  readonly byKind: readonly (readonly [kind: SectionKind, meshes: readonly string[]])[];
}

/** One mesh's sections and blobs; the same object while its content is. */
interface BuiltMesh {
  readonly content: MeshContent;
  readonly parts: ReadonlyMap<SectionKind, Part>;
  readonly shared: Shared;
  /** By kind, in the order of their names. */
  readonly sections: ReadonlyMap<SectionKind, Sections>;
  readonly blobs: ReadonlyMap<Hash, string>;
}

/** The sections of one kind in one mesh, and as they stand in the manifest's text. */
interface Sections {
  readonly named: readonly (readonly [name: string, hash: Hash])[];
  readonly text: string;
}

/** Rows of one kind in one mesh, with the texts of their buckets. */
interface Part {
  readonly input: Shards<unknown>;
  readonly buckets: readonly (Bucket | undefined)[];
}

interface Row {
  readonly value: unknown;
  /** Canonical JSON of the value as it stands in the section. */
  readonly json: string;
  /** Hashes that the row names. */
  readonly names: readonly Hash[];
  /** A blob of the row's own (an endpoint set). */
  readonly own: readonly [Hash, string] | undefined;
}

interface Bucket {
  readonly rows: ReadonlyMap<string, Row>;
  readonly hash: Hash;
  /** The section's text and its rows' own blobs. */
  readonly blobs: ReadonlyMap<Hash, string>;
  /** Hashes of groups or templates that the rows name. */
  readonly names: ReadonlySet<Hash>;
}

/** Groups, templates and secrets that sections name. */
interface Shared {
  /** The names of each bucket, in order. */
  readonly named: readonly ReadonlySet<Hash>[];
  readonly blobs: ReadonlyMap<Hash, string>;
  /** Templates of each group. */
  readonly templates: ReadonlyMap<Hash, readonly Hash[]>;
}

/**
 * A zone's snapshot. `previous` changes the time it takes and never a byte of the result.
 * Throws a TypeError when a named group or template is not among the blobs: a mistake of the compiler.
 */
export function buildSnapshot(content: SnapshotContent, digest: Digest, previous?: SnapshotMemo): Built {
  const meshes = new Map<string, BuiltMesh>();
  for (const [mesh, one] of content.meshes) {
    const before = previous?.meshes.get(mesh);
    meshes.set(mesh, before?.content === one ? before : buildMesh(mesh, one, content, digest, before));
  }
  const order = orderOf([...meshes.keys()], previous?.order);
  const manifest = manifestOf(content.zone, meshes, order);
  const blobs = union([...meshes.values()].map((one) => one.blobs));
  return { snapshot: { version: versionOf(manifest, digest), manifest, blobs }, memo: { meshes, order } };
}

function buildMesh(
  mesh: string,
  content: MeshContent,
  source: Pick<SnapshotContent, "blob" | "templatesOf">,
  digest: Digest,
  previous: BuiltMesh | undefined,
): BuiltMesh {
  const parts = new Map<SectionKind, Part>();
  const add = <V>(kind: SectionKind, input: Shards<V>, row: (value: V) => Row) => {
    parts.set(kind, buildPart(input, row, digest, previous?.parts.get(kind)));
  };
  add("proxies", content.proxies, (entry) => ({
    value: entry,
    json: entryText(entry),
    names: entry.groups.map(([group]) => group),
    own: undefined,
  }));
  add("endpoints", content.endpoints, (set) => {
    const text = canonical(set as unknown as Json);
    const hash = digest(text);
    return { value: set, json: `"${hash}"`, names: NONE, own: [hash, text] };
  });
  add("secrets", [content.secrets], (hash) => ({ value: hash, json: `"${hash}"`, names: [hash], own: undefined }));
  const shared = gather(mesh, parts, source, previous?.shared);
  const sections = new Map<SectionKind, Sections>();
  const maps = [shared.blobs];
  for (const [kind, { buckets }] of parts) {
    const named: [string, Hash][] = [];
    buckets.forEach((bucket, at) => {
      if (bucket === undefined) return;
      named.push([sectionText({ kind, mesh, bucket: at }), bucket.hash]);
      maps.push(bucket.blobs);
    });
    if (named.length === 0) continue;
    sections.set(kind, { named, text: named.map(([name, hash]) => `${JSON.stringify(name)}:"${hash}"`).join() });
  }
  return { content, parts, shared, sections, blobs: union(maps) };
}

const NONE: readonly Hash[] = [];

/** Version of a manifest: the digest of its canonical text. */
export function versionOf(manifest: Manifest, digest: Digest): Hash {
  return digest(manifestText(manifest));
}

/** Of manifests that were built here: their canonical texts, and the parts that they share with each other. */
const made = new WeakMap<Manifest, { readonly text: string; readonly parts: readonly Sections[] }>();

/** A manifest's canonical text; of one that was built here it is at hand. */
export function manifestText(manifest: Manifest): string {
  return made.get(manifest)?.text ?? canonical(manifest as unknown as Json);
}

/** In the order of section names. */
const KINDS = [...SECTION_KINDS].sort();

function orderOf(meshes: readonly string[], before: Order | undefined): Order {
  if (before?.meshes.length === meshes.length && meshes.every((mesh, at) => mesh === before.meshes[at])) return before;
  const [plain, folders] = [[...meshes].sort(), [...meshes].sort(byFolder)];
  return { meshes, byKind: KINDS.map((kind) => [kind, kind === "secrets" ? plain : folders]) };
}

/** With its text, of the texts of its meshes: of a thousand of them one has changed. */
function manifestOf(zone: string, meshes: ReadonlyMap<string, BuiltMesh>, { byKind }: Order): Manifest {
  const parts: Sections[] = [];
  for (const [kind, ordered] of byKind) {
    for (const mesh of ordered) {
      const own = meshes.get(mesh)?.sections.get(kind);
      if (own !== undefined) parts.push(own);
    }
  }
  let sections: Manifest["sections"] | undefined;
  const manifest: Manifest = {
    format: FORMAT,
    zone,
    // Of thousands of names, and the writer itself looks into its parts.
    get sections() {
      sections ??= sectionsIn(parts);
      return sections;
    },
  };
  const text = `{"format":${FORMAT},"sections":{${parts.map((one) => one.text).join()}},"zone":${canonical(zone)}}`;
  made.set(manifest, { text, parts });
  return manifest;
}

function sectionsIn(parts: readonly Sections[]): Manifest["sections"] {
  const sections: Record<string, Hash> = {};
  for (const { named } of parts) for (const [name, hash] of named) sections[name] = hash;
  return sections;
}

export interface ChangedSection {
  readonly name: string;
  /** Undefined = there was none. */
  readonly before: Hash | undefined;
  /** Undefined = there is none any more. */
  readonly after: Hash | undefined;
}

/** Sections that one manifest has otherwise than the other, or alone. Meshes that did not change are not looked into. */
export function changedSections(before: Manifest | null, after: Manifest): readonly ChangedSection[] {
  const [old, now] = [partsOf(before), partsOf(after)];
  const [was, is] = [new Map(old.flatMap(without(now))), new Map(now.flatMap(without(old)))];
  return [...new Set([...is.keys(), ...was.keys()])].flatMap((name) => {
    const change = { name, before: was.get(name), after: is.get(name) };
    return change.before === change.after ? [] : [change];
  });
}

type Named = Sections["named"];

function partsOf(manifest: Manifest | null): readonly Named[] {
  if (manifest === null) return [];
  return made.get(manifest)?.parts.map(({ named }) => named) ?? [Object.entries(manifest.sections)];
}

function without(others: readonly Named[]): (part: Named) => Named {
  const known = new Set(others);
  return (part) => (known.has(part) ? [] : part);
}

/** As names of sections are ordered that have a bucket below the mesh. */
function byFolder(a: string, b: string): number {
  return `${a}/` < `${b}/` ? -1 : 1;
}

function buildPart<V>(input: Shards<V>, rowOf: (value: V) => Row, digest: Digest, before: Part | undefined): Part {
  if (before !== undefined && before.input === input) return before;
  const buckets = input.map((shard, at) => {
    const old = before?.buckets[at];
    if (before !== undefined && before.input[at] === shard) return old;
    const rows = new Map<string, Row>();
    let same = old?.rows.size === shard.size;
    for (const [key, value] of shard) {
      const known = old?.rows.get(key);
      const kept = known !== undefined && known.value === value;
      rows.set(key, kept ? known : rowOf(value));
      same &&= kept;
    }
    return same ? old : buildBucket(rows, digest, old);
  });
  return { input, buckets };
}

function buildBucket(rows: ReadonlyMap<string, Row>, digest: Digest, before: Bucket | undefined): Bucket | undefined {
  if (rows.size === 0) return undefined;
  const blobs = new Map<Hash, string>();
  const names = new Set<Hash>();
  const text = objectText([...rows.keys()], (key) => {
    const row = rows.get(key)!;
    if (row.own) blobs.set(row.own[0], row.own[1]);
    for (const name of row.names) names.add(name);
    return row.json;
  });
  const hash = digest(text);
  blobs.set(hash, text);
  return { rows, hash, blobs, names: before !== undefined && sameSet(names, before.names) ? before.names : names };
}

/** Groups and templates that the buckets reach; the old ones when no bucket names anything new or gone. */
function gather(
  mesh: string,
  parts: ReadonlyMap<SectionKind, Part>,
  { blob, templatesOf }: Pick<SnapshotContent, "blob" | "templatesOf">,
  before: Shared | undefined,
): Shared {
  const named: ReadonlySet<Hash>[] = [];
  const names = new Set<Hash>();
  const groups = new Set<Hash>();
  for (const { buckets } of parts.values()) for (const bucket of buckets) if (bucket) named.push(bucket.names);
  if (before?.named.length === named.length && named.every((one, at) => one === before.named[at])) return before;
  for (const [kind, { buckets }] of parts) {
    for (const bucket of buckets) {
      for (const name of bucket?.names ?? []) {
        names.add(name);
        if (kind === "proxies") groups.add(name);
      }
    }
  }
  const blobs = new Map<Hash, string>();
  const templates = new Map<Hash, readonly Hash[]>();
  const take = (hash: Hash): string => {
    const text = before?.blobs.get(hash) ?? blob(hash, mesh);
    if (text === undefined) throw new TypeError(`a section or group names the blob ${hash}, which is not there`);
    blobs.set(hash, text);
    return text;
  };
  for (const name of names) {
    const text = take(name);
    if (!groups.has(name)) continue;
    const inside = before?.templates.get(name) ?? templatesOf?.(name, mesh) ?? namedIn(JSON.parse(text) as Group);
    templates.set(name, inside);
    for (const hash of inside) if (!blobs.has(hash)) take(hash);
  }
  return { named, blobs, templates };
}

function sameSet(a: ReadonlySet<Hash>, b: ReadonlySet<Hash>): boolean {
  if (a.size !== b.size) return false;
  for (const item of a) if (!b.has(item)) return false;
  return true;
}
