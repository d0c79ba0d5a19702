// Where a caller is, as limits see it.

/**
 * Where somebody is, as limits see it: who has an IPv6 address has 2^64 of them (RFC 6177), and all are one place. "" for those
 * whose address is not known, together.
 */
export function placeOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("%")[0]?.split("::") ?? [];
  const groups = (text: string): readonly string[] => (text === "" ? [] : text.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  const all = [...before, ...zeros, ...after].slice(0, 4);
  return `${all.map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}
