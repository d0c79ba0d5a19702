// A read-only map over several maps that agree where they overlap: what a snapshot's sections hold, without copying.

/** The union of maps whose equal keys have equal values. Looking up costs at most one look into each. */
export function union<K, V>(parts: readonly ReadonlyMap<K, V>[]): ReadonlyMap<K, V> {
  if (parts.length === 1) return parts[0]!;
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
  return map;
}
