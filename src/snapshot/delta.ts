// What changes from one snapshot to the next: sections, and the blobs that the base lacks.
import type { Hash } from "#model/json.ts";
import { FORMAT, type Manifest, type Snapshot } from "./manifest.ts";
import { parseSection } from "./section.ts";
import { type Group, type ProxyEntry, templatesOf } from "./template.ts";

/** The difference on the wire; also, with no base, a whole snapshot on disk. */
export interface SnapshotDiff {
  readonly format: typeof FORMAT;
  readonly zone: string;
  /** Version that the sections are relative to; null = everything follows. */
  readonly base: Hash | null;
  readonly version: Hash;
  /** Changed or new sections; null = gone. */
  readonly sections: Readonly<Record<string, Hash | null>>;
  /** Text of the blobs that the base lacks. */
  readonly blobs: Readonly<Record<Hash, string>>;
}

/** A blob that the newer snapshot names is not there. */
export class BlobMissing extends TypeError {}

/** Texts of blobs by hash, in as few trips as the caller's store needs; an unknown hash is left out. */
export type LoadBlobs = (hashes: readonly Hash[]) => Promise<ReadonlyMap<Hash, string>>;

/**
 * Changed sections and the hashes of what the base lacks, found from manifests and stored blobs alone. Looks at
 * unchanged sections only when a new group appears; at most five loads. Where the base's blobs are gone, it sends more
 * rather than less. An endpoint set that equals one of another mesh may be sent again.
 */
export async function diffManifests(
  base: Manifest,
  next: Manifest,
  load: LoadBlobs,
): Promise<{ readonly sections: Readonly<Record<string, Hash | null>>; readonly lacking: readonly Hash[] }> {
  const names = [...new Set([...Object.keys(base.sections), ...Object.keys(next.sections)])].sort();
  const changed = names.filter((name) => base.sections[name] !== next.sections[name]);
  const sections = changed.map((name) => [name, next.sections[name] ?? null] as const);
  const same = new Set(Object.values(base.sections));
  const lacking = new Set<Hash>(sections.flatMap(([, hash]) => (hash === null || same.has(hash) ? [] : [hash])));
  const had = changed.flatMap((name) => base.sections[name] ?? []);
  const texts = await load([...sections.flatMap(([, hash]) => hash ?? []), ...had]);

  const groups = new Set<Hash>();
  const others = new Set<Hash>();
  for (const [, hash] of sections) {
    if (hash !== null) namesIn(need(texts, hash), groups, others);
  }
  const oldGroups = new Set<Hash>();
  const oldOthers = new Set<Hash>();
  for (const name of changed) namesIn(texts.get(base.sections[name] ?? ""), oldGroups, oldOthers);
  drop(others, oldOthers);
  drop(groups, oldGroups);
  if (groups.size > 0) {
    const rest = Object.entries(base.sections).filter(([name]) => isProxies(name) && !changed.includes(name));
    const restTexts = await load(rest.map(([, hash]) => hash));
    for (const [, hash] of rest) namesIn(restTexts.get(hash), oldGroups, oldOthers);
    drop(groups, oldGroups);
  }
  if (groups.size > 0) {
    const groupTexts = await load([...groups, ...oldGroups]);
    const templates = new Set<Hash>();
    for (const group of groups)
      for (const hash of templatesOf(JSON.parse(need(groupTexts, group)) as Group)) templates.add(hash);
    for (const group of oldGroups) {
      const text = groupTexts.get(group);
      if (text !== undefined) for (const hash of templatesOf(JSON.parse(text) as Group)) templates.delete(hash);
    }
    for (const hash of [...groups, ...templates]) lacking.add(hash);
  }
  for (const hash of others) lacking.add(hash);
  return { sections: Object.fromEntries(sections), lacking: [...lacking].sort() };
}

/** The diff itself, with the bodies: what an answer to a relay or a plan carries. `base` null = the whole. */
export async function diffSnapshots(
  base: { readonly version: Hash; readonly manifest: Manifest } | null,
  next: { readonly version: Hash; readonly manifest: Manifest },
  load: LoadBlobs,
): Promise<SnapshotDiff> {
  const empty: Manifest = { format: FORMAT, zone: next.manifest.zone, sections: {} };
  const { sections, lacking } = await diffManifests(base?.manifest ?? empty, next.manifest, load);
  const texts = await load(lacking);
  const blobs = lacking.map((hash) => [hash, need(texts, hash)] as const);
  return {
    format: FORMAT,
    zone: next.manifest.zone,
    base: base?.version ?? null,
    version: next.version,
    sections,
    blobs: Object.fromEntries(blobs),
  };
}

/** A whole snapshot in its wire form, keys sorted: what lies on a relay's disk. */
export function wholeOf({ version, manifest, blobs }: Snapshot): SnapshotDiff {
  const rows = [...blobs].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    format: FORMAT,
    zone: manifest.zone,
    base: null,
    version,
    sections: manifest.sections,
    blobs: Object.fromEntries(rows),
  };
}

/** `LoadBlobs` over snapshots in memory. */
export function blobsIn(...snapshots: readonly Pick<Snapshot, "blobs">[]): LoadBlobs {
  return async (hashes) => {
    const found = new Map<Hash, string>();
    for (const hash of hashes) {
      for (const { blobs } of snapshots) {
        const text = blobs.get(hash);
        if (text !== undefined) found.set(hash, text);
      }
    }
    return found;
  };
}

function isProxies(section: string): boolean {
  return parseSection(section)?.kind === "proxies";
}

function namesIn(text: string | undefined, groups: Set<Hash>, others: Set<Hash>): void {
  if (text === undefined) return;
  const rows = Object.values(JSON.parse(text) as Record<string, ProxyEntry | Hash>);
  for (const row of rows) {
    if (typeof row === "string") others.add(row);
    else for (const [group] of row.groups) groups.add(group);
  }
}

function need(texts: ReadonlyMap<Hash, string>, hash: Hash): string {
  const text = texts.get(hash);
  if (text === undefined) throw new BlobMissing(`the newer snapshot's blob ${hash} is not there`);
  return text;
}

function drop(from: Set<Hash>, gone: ReadonlySet<Hash>): void {
  for (const hash of gone) from.delete(hash);
}
