// An opened snapshot: its blobs parsed once, checked for shape, and shared with the snapshot that follows it.
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import { type Hash, isJsonObject, type Json, type JsonObject } from "#model/json.ts";
import { FORMAT, type Manifest, type Snapshot } from "./manifest.ts";
import { bucketOf, isHash, parseSection, type SectionName, sectionText } from "./section.ts";
import { ENVOY_KINDS, type Group, holesOf, type ProxyEntry, type Template, templatesOf } from "./template.ts";

/** What is wrong with bytes from elsewhere; an outcome, never a throw. */
export interface Corrupt {
  readonly corrupt: string;
}

export interface OpenTemplate {
  readonly template: Template;
  readonly holes: readonly string[];
}

type Rows = ReadonlyMap<string, ProxyEntry> | ReadonlyMap<string, Hash>;

interface OpenSection {
  readonly name: SectionName;
  readonly hash: Hash;
  readonly rows: Rows;
}

export interface OpenGroups {
  readonly groups: ReadonlyMap<Hash, Group>;
  readonly templates: ReadonlyMap<Hash, OpenTemplate>;
}

export interface Opened extends OpenGroups {
  readonly snapshot: Snapshot;
  readonly sections: ReadonlyMap<string, OpenSection>;
  readonly endpointSets: ReadonlyMap<Hash, EndpointSet>;
}

const opened = new WeakMap<Snapshot, Opened>();

/** The opened form of a snapshot that this program built or applied. Throws a TypeError if it does not hold together. */
export function openedOf(snapshot: Snapshot): Opened {
  const before = opened.get(snapshot);
  if (before !== undefined) return before;
  const result = openSnapshot(snapshot.version, snapshot.manifest, (hash) => snapshot.blobs.get(hash));
  if ("corrupt" in result) throw new TypeError(`a snapshot that does not open: ${result.corrupt}`);
  opened.set(snapshot, { ...result, snapshot });
  return opened.get(snapshot)!;
}

/**
 * Walks a manifest whose blobs are trusted to have their hashes, and gathers exactly what it reaches. What `base` has
 * parsed is not parsed again. The opened snapshot's `blobs` are those that are reached and no others.
 */
export function openSnapshot(
  version: Hash,
  manifest: Manifest,
  blob: (hash: Hash) => string | undefined,
  base?: Opened,
): Opened | Corrupt {
  const sections = new Map<string, OpenSection>();
  const groups = new Map<Hash, Group>();
  const templates = new Map<Hash, OpenTemplate>();
  const endpointSets = new Map<Hash, EndpointSet>();
  const blobs = new Map<Hash, string>();
  const take = <T>(
    hash: Hash,
    into: Map<Hash, T>,
    known: ReadonlyMap<Hash, T> | undefined,
    parse: (json: Json) => T | string,
  ) => {
    const had = into.get(hash);
    if (had !== undefined) return had;
    const value = known?.get(hash) ?? parse(parsed(hash, blob, blobs));
    if (typeof value === "string") throw new Broken(`the blob ${hash} is no ${value}`);
    if (!blobs.has(hash)) blobs.set(hash, present(hash, blob));
    into.set(hash, value);
    return value;
  };
  try {
    for (const [text, hash] of Object.entries(manifest.sections)) {
      const name = parseSection(text);
      if (name === null || !isHash(hash)) throw new Broken(`${JSON.stringify(text)} is no section`);
      const before = base?.sections.get(text);
      const reuse = before?.hash === hash ? before : undefined;
      const section = reuse ?? { name, hash, rows: parseRows(text, name, parsed(hash, blob, blobs)) };
      if (reuse !== undefined) blobs.set(hash, present(hash, blob));
      sections.set(text, section);
      if (name.kind === "proxies") {
        for (const entry of (section.rows as ReadonlyMap<string, ProxyEntry>).values()) {
          for (const [group] of entry.groups) take(group, groups, base?.groups, parseGroup);
        }
      } else {
        for (const named of (section.rows as ReadonlyMap<string, Hash>).values()) {
          if (name.kind === "endpoints") take(named, endpointSets, base?.endpointSets, parseEndpointSet);
          else take(named, templates, base?.templates, parseTemplate);
        }
      }
    }
    for (const group of groups.values()) {
      for (const hash of templatesOf(group)) take(hash, templates, base?.templates, parseTemplate);
    }
  } catch (error) {
    if (
      error instanceof Broken ||
      error instanceof SyntaxError ||
      error instanceof TypeError ||
      error instanceof RangeError
    ) {
      return { corrupt: error.message };
    }
    throw error;
  }
  const snapshot: Snapshot = { version, manifest, blobs };
  const result: Opened = { snapshot, sections, groups, templates, endpointSets };
  opened.set(snapshot, result);
  return result;
}

