// What joins of one kind of proxy differ in: one row of the table in join-kinds.ts.
import type { Join } from "#api/zone.ts";
import type { Rule } from "#control/rule/rule.ts";
import type { Tenant } from "#control/tenant.ts";
import type { ZoneDraft } from "#control/zone/draft.ts";
import type { Kind } from "#model/kind.ts";
import type { Resource } from "#model/resource.ts";
import type { Named } from "#model/spiffe.ts";
import type { Violation } from "#model/violation.ts";

/** Who bears a token that has been verified. */
export interface Bearer {
  readonly tokenId: string;
  /** What of a proxy the token does not allow. */
  readonly violations: (proxy: Resource) => readonly Violation[];
}

/** One leaf that a join asks for: in which mesh, and by which names. */
export interface WantedLeaf {
  readonly mesh: string;
  readonly named: Named;
  /** PKCS #10 DER, base64. */
  readonly csr: string;
}

export interface JoinKind {
  readonly kind: Kind;
  /** `dataplane`, for people. */
  readonly noun: string;
  /** What a join needs: `a dataplane token`. */
  readonly token: string;
  /** Why there can be no such proxy in this mesh, or null. */
  readonly meshReason: (draft: ZoneDraft, mesh: string) => string | null;
  /** The zone that the proxy says it is in. */
  readonly zoneSaid: (proxy: Resource) => string | undefined;
  /** What of the proxy says that it is in another zone than its relay's. */
  readonly foreignZones: (proxy: Resource, zone: string) => readonly Violation[];
  /** The proxy as it is stored in its zone. */
  readonly inZone: (proxy: Resource, zone: string) => Resource;
  readonly rule: Rule;
  readonly verify: (
    tenant: Tenant,
    draft: ZoneDraft,
    join: Join,
    token: string,
  ) => Promise<Bearer | { readonly refused: string }>;
  /** Ids of revoked tokens. */
  readonly revoked: (tenant: Tenant, draft: ZoneDraft, mesh: string) => Promise<readonly string[]>;
  /** The leaves that the join asks for; a refused one refuses the join where it is the proxy's only one. */
  readonly leaves: (join: Join, proxy: Resource) => readonly WantedLeaf[];
}
