// A read-only map over several maps that agree where they overlap: what a snapshot's sections hold, without copying.

/** Up to so many entries are copied into one map at once: a snapshot of a thousand small meshes is asked mesh by mesh. */
const SMALL = 256;

const partsOf = new WeakMap<object, readonly ReadonlyMap<unknown, unknown>[]>();

/** The keys that `after` has and `before` lacks, each once. Maps that both are unions of are not looked into. */
export function addedKeys<K, V>(after: ReadonlyMap<K, V>, before: ReadonlyMap<K, V>): ReadonlySet<K> {
  const old = new Set<unknown>(leavesOf(before));
  const added = new Set<K>();
  for (const leaf of leavesOf(after)) {
    if (old.has(leaf)) continue;
    for (const key of leaf.keys()) if (!before.has(key)) added.add(key);
  }
  return added;
}

function leavesOf<K, V>(map: ReadonlyMap<K, V>): readonly ReadonlyMap<K, V>[] {
  const parts = partsOf.get(map) as readonly ReadonlyMap<K, V>[] | undefined;
  return parts === undefined ? [map] : parts.flatMap((part) => leavesOf(part));
}

/** The union of maps whose equal keys have equal values. Looking up costs at most one look into each. */
export function union<K, V>(parts: readonly ReadonlyMap<K, V>[]): ReadonlyMap<K, V> {
  if (parts.length === 1) return parts[0]!;
  if (parts.every((part) => part instanceof Map) && parts.reduce((sum, { size }) => sum + size, 0) <= SMALL)
    return new Map(parts.flatMap((part) => [...part]));
  let merged: Map<K, V> | undefined;
  const whole = (): Map<K, V> => {
    if (merged === undefined) {
      merged = new Map();
      for (const part of parts) for (const [key, value] of part) merged.set(key, value);
    }
    return merged;
  };
  const map: ReadonlyMap<K, V> = {
    get: (key) => {
      if (merged !== undefined) return merged.get(key);
      for (const part of parts) {
        const value = part.get(key);
        if (value !== undefined) return value;
      }
      return undefined;
    },
    has: (key) => parts.some((part) => part.has(key)),
    get size() {
      return whole().size;
    },
    forEach: (each) => {
      for (const [key, value] of whole()) each(value, key, map);
    },
    entries: () => whole().entries(),
    keys: () => whole().keys(),
    values: () => whole().values(),
    [Symbol.iterator]: () => whole()[Symbol.iterator](),
  };
  partsOf.set(map, parts);
  return map;
}
