// The access tests of one organisation: which of them a commit bears on, and what it does to them. Costs nothing where there are none.
import { type Access, askOf, type Sight, sightOf } from "#compile/access.ts";
import type { CompileMemo } from "#compile/compile.ts";
import { touchedBy } from "#control/guard/demand.ts";
import { simulateCommit } from "#control/plan/simulate.ts";
import { storedOf, type TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { relaysByZone } from "#control/view/standing.ts";
import { readViews } from "#control/view/view.ts";
import type { View } from "#model/view.ts";
import type { Commit } from "#store/face/commit.ts";
import { type AccessTest, NO_TURNS, sortTurns, type TestTurns, turnsOf } from "./turn.ts";

export interface TestBook {
  /** What the commit does to the tests of the meshes that it bears on. */
  turns(state: TenantState, commit: Commit): Promise<TestTurns>;
}

type Writes = Pick<Commit, "writes" | "dropMeshes">;

/** Tests of the mesh, as the state has them. */
export function testsIn(state: TenantState, mesh: string): readonly AccessTest[] {
  return storedOf(state, "AccessTest", mesh) as readonly AccessTest[];
}

/** Meshes whose access the commit may bear on, whether they have tests or not: zones and the like bear on all. */
function borneOn(state: TenantState, commit: Writes): readonly string[] {
  const dropped = new Set(commit.dropMeshes);
  const isOfAll = commit.writes.some(({ key }) => key.mesh === "" && key.type !== "Mesh");
  const meshes = new Set([...touchedBy(commit), ...(isOfAll ? state.meshes.keys() : [])]);
  return [...meshes].filter((mesh) => !dropped.has(mesh));
}

/** Those with a test before the commit, or with one that it writes. */
function testedBy(state: TenantState, commit: Writes): readonly string[] {
  const written = new Set(commit.writes.flatMap(({ key }) => (key.type === "AccessTest" ? [key.mesh] : [])));
  return borneOn(state, commit).filter((mesh) => written.has(mesh) || testsIn(state, mesh).length > 0);
}

/** Of a change whose access is known on both sides already, as a plan knows it. */
export function turnsBetween(
  [state, before]: readonly [TenantState, Access],
  [later, after]: readonly [TenantState, Access],
  commit: Writes,
): TestTurns {
  const turns = testedBy(state, commit).flatMap((mesh) => {
    const [old, now] = [before.get(mesh), after.get(mesh)];
    const then = old === undefined ? null : askOf(old.zones);
    return turnsOf(testsIn(later, mesh), then, now === undefined ? null : askOf(now.zones, old?.zones));
  });
  return turns.length === 0 ? NO_TURNS : sortTurns(turns);
}

/** Opens it; `memoOf` lends what the publisher has indexed, and changes time only. */
export function openTestBook(
  tenant: Pick<Tenant, "vault" | "deps">,
  memoOf: (zone: string) => CompileMemo | undefined,
): TestBook {
  const { deps } = tenant;
  let sights: ReadonlyMap<string, Sight> = new Map();
  return {
    async turns(state, commit) {
      const meshes = testedBy(state, commit);
      if (meshes.length === 0) return NO_TURNS;
      const later = simulateCommit(state, commit, deps.clock());
      const [then, next] = [await viewsOf(tenant, state), await viewsOf(tenant, later)];
      const compiled = new Map(
        [...relaysByZone(state).keys()].flatMap((zone) => {
          const memo = memoOf(zone);
          return memo === undefined ? [] : [[zone, memo] as const];
        }),
      );
      const context = { digest: deps.digest, compiled };
      const kept = new Map(sights);
      const turns = meshes.flatMap((mesh) => {
        const [old, now] = [then.get(mesh), next.get(mesh)];
        const before = old === undefined ? null : sightOf(old, context, sights.get(mesh));
        const after = now === undefined ? null : sightOf(now, context, before ?? undefined);
        if (before !== null) kept.set(mesh, before);
        return turnsOf(testsIn(later, mesh), before?.ask ?? null, after?.ask ?? null);
      });
      sights = new Map([...kept].filter(([mesh]) => state.meshes.has(mesh)).slice(-KEPT));
      return sortTurns(turns);
    },
  };
}

/** Meshes whose indexes are kept for the next commit. */
const KEPT = 8;

async function viewsOf({ vault }: Pick<Tenant, "vault">, state: TenantState): Promise<ReadonlyMap<string, View>> {
  const views = await readViews(state, vault);
  return new Map(views.map(({ view }) => [view.mesh.name, view]));
}
