// The guard: holds back a commit that a mesh's ChangeControls and AccessTests do not let through, or writes down that it was overridden.

import type { TestBook } from "#control/access-test/book.ts";
import { testDemands } from "#control/access-test/demand.ts";
import { changeDeed, deed } from "#control/audit/deed.ts";
import type { Caller } from "#control/face/caller.ts";
import type { Change } from "#control/face/change.ts";
import { ROLLBACK_ACTOR } from "#control/rollback/actor.ts";
import { findStored, type TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { Fault } from "#model/fault.ts";
import type { ResourceKey } from "#model/resource.ts";
import type { Commit } from "#store/face/commit.ts";
import { may, scopeRefusal } from "#trust/scope.ts";
import { demandsOf } from "./demand.ts";
import { type Need, needsOf } from "./need.ts";
import { countedApprovers, lineageOf } from "./person.ts";
import { standingApprovals } from "./standing-approval.ts";

/**
 * The commit as it may be made; an override stands in its reason and in the audit log. Judged by the controls before it, so
 * what weakens a control needs what that demands. Faults `guarded`, and `forbidden` where the caller may not override.
 */
export async function guarded(
  { id, store, deps }: Tenant,
  state: TenantState,
  caller: Caller,
  { planned, rollback }: Pick<Change, "planned" | "rollback">,
  { commit, tests }: { readonly commit: Commit; readonly tests: TestBook },
): Promise<Commit> {
  if (caller.actor === ROLLBACK_ACTOR) return takenBack(state, rollback, commit, deps.clock());
  const demands = [...demandsOf(state, commit), ...testDemands(await tests.turns(state, commit))];
  if (demands.length === 0) return commit;
  const approvals = planned === undefined ? [] : await standingApprovals(deps.store, id, planned.plan);
  const now = deps.clock();
  const author = planned?.author ?? caller.actor;
  const actors = approvals.map(({ actor }) => actor);
  const lineage = await lineageOf(store, actors.length === 0 ? [] : [author, ...actors], now);
  const counted = countedApprovers(lineage, author, actors);
  const needs = needsOf(demands, { plan: planned?.plan ?? null, approvals: counted.length, now });
  if (needs.length === 0) return commit;
  const { override, scopes } = caller;
  if (override === undefined) throw guardFault(needs);
  if (!may(scopes, "override-guard")) throw new Fault("forbidden", scopeRefusal(scopes, "override-guard"));
  const controls = [...new Set(needs.map(railOf))].join(", ");
  const told = `override of ${controls}: ${override}`;
  const made = { ...commit, reason: commit.reason === "" ? told : `${commit.reason} (${told})` };
  return {
    ...made,
    audit: [
      changeDeed(made, now, standsIn(state)),
      deed({ actor: caller.actor }, now, "guard.override", controls, {
        reason: override,
        needs: needs.map(needText),
      }),
    ],
  };
}

/** What takes revisions back by itself is not held, and written down beside what it changes. */
function takenBack(state: TenantState, rollback: Change["rollback"], commit: Commit, now: number): Commit {
  if (rollback === undefined || !("undo" in rollback)) return commit;
  const { undo } = rollback;
  const by = { actor: commit.actor, reason: commit.reason };
  const own = deed(by, now, "rollback.automatic", `revision ${undo}`, { undone: undo });
  return { ...commit, audit: [changeDeed(commit, now, standsIn(state)), own] };
}

function standsIn(state: TenantState): (key: ResourceKey) => boolean {
  return (key) => findStored(state, key) !== null;
}

function guardFault(needs: readonly Need[]): Fault {
  const names = [...new Set(needs.map(({ mesh, control }) => `${control} of mesh ${mesh}`))];
  const types = [...new Set(needs.map(typeOf))];
  const ways = [...new Set(needs.map(({ fix }) => fix))];
  const said = `${heldText(types, names)} the change back, and nothing was written. To go on: ${ways.join("; or ")}`;
  return new Fault("guarded", said, {
    violations: needs.map((one) => ({ field: `${typeOf(one)}/${one.mesh}/${one.control}`, reason: one.reason })),
  });
}

function heldText(types: readonly string[], names: readonly string[]): string {
  if (types.length > 1) return `ChangeControls and AccessTests ${names.join(", ")} hold`;
  const isTest = types[0] === "AccessTest";
  if (names.length === 1) return isTest ? `AccessTest ${names[0]} holds` : `ChangeControl ${names[0]} holds`;
  return isTest ? `AccessTests ${names.join(", ")} hold` : `ChangeControls ${names.join(", ")} hold`;
}

function typeOf({ kind }: Need): string {
  return kind === "test" ? "AccessTest" : "ChangeControl";
}

function railOf(need: Need): string {
  return `${typeOf(need)} ${need.mesh}/${need.control}`;
}

function needText(need: Need): string {
  return `${railOf(need)}: ${need.reason}`;
}
