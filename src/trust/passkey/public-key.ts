// Public keys of passkeys: COSE keys as authenticators write them, JWKs as they are kept, signatures as they are verified.
import { type Bytes, toBase64Url } from "#trust/bytes.ts";
import type { PublicJwk } from "#trust/key.ts";
import { verifyDer } from "#trust/signature.ts";
import type { Cbor, CborMap } from "./cbor.ts";

interface Row {
  /** COSE's number (RFC 9053 §2, RFC 8812 §2). */
  readonly cose: number;
  /** Members that a key must have beside its algorithm, and the coordinates that are read from it by length (RFC 9053 §7). */
  readonly fixed: readonly (readonly [label: number, value: number])[];
  readonly members: readonly (readonly [name: string, label: number, least: number, most: number])[];
  readonly jwk: Readonly<Record<string, string>>;
  readonly import: EcKeyImportParams | RsaHashedImportParams | Algorithm;
  readonly verify: (body: Bytes, signature: Bytes, key: CryptoKey) => Promise<boolean>;
}

/** What a passkey may sign with, as it is asked for: the best first. */
export const PASSKEY_ALGORITHMS = {
  ES256: {
    cose: -7,
    fixed: [
      [1, 2],
      [-1, 1],
    ],
    members: [
      ["x", -2, 32, 32],
      ["y", -3, 32, 32],
    ],
    jwk: { kty: "EC", crv: "P-256" },
    import: { name: "ECDSA", namedCurve: "P-256" },
    verify: (body, signature, key) => verifyDer(body, signature, "ecdsa-sha256", key),
  },
  EdDSA: {
    cose: -8,
    fixed: [
      [1, 1],
      [-1, 6],
    ],
    members: [["x", -2, 32, 32]],
    jwk: { kty: "OKP", crv: "Ed25519" },
    import: { name: "Ed25519" },
    verify: (body, signature, key) => crypto.subtle.verify("Ed25519", key, signature, body),
  },
  RS256: {
    cose: -257,
    fixed: [[1, 3]],
    // 2048 to 8192 bits.
    members: [
      ["n", -1, 256, 1024],
      ["e", -2, 1, 4],
    ],
    jwk: { kty: "RSA" },
    import: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    verify: (body, signature, key) => verifyDer(body, signature, "rsa-sha256", key),
  },
} as const satisfies Readonly<Record<string, Row>>;

export type PasskeyAlgorithm = keyof typeof PASSKEY_ALGORITHMS;

const isAlgorithm = (name: string | undefined): name is PasskeyAlgorithm =>
  name !== undefined && Object.hasOwn(PASSKEY_ALGORITHMS, name);

/** The JWK of a COSE key, with `alg`; null where it is of no algorithm of the table, or no key. */
export async function readPublicKey(cose: Cbor): Promise<PublicJwk | null> {
  if (!(cose instanceof Map)) return null;
  const map: CborMap = cose;
  for (const [alg, row] of Object.entries<Row>(PASSKEY_ALGORITHMS)) {
    if (map.get(3) !== row.cose) continue;
    if (row.fixed.some(([label, value]) => map.get(label) !== value)) return null;
    const jwk: Record<string, string> = { ...row.jwk, alg };
    for (const [name, label, least, most] of row.members) {
      const value = map.get(label);
      if (!(value instanceof Uint8Array) || value.length < least || value.length > most) return null;
      jwk[name] = toBase64Url(value);
    }
    return (await importKey(jwk)) === null ? null : jwk;
  }
  return null;
}

/** Whether the signature is the key's over these bytes; ECDSA's is DER (WebAuthn §6.5.5). Never throws. */
export async function verifySignature(jwk: PublicJwk, body: Bytes, signature: Bytes): Promise<boolean> {
  const key = await importKey(jwk);
  if (key === null || !isAlgorithm(jwk.alg)) return false;
  try {
    return await PASSKEY_ALGORITHMS[jwk.alg].verify(body, signature, key);
  } catch {
    return false;
  }
}

/** Null for a point that is on no curve, and for whatever else WebCrypto does not take. */
async function importKey(jwk: PublicJwk): Promise<CryptoKey | null> {
  if (!isAlgorithm(jwk.alg)) return null;
  const { alg, ...members } = jwk;
  try {
    return await crypto.subtle.importKey("jwk", members, PASSKEY_ALGORITHMS[alg as PasskeyAlgorithm].import, false, [
      "verify",
    ]);
  } catch {
    return null;
  }
}
