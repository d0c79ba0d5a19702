// What a stream should have: sets of resources in layers that streams share, and the names that differ between two sets.
import { XDS_TYPES, type XdsKind } from "#envoy/type-url.ts";

/** A resource as the ADS machine sees it; equal version means equal content. */
export interface AdsResource {
  readonly name: string;
  readonly version: string;
  /** It will come but is not there yet (a certificate being issued): neither sent nor said to be absent. */
  readonly pending?: boolean;
  /** What it names; a resource is held back while what it names was refused. */
  readonly references: readonly { readonly kind: XdsKind; readonly name: string }[];
}

/** Later layers win. Layers are immutable and shared between streams: the same object means nothing changed. */
export interface ResourceSet<R extends AdsResource> {
  readonly layers: readonly ReadonlyMap<string, R>[];
  /** When given, only names in one of these are in the set. */
  readonly only?: readonly ReadonlySet<string>[];
}

/** Everything that a proxy should have, and the label (the snapshot's version) that its answers carry. */
export interface Desired<R extends AdsResource> {
  readonly label: string;
  readonly sets: Readonly<Record<XdsKind, ResourceSet<R>>>;
}

const EMPTY: ResourceSet<never> = { layers: [] };

/** A proxy that should have nothing. */
export function nothing<R extends AdsResource>(label: string): Desired<R> {
  const sets = Object.fromEntries(XDS_TYPES.map(({ kind }) => [kind, EMPTY])) as unknown as Desired<R>["sets"];
  return { label, sets };
}

export function resourceIn<R extends AdsResource>({ layers, only }: ResourceSet<R>, name: string): R | undefined {
  if (only !== undefined && !only.some((names) => names.has(name))) return undefined;
  for (let at = layers.length - 1; at >= 0; at--) {
    const found = layers[at]!.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All names of a set, each once. */
export function namesIn<R extends AdsResource>(set: ResourceSet<R>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const layer of set.layers)
    for (const name of layer.keys()) if (resourceIn(set, name) !== undefined) names.add(name);
  return names;
}

/**
 * Names whose resource may differ between two sets: all that do, and perhaps some that do not. Layers are compared once
 * for all streams, so that a change costs each stream what changed and not what it has.
 */
export function changedNames<R extends AdsResource>(
  before: ResourceSet<R>,
  after: ResourceSet<R>,
): ReadonlySet<string> {
  const names = new Set<string>();
  if (before === after) return names;
  pairwise(before.layers, after.layers, layerChanges, names);
  pairwise(before.only ?? [], after.only ?? [], nameChanges, names);
  return names;
}

/**
 * The old one where the two are the same, else the new one with all of the old that is the same: who compares them, or keeps
 * them, sees at once what is not. Most changes of a zone change nothing for most of its proxies.
 */
export function keptDesired<R extends AdsResource>(before: Desired<R> | undefined, after: Desired<R>): Desired<R> {
  if (before === undefined) return after;
  const sets = {} as Record<XdsKind, ResourceSet<R>>;
  let same = before.label === after.label;
  for (const { kind } of XDS_TYPES) {
    const isSame = isSameSet(before.sets[kind], after.sets[kind]);
    sets[kind] = isSame ? before.sets[kind] : after.sets[kind];
    same &&= isSame;
  }
  return same ? before : { label: after.label, sets };
}

function isSameSet<R extends AdsResource>(one: ResourceSet<R>, other: ResourceSet<R>): boolean {
  return one === other || (isSameList(one.layers, other.layers) && isSameList(one.only, other.only));
}

function isSameList(one: readonly object[] | undefined, other: readonly object[] | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one === other || (one.length === other.length && one.every((item, at) => item === other[at]));
}

interface Keyed {
  keys(): Iterable<string>;
}

function pairwise<T extends Keyed & object>(
  before: readonly T[],
  after: readonly T[],
  compare: (a: T, b: T) => readonly string[],
  into: Set<string>,
): void {
  for (let at = 0; at < Math.max(before.length, after.length); at++) {
    const [a, b] = [before[at], after[at]];
    if (a === b) continue;
    for (const name of a !== undefined && b !== undefined ? remembered(a, b, compare) : (a ?? b)!.keys())
      into.add(name);
  }
}

const memo = new WeakMap<object, WeakMap<object, readonly string[]>>();

function remembered<T extends object>(a: T, b: T, compare: (a: T, b: T) => readonly string[]): readonly string[] {
  let from = memo.get(a);
  if (from === undefined) {
    from = new WeakMap();
    memo.set(a, from);
  }
  const known = from.get(b);
  if (known !== undefined) return known;
  const made = compare(a, b);
  from.set(b, made);
  return made;
}

function layerChanges<R extends AdsResource>(a: ReadonlyMap<string, R>, b: ReadonlyMap<string, R>): readonly string[] {
  const names: string[] = [];
  for (const [name, one] of b) {
    const other = a.get(name);
    if (one !== other && (one.version !== other?.version || one.pending !== other.pending)) names.push(name);
  }
  for (const name of a.keys()) if (!b.has(name)) names.push(name);
  return names;
}

function nameChanges(a: ReadonlySet<string>, b: ReadonlySet<string>): readonly string[] {
  return [...a].filter((name) => !b.has(name)).concat([...b].filter((name) => !a.has(name)));
}