/** The groups and templates of an entry that no snapshot holds. */
export function openEntry(entry: ProxyEntry, blob: (hash: Hash) => string | undefined): OpenGroups | Corrupt {
  const groups = new Map<Hash, Group>();
  for (const [hash] of entry.groups) {
    const group = parseGroup(JSON.parse(present(hash, blob)) as Json);
    if (typeof group === "string") return { corrupt: `the blob ${hash} is no ${group}` };
    groups.set(hash, group);
  }
  const named = [...groups.values()].flatMap(templatesOf);
  return { groups, templates: openTemplates(named, blob) };
}

/** Templates by hash. Throws a TypeError for a blob that is none. */
export function openTemplates(
  hashes: Iterable<Hash>,
  blob: (hash: Hash) => string | undefined,
): ReadonlyMap<Hash, OpenTemplate> {
  const templates = new Map<Hash, OpenTemplate>();
  for (const hash of hashes) {
    const open = parseTemplate(JSON.parse(present(hash, blob)) as Json);
    if (typeof open === "string") throw new TypeError(`the blob ${hash} is no ${open}`);
    templates.set(hash, open);
  }
  return templates;
}

/** A row of a mesh's proxies; undefined when there is none. */
export function proxyEntry({ sections }: Opened, mesh: string, name: string): ProxyEntry | undefined {
  const section = sections.get(sectionText({ kind: "proxies", mesh, bucket: bucketOf(name) }));
  return (section?.rows as ReadonlyMap<string, ProxyEntry> | undefined)?.get(name);
}

/** An endpoint set with its hash; undefined when the mesh has none for the cluster. */
export function endpointSet(
  { sections, endpointSets }: Opened,
  mesh: string,
  cluster: string,
): readonly [Hash, EndpointSet] | undefined {
  const section = sections.get(sectionText({ kind: "endpoints", mesh, bucket: bucketOf(cluster) }));
  const hash = (section?.rows as ReadonlyMap<string, Hash> | undefined)?.get(cluster);
  return hash === undefined ? undefined : [hash, endpointSets.get(hash)!];
}

/** All rows of one kind in one mesh, in no particular order. */
export function rowsOf(opened: Opened, kind: "proxies", mesh: string): Iterable<readonly [string, ProxyEntry]>;
export function rowsOf(opened: Opened, kind: "endpoints" | "secrets", mesh: string): Iterable<readonly [string, Hash]>;
export function* rowsOf({ sections }: Opened, kind: string, mesh: string): Iterable<readonly [string, unknown]> {
  for (const { name, rows } of sections.values()) if (name.kind === kind && name.mesh === mesh) yield* rows;
}

/** The endpoint sets of a mesh with their hashes, in no particular order. */
export function* endpointSetsOf(snapshot: Snapshot, mesh: string): Iterable<readonly [Hash, EndpointSet]> {
  const opened = openedOf(snapshot);
  for (const [, hash] of rowsOf(opened, "endpoints", mesh)) yield [hash, opened.endpointSets.get(hash)!];
}

/** The names of the meshes that have anything in the snapshot, sorted. */
export function meshesOf({ sections }: Opened): readonly string[] {
  return [...new Set([...sections.values()].map(({ name }) => name.mesh))].sort();
}

class Broken extends Error {}

function present(hash: Hash, blob: (hash: Hash) => string | undefined): string {
  const text = blob(hash);
  if (text === undefined) throw new Broken(`the blob ${hash} is missing`);
  return text;
}

function parsed(hash: Hash, blob: (hash: Hash) => string | undefined, blobs: Map<Hash, string>): Json {
  const text = present(hash, blob);
  blobs.set(hash, text);
  return JSON.parse(text) as Json;
}

