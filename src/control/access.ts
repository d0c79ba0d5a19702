// Who may call whom, asked of the views of the newest commit; what was found is kept for the next question.

import type { ViewResponse } from "#api/zone.ts";
import { type Access, accessOf, askOf, lintMesh, type MeshAccess, type Pair, reachOf } from "#compile/access.ts";
import { draftAccess } from "#compile/access-draft.ts";
import { Fault } from "#model/fault.ts";
import type { Digest } from "#model/json.ts";
import { keepNewest } from "#model/keep-newest.ts";
import { KINDS } from "#model/kinds.ts";
import type { View } from "#model/view.ts";
import { type AccessTest, stateOf } from "./access-test/turn.ts";
import type { AccessReader, MeshFinding } from "./face/access.ts";
import type { Caller } from "./face/caller.ts";
import { permitKind } from "./permission.ts";

/** Meshes kept of all tenants together, each indexed for all of its zones. */
const KEPT = 8;

/** What it reads of a tenant as it is now. */
export interface AccessSource {
  /** What did not change keeps its identity there. */
  standing(tenant: string): Promise<ViewResponse>;
  /** All access tests. */
  tests(tenant: string): Promise<readonly AccessTest[]>;
}

/** Opens it. */
export function openAccess(digest: Digest, { standing, tests: testsOf }: AccessSource): AccessReader {
  const kept = new Map<string, Access>();
  const accessIn = (tenant: string, view: View): NonNullable<ReturnType<Access["get"]>> => {
    const key = JSON.stringify([tenant, view.mesh.name]);
    const made = accessOf([view], { digest }, kept.get(key));
    keepNewest(kept, key, made, KEPT);
    return made.get(view.mesh.name) as NonNullable<ReturnType<Access["get"]>>;
  };
  const viewsOf = async ({ tenant, scopes }: Caller, mesh: string | null): Promise<readonly View[]> => {
    permitKind(scopes, "read", KINDS.Dataplane);
    const { views } = await standing(tenant);
    const found = mesh === null ? views : views.filter((view) => view.mesh.name === mesh);
    if (mesh !== null && found.length === 0)
      throw new Fault("absent", `there is no mesh ${JSON.stringify(mesh)}`, { title: "Failed to retrieve Mesh" });
    return found;
  };
  return {
    async lint(caller, mesh) {
      const views = await viewsOf(caller, mesh);
      const tests = await testsOf(caller.tenant);
      return views.flatMap((view) => meshFindings(accessIn(caller.tenant, view), inMesh(tests, view)));
    },
    async pairs(caller, mesh) {
      const views = await viewsOf(caller, mesh);
      return views.flatMap((view) => {
        const { rows } = accessIn(caller.tenant, view);
        const all = [...rows.values()].flatMap((row) => [...row.values()]);
        return all.sort(byPair).map((pair) => ({ mesh: view.mesh.name, ...pair }));
      });
    },
    async unsortedPairs(caller, mesh) {
      const [view] = await viewsOf(caller, mesh);
      const { rows } = accessIn(caller.tenant, view as View);
      return [...rows.values()].flatMap((row) => [...row.values()]);
    },
    async draft(caller, mesh, asked) {
      permitKind(caller.scopes, "read", KINDS.MeshTrafficPermission);
      const [view] = await viewsOf(caller, mesh);
      const access = accessIn(caller.tenant, view as View);
      const draft = draftAccess(view as View, access, asked, digest);
      if ("reason" in draft) throw new Fault("invalid", draft.reason, { title: "There is no such permission" });
      return draft;
    },
    async tests(caller, mesh) {
      permitKind(caller.scopes, "read", KINDS.AccessTest);
      const views = await viewsOf(caller, mesh);
      const tests = await testsOf(caller.tenant);
      return views.flatMap((view) => {
        const own = inMesh(tests, view);
        if (own.length === 0) return [];
        const ask = askOf(accessIn(caller.tenant, view).zones);
        return own.map((test) => ({ test, now: stateOf(test, ask) }));
      });
    },
    async reach(caller, mesh, question) {
      const [view] = await viewsOf(caller, mesh);
      const answer = reachOf(accessIn(caller.tenant, view as View), question);
      if (!("verdict" in answer)) throw new Fault("absent", answer.reason);
      return answer;
    },
  };
}

/** By name. */
function inMesh(tests: readonly AccessTest[], { mesh }: View): readonly AccessTest[] {
  return tests.filter((test) => test.mesh === mesh.name).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What lint finds in a mesh and in its access tests, with the mesh's name. */
export function meshFindings(access: MeshAccess, tests: readonly AccessTest[]): readonly MeshFinding[] {
  return lintMesh(access, tests).map((finding) => ({ mesh: access.mesh, ...finding }));
}

function byPair(a: Pair, b: Pair): number {
  const key = ({ from, to, port = "" }: Pair): string => `${from}\u0000${to}\u0000${port}`;
  const [first, second] = [key(a), key(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
