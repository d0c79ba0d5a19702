// Lists of texts that many lives have alike, names of services and what signed: one object for all that are equal.

/** Lists that are held at the most; then it starts anew. */
const MOST = 10_000;
const known = new Map<string, readonly string[]>();

/** The first list that was equal to the one given. */
export function interned(list: readonly string[]): readonly string[] {
  const key = list.join("\n");
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= MOST) known.clear();
  known.set(key, list);
  return list;
}
