// The audit log: its entries, and what the organisation has signed of it.
import type { AuditDraft, AuditEntry } from "#model/audit/entry.ts";
import type { Hash } from "#model/json.ts";
import type { ResourceKey } from "#model/resource.ts";

export interface AuditQuery {
  /** Numbers between these, themselves not included. */
  readonly after?: number;
  readonly before?: number;
  readonly actor?: string;
  readonly action?: string;
  /** Part of the subject or of the details. */
  readonly subject?: string;
  /** RFC 3339; `until` itself not included. */
  readonly since?: string;
  readonly until?: string;
  readonly newestFirst: boolean;
  readonly size: number;
}

/** What the organisation's key has signed of the chain (model/audit/entry.ts). */
export interface AuditSealRow {
  readonly kind: "checkpoint" | "anchor";
  /** Of the entry whose hash was signed. */
  readonly number: number;
  readonly hash: Hash;
  readonly time: string;
  readonly jws: string;
}

export interface AuditStanding {
  readonly last: { readonly number: number; readonly hash: Hash } | null;
  readonly first: { readonly number: number; readonly time: string; readonly previous: Hash } | null;
  readonly checkpoint: { readonly number: number; readonly time: string } | null;
  readonly retentionDays: number;
}

/** What an earlier release wrote down of an answer that held a private key. */
export interface RevealRow {
  readonly time: string;
  readonly actor: string;
  readonly key: ResourceKey;
}

/** All queries on one tenant's audit log; whoever changes something appends to it in the same batch. */
export interface TenantAudit {
  audit(query: AuditQuery): Promise<readonly AuditEntry[]>;
  auditStanding(): Promise<AuditStanding>;
  /** By number; of the entry before the first only an anchor can be there. */
  auditSeals(range: { readonly from: number; readonly to: number }): Promise<readonly AuditSealRow[]>;
  addAuditSeal(row: AuditSealRow): Promise<void>;
  /** Drops all entries up to the anchor's. Conflict where that entry is not as it says. */
  trimAudit(anchor: AuditSealRow): Promise<void>;
  /** Moves up to `size` revealed keys of an earlier release into the audit log; how many they were. */
  takeReveals(size: number, draftOf: (row: RevealRow) => AuditDraft): Promise<number>;
}
