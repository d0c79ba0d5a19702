// Challenges for passkeys: chance, a time and what it is for under an HMAC, so that asking for one stores nothing.
import type { Chance, Clock } from "#model/clock.ts";
import { type Bytes, concat, fromBase64Url, sameSecret, textOf, toBase64Url, utf8 } from "#trust/bytes.ts";

/** How long a challenge may be answered; milliseconds. */
export const CHALLENGE_WINDOW = 5 * 60_000;
const CHANCE_BYTES = 16;
const TIME_BYTES = 8;
const TAG_BYTES = 32;
/** Apart from whatever else the key signs (trust/nonce.ts). */
const CONTEXT = utf8("weft passkey challenge 1\n");
const LONGEST = 2048;

/** A challenge of this moment, base64url. Who redeems it finds `meant` again: a JSON value of a few hundred bytes. */
export async function createChallenge(
  meant: unknown,
  key: CryptoKey,
  { clock, chance }: { readonly clock: Clock; readonly chance: Chance },
): Promise<string> {
  const time = new Uint8Array(TIME_BYTES);
  new DataView(time.buffer).setBigUint64(0, BigInt(Math.floor(clock())));
  const body = concat(chance(CHANCE_BYTES), time, utf8(JSON.stringify(meant)));
  return toBase64Url(concat(body, await tag(key, body)));
}

/** What an own challenge of the last five minutes was meant for, and when it ends; null for any other text. */
export async function openChallenge(
  challenge: string,
  key: CryptoKey,
  clock: Clock,
): Promise<{ readonly meant: unknown; readonly endsAt: number } | null> {
  const bytes = challenge.length > LONGEST ? null : fromBase64Url(challenge);
  if (bytes === null || bytes.length <= CHANCE_BYTES + TIME_BYTES + TAG_BYTES) return null;
  const body = bytes.slice(0, -TAG_BYTES);
  if (!sameSecret(await tag(key, body), bytes.subarray(-TAG_BYTES))) return null;
  const given = Number(new DataView(body.buffer).getBigUint64(CHANCE_BYTES));
  const age = clock() - given;
  // Machines of one edge may differ by a second or two.
  if (age <= -CHALLENGE_WINDOW / 10 || age > CHALLENGE_WINDOW) return null;
  return {
    meant: JSON.parse(textOf(body.subarray(CHANCE_BYTES + TIME_BYTES)) ?? "null"),
    endsAt: given + CHALLENGE_WINDOW,
  };
}

async function tag(key: CryptoKey, body: Bytes): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, concat(CONTEXT, body)));
}
