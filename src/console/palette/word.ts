// How well what is written fits the words that were typed; as the control plane's search does it. Pure.

/** The words of a query, small; none where there is nothing but spaces. */
export function wordsOf(query: string): readonly string[] {
  return query
    .toLowerCase()
    .split(/[\s/]+/)
    .filter((word) => word !== "");
}

/** 0 = begins with it, 1 = a part begins with it, 2 = anywhere; summed over the words. Null where one of them is nowhere. */
export function fitOf(words: readonly string[], text: string): number | null {
  const small = text.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const at = small.indexOf(word);
    if (at === -1) return null;
    if (at > 0) sum += small.includes(` ${word}`) ? 1 : 2;
  }
  return sum;
}
