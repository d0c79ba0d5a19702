// A map that forgets: what was kept last stays, the rest goes.

/** Keeps `value` as the newest of the map, lets go of the one that was kept longest ago where there are more than `most`; the value. */
export function keepNewest<K, V>(map: Map<K, V>, key: K, value: V, most: number): V {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) map.delete(map.keys().next().value as K);
  return value;
}