function parseRows(text: string, name: SectionName, json: Json): Rows {
  if (!isJsonObject(json)) throw new Broken(`the section ${text} is no object`);
  const rows = new Map<string, ProxyEntry | Hash>();
  for (const [key, value] of Object.entries(json)) {
    const right = name.kind === "proxies" ? isProxyEntry(value) : isHash(value);
    if (!right || (name.kind !== "secrets" && bucketOf(key) !== name.bucket)) {
      throw new Broken(`the row ${JSON.stringify(key)} of the section ${text} is malformed or in the wrong bucket`);
    }
    rows.set(key, value as unknown as ProxyEntry | Hash);
  }
  return rows as Rows;
}

function isBindingPairs(value: Json | undefined): boolean {
  if (!Array.isArray(value)) return false;
  return value.every((pair) => Array.isArray(pair) && pair.length === 2 && isHash(pair[0]) && isJsonObject(pair[1]));
}

function isBatch(value: Json): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [templates, bindings] = value;
  return Array.isArray(templates) && templates.every(isHash) && Array.isArray(bindings) && bindings.every(isJsonObject);
}

function isProxyEntry(value: Json): boolean {
  return isJsonObject(value) && isBindingPairs(value.groups);
}

function parseGroup(json: Json): Group | string {
  return Array.isArray(json) && json.every(isBatch) ? (json as unknown as Group) : "group";
}

function parseTemplate(json: Json): OpenTemplate | string {
  if (!isJsonObject(json) || !ENVOY_KINDS.some((kind) => kind === json.kind)) return "template";
  if (json.name === undefined || !isJsonObject(json.body)) return "template";
  const template = json as unknown as Template;
  return { template, holes: holesOf(template) };
}

function parseEndpointSet(json: Json): EndpointSet | string {
  if (!isJsonObject(json) || typeof json.cluster !== "string" || !Array.isArray(json.endpoints)) return "endpoint set";
  if (json.localWeight !== undefined && typeof json.localWeight !== "number") return "endpoint set";
  if ((json.of !== undefined || json.arrangement !== undefined) && !isArranged(json)) return "endpoint set";
  return json.endpoints.every(isEndpoint) ? (json as unknown as EndpointSet) : "endpoint set";
}

/** What an overlay reads of an arranged set. */
function isArranged({ of, arrangement }: JsonObject): boolean {
  if (typeof of !== "string" || !isJsonObject(arrangement)) return false;
  const { zone, affinity, crossZone } = arrangement;
  return (
    typeof zone === "string" &&
    Array.isArray(affinity) &&
    affinity.every(isJsonObject) &&
    Array.isArray(crossZone) &&
    crossZone.every((rule) => isJsonObject(rule) && Array.isArray(rule.zones))
  );
}

const ENDPOINT_FIELDS = {
  address: "string",
  port: "number",
  weight: "number",
  zone: "string",
  priority: "number",
  tags: "object",
  dataplane: "string",
} as const satisfies Partial<Record<keyof Endpoint, string>>;

const MAY_HAVE = {
  labels: "object",
  subZone: "string",
  localityWeight: "number",
} as const satisfies Partial<Record<keyof Endpoint, string>>;

function isEndpoint(value: Json): boolean {
  return (
    isJsonObject(value) &&
    Object.entries(ENDPOINT_FIELDS).every(([field, type]) => typeof value[field] === type) &&
    Object.entries(MAY_HAVE).every(([field, type]) => value[field] === undefined || typeof value[field] === type) &&
    value.tags !== null &&
    value.labels !== null
  );
}

/** The manifest in parsed JSON; a text that says what is wrong otherwise. */
export function readManifest(
  format: unknown,
  zone: unknown,
  sections: Iterable<readonly [string, unknown]>,
): Manifest | Corrupt {
  if (format !== FORMAT) {
    return { corrupt: `the snapshot has the wire format ${JSON.stringify(format)}, and this program reads ${FORMAT}` };
  }
  if (typeof zone !== "string" || zone === "") return { corrupt: "the snapshot names no zone" };
  const rows: [string, Hash][] = [];
  for (const [name, hash] of sections) {
    if (parseSection(name) === null || !isHash(hash)) return { corrupt: `${JSON.stringify(name)} is no section` };
    rows.push([name, hash]);
  }
  return { format: FORMAT, zone, sections: Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1))) };
}
