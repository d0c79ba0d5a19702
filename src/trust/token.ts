// What tokens of proxies share: RS256 JWTs in Kuma 2.14's form, issued by the control plane, verified offline by relays.
import type { Chance, Clock } from "#model/clock.ts";
import { fromBase64Url, textOf, toHex } from "./bytes.ts";
import { openJws, readJwsHeader, signJws } from "./jws.ts";
import type { PublicJwk } from "./key.ts";

/** Kuma writes iat and nbf so many seconds early, against clocks that differ. */
const BACKDATE_SECONDS = 5;
/** A token of this many bytes is none. */
const LONGEST = 16_384;

/** When a token holds, and its id. */
export interface TimedClaims {
  readonly jti: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  readonly notBefore: number;
}

export interface TokenSigner {
  readonly kid: string;
  readonly key: CryptoKey;
}

export type Verified<Claims> =
  | { readonly ok: true; readonly claims: Omit<Claims, "notBefore"> }
  | { readonly ok: false; readonly reason: string };

/** A JWT of these claims and the times of `validSeconds` from now. */
export function signToken(
  claims: object,
  { jti, validSeconds }: { readonly jti: string; readonly validSeconds: number },
  signer: TokenSigner,
  clock: Clock,
): Promise<string> {
  const now = Math.floor(clock() / 1000);
  const times = { exp: now + validSeconds, nbf: now - BACKDATE_SECONDS, iat: now - BACKDATE_SECONDS };
  return signJws({ ...claims, ...times, jti }, { alg: "RS256", kid: signer.kid, typ: "JWT" }, signer.key);
}

/** The id of a token: a random UUID (RFC 9562 §5.4). */
export function createTokenId(chance: Chance): string {
  const bytes = chance(16).slice(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** One kind of token. */
export interface TokenForm<Claims extends TimedClaims> {
  /** `dataplane token`, for people. */
  readonly what: string;
  /** Null for claims of another shape. */
  readonly read: (payload: Readonly<Record<string, unknown>>) => Claims | null;
  /** The key that must have signed it, or why there is none. */
  readonly keyOf: (claims: Claims, kid: string) => PublicJwk | string;
  readonly isRevoked: (claims: Claims) => boolean;
}

/** Verifies offline. The reason is for the bearer and never quotes the token. */
export async function verifyToken<Claims extends TimedClaims>(
  jwt: string,
  { what, read, keyOf, isRevoked }: TokenForm<Claims>,
  clock: Clock,
): Promise<Verified<Claims>> {
  const header = jwt.length > LONGEST ? null : readJwsHeader(jwt);
  const unproved = header === null ? null : readWith(read, payloadOf(jwt));
  if (header === null || unproved === null) return refused(`the credential is not a ${what}`);
  if (header.alg !== "RS256") return refused("the token is not signed with RS256");
  const key = keyOf(unproved, header.kid);
  if (typeof key === "string") return refused(key);
  const opened = await openJws(jwt, "RS256", key);
  if (!opened.ok) return refused(`the token is refused: ${opened.reason}`);
  const claims = readWith(read, opened.payload);
  if (claims === null) return refused(`the credential is not a ${what}`);
  const now = clock() / 1000;
  if (now >= claims.expiresAt) return refused("the token has expired");
  if (now < claims.notBefore) return refused("the token is not valid yet");
  if (isRevoked(claims)) return refused("the token has been revoked");
  const { notBefore: _, ...rest } = claims;
  return { ok: true, claims: rest };
}

/** `jti`, `exp` and `nbf` of a payload; null where one is of another shape. */
export function timedClaims({ jti, exp, nbf = 0 }: Readonly<Record<string, unknown>>): TimedClaims | null {
  if (typeof jti !== "string" || jti === "" || !Number.isFinite(exp) || !Number.isFinite(nbf)) return null;
  return { jti, expiresAt: exp as number, notBefore: nbf as number };
}

function readWith<Claims>(read: TokenForm<Claims & TimedClaims>["read"], payload: unknown): Claims | null {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return null;
  return read(payload as Readonly<Record<string, unknown>>);
}

function payloadOf(jwt: string): unknown {
  const bytes = fromBase64Url(jwt.split(".")[1] ?? "");
  try {
    return bytes === null ? null : JSON.parse(textOf(bytes) ?? "");
  } catch {
    return null;
  }
}

function refused(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
