// The use case "plan": a change on a copy of what stands, by the very code that commits; what it would do, kept for a day.
import type { Access } from "#compile/access.ts";
import type { Compiled, CompileMemo } from "#compile/compile.ts";
import { turnsBetween } from "#control/access-test/book.ts";
import { testDemands } from "#control/access-test/demand.ts";
import { boundedTurns, type TestTurns } from "#control/access-test/turn.ts";
import { type PlanProof, type Prepared, prepareChange } from "#control/draft/resources.ts";
import type { Caller } from "#control/face/caller.ts";
import type { Change } from "#control/face/change.ts";
import type { Plan, PlannedChange } from "#control/face/plan.ts";
import { demandsOf } from "#control/guard/demand.ts";
import { type Moment, momentOf, type Outcome, outcomeOf } from "#control/outcome.ts";
import { boundedOutcome } from "#control/outcome-bound.ts";
import { permitPlan } from "#control/permission.ts";
import { withoutSecrets } from "#control/secret/inline-key.ts";
import { findStored, type TenantState } from "#control/state.ts";
import { onNewest, type Tenant } from "#control/tenant.ts";
import { compileZone, readAll, relaysByZone } from "#control/view/standing.ts";
import { keyText, type Resource } from "#model/resource.ts";
import { warningsOf } from "#model/wire.ts";
import { toBase32 } from "#trust/bytes.ts";
import { keepPlan } from "./kept.ts";
import { type Kinds, kindsOf } from "./kinds.ts";
import { refuseDiffering } from "./moved.ts";
import { simulateCommit } from "./simulate.ts";
import { serviceIn, writtenBy } from "./written.ts";

export interface Planner {
  /** Faults as of the commit itself; then nothing is kept. */
  plan(caller: Caller, change: Change): Promise<Plan>;
  readonly prove: PlanProof;
}

/** How long a plan may be committed; milliseconds. */
export const PLAN_LIFE = 86_400_000;

/** Characters of patches that are kept. */
const KEPT = 400_000;

interface Simulated {
  readonly outcome: Outcome;
  readonly kinds: Kinds;
  readonly tests: TestTurns;
}

type MemoOf = (zone: string) => CompileMemo | undefined;

/** Plans of one tenant; `memoOf` is what the publisher's last compile of a zone left, which changes time only. */
export function openPlanner(tenant: Tenant, memoOf: MemoOf): Planner {
  let access: Access | undefined;
  const { deps } = tenant;

  const momentAt = async (state: TenantState, memo: MemoOf): Promise<Moment> => {
    const read = await readAll(tenant, state);
    const zones = [...relaysByZone(state).keys()].map((zone): readonly [string, Compiled] => [
      zone,
      compileZone(tenant, state, read, { zone, memo: memo(zone) }),
    ]);
    const views = read.views.map(({ view }) => view);
    return momentOf(views, new Map(zones), deps.digest, access && { access });
  };
  /** What the prepared change would do to the state. */
  const simulated = async (state: TenantState, prepared: Prepared, now: number): Promise<Simulated> => {
    const before = await momentAt(state, memoOf);
    access = before.access;
    const later = isNothing(prepared) ? state : simulateCommit(state, prepared.commit, now);
    const after = later === state ? before : await momentAt(later, (zone) => before.zones.get(zone)?.memo);
    const outcome = outcomeOf(before, after, Number.POSITIVE_INFINITY);
    const tests = turnsBetween([state, before.access], [later, after.access], prepared.commit);
    return { outcome, kinds: kindsOf(outcome, serviceIn([later, state]), deps.digest), tests };
  };

  return {
    prove: async (state, planned, prepared) => {
      const { kinds } = await simulated(state, prepared, deps.clock());
      refuseDiffering(state, planned, { written: writtenBy(state, prepared.commit, deps.digest), kinds });
    },
    plan: async (caller, asked) => {
      permitPlan(caller);
      return onNewest(tenant, async (state) => {
        const id = toBase32(deps.chance(10));
        const now = deps.clock();
        const prepared = await prepareChange(tenant, { ...caller, planning: true }, asked, state);
        const { outcome, kinds, tests } = await simulated(state, prepared, now);
        const plan: Plan = {
          id,
          revision: state.heads.revision,
          actor: caller.actor,
          reason: prepared.change.reason,
          createdAt: new Date(now).toISOString(),
          expiresAt: new Date(now + PLAN_LIFE).toISOString(),
          committed: null,
          changes: changesOf(state, prepared),
          warnings: prepared.change.put.flatMap(({ key }) => {
            const { type, mesh, name } = key;
            const after = prepared.draft.planned.get(keyText(key))?.after ?? null;
            return after === null ? [] : warningsOf(after).map((text) => ({ type, mesh, name, text }));
          }),
          demands: [...demandsOf(state, prepared.commit), ...testDemands(tests)],
          tests: boundedTurns(tests),
          ...(asked.rollback !== undefined && { left: prepared.left }),
          outcome: boundedOutcome(outcome, KEPT),
        };
        const { epoch, sequence } = state.heads;
        const basis = { sequence, written: writtenBy(state, prepared.commit, deps.digest), kinds };
        await keepPlan(tenant, plan, { epoch, asked, basis });
        return plan;
      });
    },
  };
}

function isNothing({ commit }: Prepared): boolean {
  return commit.writes.length === 0 && (commit.dropMeshes ?? []).length === 0;
}

/** What would be written; of a mesh that goes, all that goes with it. */
function changesOf(state: TenantState, { commit }: Prepared): readonly PlannedChange[] {
  const written = commit.writes.map(({ key, after }): PlannedChange => {
    const before = findStored(state, key)?.resource ?? null;
    const { type, mesh, name } = key;
    const change = after === null ? "deleted" : before === null ? "created" : "updated";
    return { type, mesh, name, change, before: told(before), after: told(after) };
  });
  const dropped = (commit.dropMeshes ?? []).flatMap((mesh) => {
    const { own, items } = state.meshes.get(mesh) ?? {};
    return [...(own === undefined ? [] : [own]), ...(items?.values() ?? [])].map(({ resource }): PlannedChange => {
      const { type, mesh: of, name } = resource;
      return { type, mesh: of, name, change: "deleted", before: told(resource), after: null };
    });
  });
  return [...written, ...dropped];
}

/** Contents of secrets and keys of CAs are withheld, whoever asks. */
function told(resource: Resource | null): Resource | null {
  return resource === null ? null : withoutSecrets(resource);
}
