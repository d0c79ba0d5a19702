// Dataplane tokens in Kuma 2.14's form (RS256 JWT): issued by the control plane, verified offline by relays.
import type { Clock } from "#model/clock.ts";
import { LABEL } from "#model/tag.ts";
import type { Violation } from "#model/violation.ts";
import { fromBase64Url, textOf } from "./bytes.ts";
import { openJws, readJwsHeader, signJws } from "./jws.ts";
import { createKey, type PublicJwk, type StoredKey } from "./key.ts";
import { type Named, tagValues } from "./spiffe.ts";

/** Kuma writes iat and nbf so many seconds early, against clocks that differ. */
const BACKDATE_SECONDS = 5;

/** What a token binds its bearer to; an empty value binds nothing (but for the mesh, which is always set). */
export interface TokenBinding {
  readonly mesh: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, readonly string[]>>;
  /** `dataplane`, `ingress`, `egress` or empty. */
  readonly type: string;
  readonly workload: string;
}

export interface TokenClaims extends TokenBinding {
  readonly jti: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

export type TokenOutcome =
  | { readonly ok: true; readonly claims: TokenClaims }
  | { readonly ok: false; readonly reason: string };

/** The key that signs a mesh's tokens; `kid` is its serial, `1` first. */
export function createTokenKey(kid: string): Promise<StoredKey> {
  return createKey("token", kid);
}

export interface TokenRequest extends TokenBinding {
  readonly jti: string;
  readonly validSeconds: number;
}

/** The JWT. */
export function issueDataplaneToken(
  request: TokenRequest,
  signer: { readonly kid: string; readonly key: CryptoKey },
  clock: Clock,
): Promise<string> {
  const now = Math.floor(clock() / 1000);
  const claims = {
    Name: request.name,
    Mesh: request.mesh,
    Tags: request.tags,
    Type: request.type,
    Workload: request.workload,
    exp: now + request.validSeconds,
    nbf: now - BACKDATE_SECONDS,
    iat: now - BACKDATE_SECONDS,
    jti: request.jti,
  };
  return signJws(claims, { alg: "RS256", kid: signer.kid, typ: "JWT" }, signer.key);
}

export interface TokenKeys {
  /** Chosen by mesh and kid together: a mesh's key signs for no other mesh. */
  keyOf(mesh: string, kid: string): PublicJwk | undefined;
  isRevoked(mesh: string, jti: string): boolean;
}

/** Verifies offline. The reason is for the bearer and never quotes the token. */
export async function verifyDataplaneToken(jwt: string, keys: TokenKeys, clock: Clock): Promise<TokenOutcome> {
  const header = jwt.length > 16_384 ? null : readJwsHeader(jwt);
  const unproved = header === null ? null : readClaims(readPayload(jwt));
  if (header === null || unproved === null) return refused("the credential is not a dataplane token");
  if (header.alg !== "RS256") return refused("the token is not signed with RS256");
  if (unproved.mesh === "") return refused("the token names no mesh");
  const key = keys.keyOf(unproved.mesh, header.kid);
  if (key === undefined) return refused("the token's signing key is not one of the mesh that it names");
  const opened = await openJws(jwt, "RS256", key);
  if (!opened.ok) return refused(`the token is refused: ${opened.reason}`);
  const claims = readClaims(opened.payload);
  if (claims === null) return refused("the credential is not a dataplane token");
  const now = clock() / 1000;
  if (now >= claims.expiresAt) return refused("the token has expired");
  if (now < claims.notBefore) return refused("the token is not valid yet");
  if (keys.isRevoked(claims.mesh, claims.jti)) return refused("the token has been revoked");
  const { notBefore: _, ...rest } = claims;
  return { ok: true, claims: rest };
}

/** Who wants to join with a token. */
export interface TokenBearer {
  readonly mesh: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Spec of the Dataplane: its inbound or gateway tags are what a token's tags bind (2.14: not labels). */
  readonly dataplane: Named;
}

/** What of a dataplane the token does not allow, in Kuma's words; empty when it may join. */
export function tokenViolations(claims: TokenBinding, bearer: TokenBearer): readonly Violation[] {
  const violations: Violation[] = [];
  const bound = (field: string, what: string, allowed: string, actual: string): void => {
    if (allowed !== "" && allowed !== actual)
      violations.push({
        field,
        reason: `proxy ${what} from requestor: ${actual} is different than in token: ${allowed}`,
      });
  };
  bound("mesh", "mesh", claims.mesh, bearer.mesh);
  bound("name", "name", claims.name, bearer.name);
  bound(keyed("labels", LABEL.workload), "workload", claims.workload, bearer.labels[LABEL.workload] ?? "");
  if (claims.type !== "" && claims.type !== "dataplane")
    violations.push({ field: "type", reason: `the token is for proxies of type ${JSON.stringify(claims.type)}` });
  return [...violations, ...tagViolations(claims.tags, tagValues(bearer.dataplane))];
}

function tagViolations(
  allowed: TokenBinding["tags"],
  actual: ReadonlyMap<string, readonly string[]>,
): readonly Violation[] {
  return Object.entries(allowed).flatMap(([key, values]) => {
    const field = keyed("tags", key);
    const has = actual.get(key);
    if (has === undefined)
      return [{ field, reason: `dataplane has no tag ${JSON.stringify(key)} required by the token` }];
    return has
      .filter((value) => !values.includes(value))
      .map((value) => ({
        field,
        reason: `dataplane contains tag ${JSON.stringify(key)} with value ${JSON.stringify(value)} which is not allowed with this token. Allowed values in token are [${values.map((one) => JSON.stringify(one)).join(" ")}]`,
      }));
  });
}

/** Keys hold dots and slashes, so they stand in brackets: `tags["kuma.io/service"]`. */
function keyed(field: string, key: string): string {
  return `${field}[${JSON.stringify(key)}]`;
}

type ReadClaims = TokenClaims & { readonly notBefore: number };

function readClaims(payload: unknown): ReadClaims | null {
  if (typeof payload !== "object" || payload === null) return null;
  const from = payload as Readonly<Record<string, unknown>>;
  const [name, mesh, type, workload, jti] = ["Name", "Mesh", "Type", "Workload", "jti"].map((key) => from[key] ?? "");
  const texts = [name, mesh, type, workload, jti];
  const tags = readTags(from.Tags ?? {});
  const { exp, nbf = 0 } = from;
  if (tags === null || jti === "" || !texts.every((text) => typeof text === "string")) return null;
  if (!Number.isFinite(exp) || !Number.isFinite(nbf)) return null;
  return {
    name: name as string,
    mesh: mesh as string,
    type: type as string,
    workload: workload as string,
    jti: jti as string,
    tags,
    expiresAt: exp as number,
    notBefore: nbf as number,
  };
}

function readTags(tags: unknown): TokenBinding["tags"] | null {
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) return null;
  const lists = Object.entries(tags).map(([key, values]) => [key, values] as const);
  if (!lists.every(([, values]) => Array.isArray(values) && values.every((value) => typeof value === "string")))
    return null;
  return Object.fromEntries(lists) as TokenBinding["tags"];
}

function readPayload(jwt: string): unknown {
  const bytes = fromBase64Url(jwt.split(".")[1] ?? "");
  try {
    return bytes === null ? null : JSON.parse(textOf(bytes) ?? "");
  } catch {
    return null;
  }
}

function refused(reason: string): TokenOutcome {
  return { ok: false, reason };
}
