// One tenant as its use cases see it: what stands, how to commit, and how to begin again when somebody else has committed.
import { Fault } from "#model/fault.ts";
import type { Commit, Committed } from "#store/face/commit.ts";
import type { TenantStore } from "#store/store.ts";
import type { ControlDeps } from "./deps.ts";
import type { TierOf } from "./limit/tiers.ts";
import type { Vault } from "./secret/vault.ts";
import type { TenantState } from "./state.ts";

export interface Tenant {
  readonly id: string;
  readonly deps: ControlDeps;
  readonly store: TenantStore;
  readonly vault: Vault;
  /** As of the last commit that this process knows of. */
  state(): Promise<TenantState>;
  /** Commits, brings the state up to date and has the zones compiled. */
  commit(commit: Commit): Promise<Committed>;
  /** What it may have. */
  tier(): Promise<TierOf>;
  /** Reads everything again. */
  reload(): Promise<void>;
}

const ATTEMPTS = 8;

/**
 * Runs a use case on what stands. When it fails or changes nothing while somebody else has committed, it is run again on
 * what stands then: a fault is told only if it holds for the newest state.
 */
export async function onNewest<T>(tenant: Tenant, attempt: (state: TenantState) => Promise<T>): Promise<T> {
  for (let left = ATTEMPTS; ; left--) {
    const state = await tenant.state();
    try {
      return await attempt(state);
    } catch (error) {
      if (!(error instanceof Fault) || !(await hasMoved(tenant, state))) throw error;
      await tenant.reload();
      if (left <= 1) {
        throw new Fault("unavailable", "Others keep changing the same organisation; try again", {
          retryAfter: 1,
          cause: error,
        });
      }
    }
  }
}

/** Whether the store has gone past this state. */
export async function hasMoved({ store }: Tenant, { heads }: TenantState): Promise<boolean> {
  const now = await store.heads();
  return now.epoch !== heads.epoch || now.sequence !== heads.sequence;
}
