// Tokens, and the keys that sign and seal.
import type { AuditDraft } from "#model/audit/entry.ts";

/** An API token, an enrolment token or the like; only the hash of its secret is stored. */
export interface CredentialRow {
  readonly id: string;
  readonly kind: "api" | "enrolment";
  readonly name: string;
  /** SHA-256 of the secret, base64url. */
  readonly secretHash: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** Enrolment tokens: the zone it admits to, and the relay that used it. */
  readonly zone: string | null;
  readonly usedBy: string | null;
  /** API tokens: the id of the one that made it; null = it came with the organisation. */
  readonly mintedBy: string | null;
  /** API tokens: when it was last used, as `noteUse` was told; null = never. */
  readonly lastUsedAt: string | null;
}

/** A token as its line sees it. */
export type LineageRow = Pick<CredentialRow, "id" | "mintedBy" | "scopes" | "expiresAt" | "revokedAt">;

export interface SigningKeyRow {
  /** `dataplane-token`, `zone-token`, `user-token`, `envelope`. */
  readonly purpose: string;
  /** Empty for keys of the whole tenant. */
  readonly mesh: string;
  readonly kid: string;
  readonly publicJwk: string;
  readonly sealedKey: string;
  readonly createdAt: string;
}

/** All queries on one tenant's tokens and keys. */
export interface TenantCredentials {
  /** Fault `conflict` when the id is taken; a Conflict (store/quota.ts) where `most` API tokens hold already. */
  addCredential(row: CredentialRow, audit?: readonly AuditDraft[], most?: number | null): Promise<void>;
  credential(id: string): Promise<CredentialRow | null>;
  listCredentials(kind: CredentialRow["kind"]): Promise<readonly CredentialRow[]>;
  /** Id → name, of those of these that are there, of whatever kind; one query. */
  credentialNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** These API tokens and all that they were minted by, directly or not; unknown ids are left out. */
  lineage(ids: readonly string[]): Promise<readonly LineageRow[]>;
  /** Nothing is written where a use after `unless` is known already. */
  noteUse(id: string, at: string, unless: string): Promise<void>;
  /** False when there is none; the time of the first revocation stays. */
  revokeCredential(id: string, at: string, audit?: readonly AuditDraft[]): Promise<boolean>;
  addSigningKey(row: SigningKeyRow): Promise<void>;
  /** Newest first; without mesh, those of every mesh and of the whole tenant. */
  signingKeys(purpose: string, mesh?: string): Promise<readonly SigningKeyRow[]>;
}
