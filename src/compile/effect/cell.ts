// Cells: proxies of one mesh whose rows differ in the same way, found by the sections whose hashes differ.

import type { Bindings, Hash, Json } from "#model/json.ts";
import { sameJson } from "#model/same.ts";
import { type ChangedSection, changedSections } from "#snapshot/build.ts";
import type { Manifest, Snapshot } from "#snapshot/manifest.ts";
import { parseSection, type SectionKind } from "#snapshot/section.ts";
import type { ProxyEntry } from "#snapshot/template.ts";
import type { Change } from "./shape.ts";

export interface Cell {
  readonly mesh: string;
  readonly change: Change;
  /** Sorted; the entries are the first one's. */
  readonly names: readonly string[];
  readonly before: ProxyEntry | null;
  readonly after: ProxyEntry | null;
}

/** A row of a section that is not what it was. */
export interface ChangedRow<V> {
  readonly mesh: string;
  readonly key: string;
  readonly before: V | null;
  readonly after: V | null;
}

/** The rows of one kind that differ; sections with equal hashes are not read. */
export function* changedRows<V>(before: Snapshot | null, after: Snapshot, kind: SectionKind): Iterable<ChangedRow<V>> {
  for (const section of differing(before?.manifest ?? null, after.manifest)) {
    const name = parseSection(section.name);
    if (name?.kind !== kind) continue;
    const was = rowsOf<V>(before, section.before);
    const is = rowsOf<V>(after, section.after);
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
      const one = Object.hasOwn(was, key) ? (was[key] as V) : null;
      const other = Object.hasOwn(is, key) ? (is[key] as V) : null;
      if (!sameJson(one, other)) yield { mesh: name.mesh, key, before: one, after: other };
    }
  }
}

interface Comparison {
  readonly before: Manifest | null;
  readonly after: Manifest;
  readonly changed: readonly ChangedSection[];
}

/**
 * The last one: two manifests are compared once for all kinds of sections, and a zone of a thousand meshes has thousands. Not by manifest:
 * each would keep the one before it, and that one the one before.
 */
let last: Comparison | null = null;

function differing(before: Manifest | null, after: Manifest): readonly ChangedSection[] {
  if (last?.after === after && last.before === before) return last.changed;
  last = { before, after, changed: changedSections(before, after) };
  return last.changed;
}

/** Cells in no particular order. */
export function cellsOf(before: Snapshot | null, after: Snapshot): readonly Cell[] {
  const cells = new Map<string, { first: ChangedRow<ProxyEntry>; names: string[] }>();
  for (const row of changedRows<ProxyEntry>(before, after, "proxies")) {
    const key = `${row.mesh} ${groupsOf(row.before)} ${groupsOf(row.after)} ${JSON.stringify(ownChanges(row))}`;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, { first: row, names: [row.key] });
    else {
      cell.names.push(row.key);
      if (row.key < cell.first.key) cell.first = row;
    }
  }
  return [...cells.values()].map(({ first: { mesh, before: old, after: now }, names }) => ({
    mesh,
    change: old === null ? "added" : now === null ? "removed" : "changed",
    names: names.sort(),
    before: old,
    after: now,
  }));
}

/** The values of all holes that a proxy fills itself. */
export function ownValues(entry: ProxyEntry | null): Bindings {
  return Object.assign({}, ...(entry?.groups ?? []).map(([, bindings]) => bindings)) as Bindings;
}

function rowsOf<V>(snapshot: Snapshot | null, hash: Hash | undefined): Readonly<Record<string, V>> {
  const text = hash === undefined ? undefined : snapshot?.blobs.get(hash);
  return text === undefined ? {} : (JSON.parse(text) as Readonly<Record<string, V>>);
}

function groupsOf(entry: ProxyEntry | null): string {
  return entry === null ? "" : `[${entry.groups.map(([hash]) => hash).join()}]`;
}

/** Which own values differ, and how where that decides what a list holds: proxies with the same are alike. */
function ownChanges({ before, after }: ChangedRow<ProxyEntry>): Json {
  const [old, now] = [ownValues(before), ownValues(after)];
  const changes: (readonly [string, ...Json[]])[] = [];
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [one, other] = [old[name], now[name]];
    if (one === null || other === null) changes.push([name, one === null, other === null]);
    else if (one !== other && before !== null && after !== null && !sameJson(one, other)) {
      const shaped = typeof one === "object" || typeof other === "object";
      changes.push(shaped ? [name, one ?? false, other ?? false] : [name]);
    }
  }
  return changes.sort(([a], [b]) => (a < b ? -1 : 1));
}
