// Nonces of the zone protocol: a time under an HMAC, so that nothing is stored and no relay's clock matters (RFC 9449 §8).
import type { Clock } from "#model/clock.ts";
import type { Sealed } from "#model/sealed.ts";
import { concat, fromBase64Url, owned, sameSecret, toBase64Url } from "./bytes.ts";

/** How long a nonce is good for, in milliseconds. */
export const NONCE_WINDOW = 5 * 60_000;
const TIME_BYTES = 8;
const TAG_BYTES = 16;
const SECOND = 1000;

/** The tags of the nonces that this process has given of late, by their second: no stranger's are kept. */
const given = new WeakMap<CryptoKey, Map<number, Uint8Array>>();
/** Those that may still be good. */
const MOST_GIVEN = NONCE_WINDOW / SECOND;

/** The HMAC key of a control plane's nonces; at least 32 bytes, else a TypeError. */
export async function importNonceKey(secret: Sealed<Uint8Array>): Promise<CryptoKey> {
  const bytes = owned(secret.reveal());
  if (bytes.length < 32) throw new TypeError("a nonce key has at least 32 bytes");
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/** A nonce of this second: calls of one second have the same, as each proof has an id of its own. */
export async function createNonce(key: CryptoKey, clock: Clock): Promise<string> {
  const second = Math.floor(clock() / SECOND) * SECOND;
  const time = new Uint8Array(TIME_BYTES);
  new DataView(time.buffer).setBigUint64(0, BigInt(second));
  const made = given.get(key) ?? new Map<number, Uint8Array>();
  given.set(key, made);
  const tagged = made.get(second) ?? (await tag(key, time));
  made.set(second, tagged);
  if (made.size > MOST_GIVEN) made.delete(made.keys().next().value as number);
  return toBase64Url(concat(time, tagged));
}

/** Whether this control plane gave the nonce within the last five minutes. */
export async function isFreshNonce(nonce: string, key: CryptoKey, clock: Clock): Promise<boolean> {
  const bytes = nonce.length > 64 ? null : fromBase64Url(nonce);
  if (bytes === null || bytes.length !== TIME_BYTES + TAG_BYTES) return false;
  const time = bytes.slice(0, TIME_BYTES);
  const second = Number(new DataView(time.buffer).getBigUint64(0));
  const tagged = given.get(key)?.get(second) ?? (await tag(key, time));
  if (!sameSecret(tagged, bytes.subarray(TIME_BYTES))) return false;
  const age = clock() - second;
  // Machines of one edge may differ by a second or two; a nonce from further ahead was never given.
  return age > -NONCE_WINDOW / 10 && age <= NONCE_WINDOW;
}

async function tag(key: CryptoKey, time: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, owned(time))).subarray(0, TAG_BYTES);
}
