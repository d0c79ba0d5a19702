// Dataplane tokens in Kuma 2.14's form (RS256 JWT): issued by the control plane, verified offline by relays.
import type { Clock } from "#model/clock.ts";
import { type Named, tagValues } from "#model/spiffe.ts";
import { LABEL } from "#model/tag.ts";
import type { Violation } from "#model/violation.ts";
import { createKey, type PublicJwk, type StoredKey } from "./key.ts";
import { signToken, type TimedClaims, type TokenSigner, timedClaims, type Verified, verifyToken } from "./token.ts";

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

export type TokenOutcome = Verified<TokenClaims>;

/** The key that signs a mesh's tokens; `kid` is its serial, `1` first. */
export function createTokenKey(kid: string): Promise<StoredKey> {
  return createKey("token", kid);
}

export interface TokenRequest extends TokenBinding {
  readonly jti: string;
  readonly validSeconds: number;
}

/** The JWT. */
export function issueDataplaneToken(request: TokenRequest, signer: TokenSigner, clock: Clock): Promise<string> {
  const { name, mesh, tags, type, workload } = request;
  return signToken({ Name: name, Mesh: mesh, Tags: tags, Type: type, Workload: workload }, request, signer, clock);
}

export interface TokenKeys {
  /** Chosen by mesh and kid together: a mesh's key signs for no other mesh. */
  keyOf(mesh: string, kid: string): PublicJwk | undefined;
  isRevoked(mesh: string, jti: string): boolean;
}

/** Verifies offline. The reason is for the bearer and never quotes the token. */
export function verifyDataplaneToken(jwt: string, keys: TokenKeys, clock: Clock): Promise<TokenOutcome> {
  return verifyToken<TokenClaims & TimedClaims>(
    jwt,
    {
      what: "dataplane token",
      read: readClaims,
      keyOf: ({ mesh }, kid) => {
        if (mesh === "") return "the token names no mesh";
        return keys.keyOf(mesh, kid) ?? "the token's signing key is not one of the mesh that it names";
      },
      isRevoked: ({ mesh, jti }) => keys.isRevoked(mesh, jti),
    },
    clock,
  );
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

function readClaims(payload: Readonly<Record<string, unknown>>): (TokenClaims & TimedClaims) | null {
  const times = timedClaims(payload);
  const [name, mesh, type, workload] = ["Name", "Mesh", "Type", "Workload"].map((key) => payload[key] ?? "");
  const texts = [name, mesh, type, workload];
  const tags = readTags(payload.Tags ?? {});
  if (times === null || tags === null || !texts.every((text) => typeof text === "string")) return null;
  return {
    ...times,
    name: name as string,
    mesh: mesh as string,
    type: type as string,
    workload: workload as string,
    tags,
  };
}

function readTags(tags: unknown): TokenBinding["tags"] | null {
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) return null;
  const lists = Object.entries(tags).map(([key, values]) => [key, values] as const);
  if (!lists.every(([, values]) => Array.isArray(values) && values.every((value) => typeof value === "string")))
    return null;
  return Object.fromEntries(lists) as TokenBinding["tags"];
}
