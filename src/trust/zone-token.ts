// Zone tokens in Kuma 2.14's form (RS256 JWT): with one an ingress or egress joins its zone.
import type { Clock } from "#model/clock.ts";
import type { PublicJwk } from "./key.ts";
import { signToken, type TimedClaims, type TokenSigner, timedClaims, type Verified, verifyToken } from "./token.ts";

/** What a zone token can be for. */
export const ZONE_TOKEN_SCOPES = ["ingress", "egress"] as const;
export type ZoneTokenScope = (typeof ZONE_TOKEN_SCOPES)[number];

/** What a token binds its bearer to. */
export interface ZoneTokenBinding {
  /** Empty = any zone. */
  readonly zone: string;
  readonly scope: readonly string[];
}

export interface ZoneTokenClaims extends ZoneTokenBinding {
  readonly jti: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

export interface ZoneTokenKeys {
  keyOf(kid: string): PublicJwk | undefined;
  isRevoked(jti: string): boolean;
}

/** The JWT. */
export function issueZoneToken(
  request: ZoneTokenBinding & { readonly jti: string; readonly validSeconds: number },
  signer: TokenSigner,
  clock: Clock,
): Promise<string> {
  return signToken({ Zone: request.zone, Scope: request.scope }, request, signer, clock);
}

/** Verifies offline. The reason is for the bearer and never quotes the token. */
export function verifyZoneToken(jwt: string, keys: ZoneTokenKeys, clock: Clock): Promise<Verified<ZoneTokenClaims>> {
  return verifyToken<ZoneTokenClaims & TimedClaims>(
    jwt,
    {
      what: "zone token",
      read: readClaims,
      keyOf: (_, kid) => keys.keyOf(kid) ?? "the token's signing key is not one of the organisation's zone tokens",
      isRevoked: ({ jti }) => keys.isRevoked(jti),
    },
    clock,
  );
}

/** Why the token does not let such a proxy into this zone, in Kuma's words; null when it does. */
export function zoneTokenReason({ zone, scope }: ZoneTokenBinding, own: string, wanted: ZoneTokenScope): string | null {
  if (!scope.includes(wanted))
    return `token cannot be used to authenticate zone entity (${wanted} is out of token's scope: [${scope.join(" ")}])`;
  if (zone !== "" && zone !== own) return `zone from requestor: ${own} is different than in token: ${zone}`;
  return null;
}

function readClaims(payload: Readonly<Record<string, unknown>>): (ZoneTokenClaims & TimedClaims) | null {
  const times = timedClaims(payload);
  const { Zone: zone = "", Scope: scope } = payload;
  if (times === null || typeof zone !== "string") return null;
  if (!Array.isArray(scope) || !scope.every((one) => typeof one === "string")) return null;
  return { ...times, zone, scope };
}
