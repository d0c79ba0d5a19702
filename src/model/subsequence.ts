// The longest common subsequence of two lists of texts.

/** Beyond so many pairs an alignment would cost more than it tells. */
const MOST_PAIRS = 40_000;

/** Places of the same texts in both, in order; none where there are too many pairs. */
export function longestCommon(
  old: readonly string[],
  now: readonly string[],
): readonly (readonly [old: number, now: number])[] {
  if (old.length * now.length > MOST_PAIRS) return [];
  const width = now.length + 1;
  const longest = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] as number;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      longest[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: [number, number][] = [];
  for (let i = 0, j = 0; i < old.length && j < now.length; ) {
    if (old[i] === now[j]) found.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return found;
}
