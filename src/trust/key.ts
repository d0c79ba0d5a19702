// Key pairs: made, exported, read again. Private halves travel as sealed PKCS #8.
import { Sealed } from "#model/sealed.ts";
import { type Bytes, owned } from "./bytes.ts";
import { thumbprint } from "./thumbprint.ts";

/** JWK of a public key, as text-only members. */
export type PublicJwk = Readonly<Record<string, string>>;

/** What a key is for decides its algorithm; one row each. */
export const KEY_USES = {
  /** ES256: proofs, envelopes. */
  sign: { algorithm: { name: "ECDSA", namedCurve: "P-256" }, usages: ["sign", "verify"], alg: "ES256" },
  /** ECDH-ES: contents of secrets, sealed to a relay. */
  agree: { algorithm: { name: "ECDH", namedCurve: "P-256" }, usages: ["deriveBits"], alg: "ECDH-ES" },
  /** RS256: tokens in Kuma's form. */
  token: {
    algorithm: {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-256",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    usages: ["sign", "verify"],
    alg: "RS256",
  },
} as const;

export type KeyUse = keyof typeof KEY_USES;

export interface StoredKey {
  /** With `kid` (RFC 7638 thumbprint unless named) and `alg`. */
  readonly publicJwk: PublicJwk;
  /** PKCS #8 DER. */
  readonly privateKey: Sealed<Uint8Array>;
}

/** Makes a key pair; its key id is the thumbprint of the public half unless one is given. */
export async function createKey(use: KeyUse, kid?: string): Promise<StoredKey> {
  const { algorithm, usages } = KEY_USES[use];
  const pair = (await crypto.subtle.generateKey(algorithm, true, [...usages])) as CryptoKeyPair;
  const privateKey = new Sealed(new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey)));
  return { publicJwk: await publicJwkOf(pair.publicKey, use, kid), privateKey };
}

/** The private half, ready to use; not extractable. A TypeError when the bytes are no such key. */
export async function importPrivateKey(use: KeyUse, privateKey: Sealed<Uint8Array>): Promise<CryptoKey> {
  const { algorithm, usages } = KEY_USES[use];
  const secret: Bytes = owned(privateKey.reveal());
  try {
    return await crypto.subtle.importKey("pkcs8", secret, algorithm, false, [usages[0]]);
  } catch {
    throw new TypeError(`not a private key for ${use}`);
  }
}

async function publicJwkOf(key: CryptoKey, use: KeyUse, kid: string | undefined): Promise<PublicJwk> {
  const jwk = (await crypto.subtle.exportKey("jwk", key)) as Record<string, unknown>;
  const members: Record<string, string> = {};
  for (const name of ["kty", "crv", "x", "y", "n", "e"]) if (typeof jwk[name] === "string") members[name] = jwk[name];
  return { ...members, alg: KEY_USES[use].alg, kid: kid ?? (await thumbprint(members)) };
}
