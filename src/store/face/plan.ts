// Plans with their approvals, and what committed revisions did.
import type { AuditDraft } from "#model/audit/entry.ts";
import type { Notice } from "#model/webhook/event.ts";

/** A change that was looked at before it is made, without what it would do. */
export interface PlanHead {
  readonly id: string;
  /** Where it was made. */
  readonly epoch: number;
  readonly revision: number;
  readonly actor: string;
  readonly reason: string;
  readonly createdAt: string;
  /** RFC 3339; forgotten some time after. */
  readonly expiresAt: string;
  /** The revision that committed it: the one whose write id is `plan/<id>`; null = none has. */
  readonly committed: number | null;
}

export interface PlanRow extends PlanHead {
  /** What it would do, JSON text. */
  readonly body: string;
}

/** What a list tells of a plan, out of its body: a hundred bodies are more than a worker can hold. */
export interface ListedPlan extends PlanHead {
  /** JSON text of `demands`; null = the body has none. */
  readonly demands: string | null;
  /** Lengths of `changes`, `outcome.access` and `outcome.faults.new`, and `outcome.effect.proxies`. */
  readonly changes: number;
  readonly proxies: number;
  readonly access: number;
  readonly newFaults: number;
}

/** One caller's approval of a plan. */
export interface PlanApproval {
  readonly plan: string;
  /** `token:<id>`. */
  readonly actor: string;
  /** RFC 3339. */
  readonly time: string;
  readonly reason: string;
}

/** What one or several revisions, published at once, did to a zone; zone "" = what is of no zone. */
export interface RevisionEffectRow {
  /** The last of them, and the first. */
  readonly revision: number;
  readonly first: number;
  readonly zone: string;
  /** JSON text. */
  readonly body: string;
}

/** All queries on one tenant's plans and effects. */
export interface TenantPlans {
  /**
   * Keeps a plan with what it was asked for, sealed and in parts. Forgets plans that have expired, and all but the newest
   * `keep`; the notices go out with it.
   */
  addPlan(
    row: Omit<PlanRow, "committed">,
    parts: readonly string[],
    more: { readonly keep: number; readonly notices: readonly Notice[] },
  ): Promise<void>;
  plan(id: string): Promise<PlanRow | null>;
  /** The parts in order; empty where there is no such plan. */
  planParts(id: string): Promise<readonly string[]>;
  /** Newest first, expired ones too as long as they are kept. */
  plans(query: { readonly size: number }): Promise<readonly ListedPlan[]>;
  countPlans(): Promise<number>;
  /** Of one plan, or (null) of all. Oldest first; those of tokens that have been revoked since do not count, and are left out. */
  approvals(plan: string | null): Promise<readonly PlanApproval[]>;
  /** The same caller's second approval changes nothing. */
  addApproval(row: PlanApproval, audit: readonly AuditDraft[]): Promise<void>;
  dropApproval(plan: string, actor: string, audit: readonly AuditDraft[]): Promise<void>;
  /** Over what was known of the same revision and zone. */
  addEffects(rows: readonly RevisionEffectRow[]): Promise<void>;
  /** Those of the publication that covered the revision, by zone; empty where none was stored. */
  effects(revision: number): Promise<readonly RevisionEffectRow[]>;
}
