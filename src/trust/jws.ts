// Compact JWS over JSON by one algorithm and one declared type: what proofs, envelopes and tokens share.
import { compactVerify, decodeProtectedHeader, importJWK } from "jose";
import { concat, isBase64Url, textOf, textToBase64Url, toBase64Url, utf8 } from "./bytes.ts";
import type { PublicJwk } from "./key.ts";

export type Alg = "ES256" | "RS256";

/** Hostile input is cut off before it is decoded: an envelope of a thousand meshes stays far below. */
const MAX_LENGTH = 4 * 1024 * 1024;

export type Opened = { readonly ok: true; readonly payload: unknown } | { readonly ok: false; readonly reason: string };

export interface JwsHeader {
  readonly alg: string;
  readonly kid: string;
  /** Empty when absent. */
  readonly typ: string;
}

/** WebCrypto's names (RFC 7518 sections 3.3 and 3.4). */
const SIGNING = {
  ES256: { name: "ECDSA", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5" },
} as const satisfies Record<Alg, object>;

/** Signs `payload` as JSON. */
export function signJws(payload: unknown, header: SigningHeader, key: CryptoKey): Promise<string> {
  return signEncoded(textToBase64Url(JSON.stringify(payload)), header, key);
}

export type SigningHeader = JwsHeader & { readonly alg: Alg };

/**
 * Signs what is base64url already; a `tail` of the payload is signed and does not stand in what comes back. By hand: the library
 * copies an envelope of a thousand meshes four times on its way.
 */
export async function signEncoded(
  payload: string,
  header: SigningHeader,
  key: CryptoKey,
  tail?: Uint8Array,
): Promise<string> {
  const signed = `${textToBase64Url(JSON.stringify(header))}.${payload}`;
  const bytes = tail === undefined ? utf8(signed) : concat(utf8(signed), tail);
  const signature = await crypto.subtle.sign(SIGNING[header.alg], key, bytes);
  return `${signed}.${toBase64Url(new Uint8Array(signature))}`;
}

/** The unverified header, to choose the key by; null unless the text has the form of a compact JWS with a kid. */
export function readJwsHeader(jws: string): JwsHeader | null {
  const parts = jws.length > MAX_LENGTH ? [] : jws.split(".");
  // The last character of base64 can have several spellings, and a signed text must have one only.
  if (parts.length !== 3 || !parts.every(isBase64Url)) return null;
  try {
    const { alg, kid, typ = "" } = decodeProtectedHeader(jws);
    return typeof alg === "string" && typeof kid === "string" && typeof typ === "string" ? { alg, kid, typ } : null;
  } catch {
    return null;
  }
}

/** Verifies with exactly this algorithm and key. The reason never quotes the input. */
export async function openJws(jws: string, alg: Alg, jwk: PublicJwk): Promise<Opened> {
  let payload: Uint8Array;
  try {
    ({ payload } = await compactVerify(jws, await publicKey(jwk, alg), { algorithms: [alg] }));
  } catch {
    return { ok: false, reason: "its signature does not verify" };
  }
  try {
    return { ok: true, payload: JSON.parse(textOf(payload) ?? "") };
  } catch {
    return { ok: false, reason: "its content is not JSON" };
  }
}

// A relay and a poll worker verify with the same few keys all day, and an RSA import costs more than a verification.
const imported = new WeakMap<PublicJwk, Promise<CryptoKey>>();

function publicKey(jwk: PublicJwk, alg: Alg): Promise<CryptoKey> {
  const known = imported.get(jwk);
  if (known !== undefined) return known;
  const key = importJWK({ ...jwk, alg }, alg) as Promise<CryptoKey>;
  imported.set(jwk, key);
  return key;
}
