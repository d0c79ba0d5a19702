// RFC 7638: the thumbprint of a public key, which is its id where none is given.
import type { Hash } from "#model/json.ts";
import { digestText } from "./digest.ts";

/** Members that make a thumbprint, by key type and in the standard's order. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = { EC: ["crv", "kty", "x", "y"], RSA: ["e", "kty", "n"] };

/** SHA-256 over the required members. A TypeError for a key type other than EC and RSA. */
export function thumbprint(jwk: Readonly<Record<string, string>>): Promise<Hash> {
  const names = MEMBERS[jwk.kty ?? ""];
  if (names === undefined) throw new TypeError("thumbprint wants an EC or RSA key");
  return digestText(JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]]))));
}
