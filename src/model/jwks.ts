// Sets of public keys as JSON (RFC 7517), judged without using them.

const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  RSA: ["n", "e"],
  EC: ["crv", "x", "y"],
  OKP: ["crv", "x"],
};

/** Members that only private keys have (RFC 7518 §6.2.2, §6.3.2): a prime alone gives the whole key away. */
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** Why the text is no set of public keys for verifying tokens, or null. */
export function jwksReason(text: string): string | null {
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch {
    return "must be a JSON Web Key Set";
  }
  const keys = (set as { readonly keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || keys.length === 0) return "must be a JSON Web Key Set with at least one key";
  for (const key of keys as readonly (Readonly<Record<string, unknown>> | null)[]) {
    if (key === null || typeof key !== "object") return "keys must be objects";
    // A symmetric key verifies and signs: whoever reads the policy, or a proxy's config, could forge tokens.
    if (key.kty === "oct") return "symmetric keys (kty: oct) are not allowed: whoever can verify with one can sign";
    if (PRIVATE.some((member) => member in key)) return "must hold public keys alone: a private key was given";
    const wanted = typeof key.kty === "string" && Object.hasOwn(MEMBERS, key.kty) ? MEMBERS[key.kty] : undefined;
    if (wanted === undefined) return "kty must be one of RSA, EC, OKP";
    const missing = wanted.find((member) => typeof key[member] !== "string" || key[member] === "");
    if (missing !== undefined) return `a key of type ${key.kty} must have ${missing}`;
  }
  return null;
}
