// The guard: holds back a commit that a mesh's ChangeControls do not let through, or writes down that it was overridden.
import { changeDeed, deed } from "#control/audit/deed.ts";
import type { Caller, Change } from "#control/control.ts";
import { ROLLBACK_ACTOR } from "#control/rollback-actor.ts";
import { findStored, type TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { Fault } from "#model/fault.ts";
import type { Commit } from "#store/store.ts";
import { may, scopeRefusal } from "#trust/scope.ts";
import { demandsOf } from "./demand.ts";
import { type Need, needsOf } from "./need.ts";

/**
 * The commit as it may be made; an override stands in its reason and in the audit log. Judged by the controls before it, so
 * what weakens a control needs what that demands. Faults `guarded`, and `forbidden` where the caller may not override.
 */
export async function guarded(
  { store, deps }: Tenant,
  state: TenantState,
  caller: Caller,
  { planned }: Pick<Change, "planned">,
  commit: Commit,
): Promise<Commit> {
  if (caller.actor === ROLLBACK_ACTOR) return commit;
  const demands = demandsOf(state, commit);
  if (demands.length === 0) return commit;
  const approvals = planned === undefined ? [] : await store.approvals(planned.plan);
  const now = deps.clock();
  const needs = needsOf(demands, {
    plan: planned?.plan ?? null,
    author: planned?.author ?? caller.actor,
    approvers: approvals.map(({ actor }) => actor),
    now,
  });
  if (needs.length === 0) return commit;
  const { override, scopes } = caller;
  if (override === undefined) throw guardFault(needs);
  if (!may(scopes, "override-guard")) throw new Fault("forbidden", scopeRefusal(scopes, "override-guard"));
  const controls = [...new Set(needs.map((one) => `${one.mesh}/${one.control}`))];
  const told = `override of ChangeControl ${controls.join(", ")}: ${override}`;
  const made = { ...commit, reason: commit.reason === "" ? told : `${commit.reason} (${told})` };
  return {
    ...made,
    audit: [
      changeDeed(made, now, (key) => findStored(state, key) !== null),
      deed({ actor: caller.actor }, now, "guard.override", `ChangeControl ${controls.join(", ")}`, {
        reason: override,
        needs: needs.map(needText),
      }),
    ],
  };
}

function guardFault(needs: readonly Need[]): Fault {
  const controls = [...new Set(needs.map(({ mesh, control }) => `${control} of mesh ${mesh}`))];
  const what =
    controls.length === 1 ? `ChangeControl ${controls[0]} holds` : `ChangeControls ${controls.join(", ")} hold`;
  const ways = [...new Set(needs.map(({ fix }) => fix))];
  return new Fault("guarded", `${what} the change back, and nothing was written. To go on: ${ways.join("; or ")}`, {
    violations: needs.map((one) => ({ field: `ChangeControl/${one.mesh}/${one.control}`, reason: one.reason })),
  });
}

function needText({ mesh, control, reason }: Need): string {
  return `ChangeControl ${mesh}/${control}: ${reason}`;
}
