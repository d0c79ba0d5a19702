// The digest of lives: by it a relay sees whether the control plane and it mean the same proxies, whatever was lost between them.

/**
 * The XOR of the registrations' characters, as hex; `""` of none. The same for the same registrations in any order. Ids
 * are random, so two sets of them that differ have digests that differ.
 */
export function livesDigest(registrations: Iterable<string>): string {
  const sum: number[] = [];
  for (const id of registrations)
    for (let at = 0; at < id.length; at++) sum[at] = (sum[at] ?? 0) ^ (id.charCodeAt(at) & 0xff);
  let end = sum.length;
  while (end > 0 && sum[end - 1] === 0) end--;
  return sum
    .slice(0, end)
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
