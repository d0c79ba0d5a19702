// Tokens of people's sessions, as their cookie has them: `weft_session_<token>_<signature>`.
import type { Chance } from "#model/clock.ts";
import type { Sealed } from "#model/sealed.ts";
import { fromBase64Url, owned, sameSecret, toBase32, toBase64Url, toHex, utf8 } from "./bytes.ts";

const FORM = /^weft_session_([A-Za-z0-9]{20,64})_([A-Za-z0-9_-]{43})$/;

/** The keys of accounts, of one secret: HMAC over a label, so that none tells another. */
export interface AccountKeys {
  /** Says which account key this is, without telling it: 8 hex digits. */
  readonly id: string;
  /** Signs what stands in cookies and mails. */
  readonly session: CryptoKey;
  /** What the library of accounts encrypts and signs with. */
  readonly library: string;
}

/** Of at least 32 bytes, else a TypeError. */
export async function openAccountKeys(secret: Sealed<Uint8Array>): Promise<AccountKeys> {
  const bytes = owned(secret.reveal());
  if (bytes.length < 32) throw new TypeError("an account key has at least 32 bytes");
  const key = await hmacKey(bytes);
  const derive = async (label: string): Promise<Uint8Array<ArrayBuffer>> => sign(key, `weft accounts: ${label}`);
  const session = await hmacKey(await derive("session"));
  // No token has a space.
  const id = toHex((await sign(session, "id of the account key")).slice(0, 4));
  return { id, session, library: toBase64Url(await derive("library")) };
}

/** The account key that seals and signs, and those that still open. */
export interface AccountKeyRing {
  readonly current: AccountKeys;
  readonly older: readonly AccountKeys[];
}

/** One that is given twice counts once. A TypeError where one is too short. */
export async function openAccountKeyRing(
  current: Sealed<Uint8Array>,
  older: readonly Sealed<Uint8Array>[],
): Promise<AccountKeyRing> {
  const [first, ...rest] = (await Promise.all([current, ...older].map(openAccountKeys))) as [
    AccountKeys,
    ...AccountKeys[],
  ];
  const known = new Set([first.id]);
  return { current: first, older: rest.filter(({ id }) => !known.has(id) && known.add(id)) };
}

/** A token of 256 bits, for a session's row. */
export function createSessionToken(chance: Chance): string {
  return toBase32(chance(32));
}

/** The cookie's value for the token of a session's row: a directory that was stolen holds no cookie. */
export async function signSessionToken(key: CryptoKey, token: string): Promise<string> {
  return `weft_session_${token}_${toBase64Url(await sign(key, token))}`;
}

/** Whether the text claims to be a person's; it may be forged. */
export function isSessionText(text: string): boolean {
  return text.startsWith("weft_session_");
}

/** The token of the row; null for whatever was not signed by this key, or an older one. Compares in constant time. */
export async function openSessionToken(
  key: CryptoKey,
  text: string,
  older: readonly CryptoKey[] = [],
): Promise<string | null> {
  const [, token, signature] = FORM.exec(text) ?? [];
  const given = fromBase64Url(signature ?? "");
  if (token === undefined || given === null) return null;
  for (const one of [key, ...older]) if (sameSecret(await sign(one, token), given)) return token;
  return null;
}

function hmacKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

async function sign(key: CryptoKey, text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(text)));
}
