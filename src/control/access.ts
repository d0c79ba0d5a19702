// Who may call whom, asked of the views of the newest commit; what was found is kept for the next question.

import type { ViewResponse } from "#api/zone.ts";
import { type Access, accessOf, lintMesh, type MeshAccess, type Pair, reachOf } from "#compile/access.ts";
import { Fault } from "#model/fault.ts";
import type { Digest } from "#model/json.ts";
import { KINDS } from "#model/kinds.ts";
import type { View } from "#model/view.ts";
import type { AccessReader, Caller, MeshFinding } from "./control.ts";
import { permitKind } from "./permission.ts";

/** Meshes kept of all tenants together, each indexed for all of its zones. */
const KEPT = 8;

/** Opens it. `standing` gives a tenant's views as they are now; what did not change keeps its identity there. */
export function openAccess(digest: Digest, standing: (tenant: string) => Promise<ViewResponse>): AccessReader {
  const kept = new Map<string, Access>();
  const accessIn = (tenant: string, view: View): NonNullable<ReturnType<Access["get"]>> => {
    const key = JSON.stringify([tenant, view.mesh.name]);
    const made = accessOf([view], { digest }, kept.get(key));
    kept.delete(key);
    kept.set(key, made);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
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
      return views.flatMap((view) => meshFindings(accessIn(caller.tenant, view)));
    },
    async pairs(caller, mesh) {
      const views = await viewsOf(caller, mesh);
      return views.flatMap((view) => {
        const { rows } = accessIn(caller.tenant, view);
        const all = [...rows.values()].flatMap((row) => [...row.values()]);
        return all.sort(byPair).map((pair) => ({ mesh: view.mesh.name, ...pair }));
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

/** What lint finds in a mesh, with its name. */
export function meshFindings(access: MeshAccess): readonly MeshFinding[] {
  return lintMesh(access).map((finding) => ({ mesh: access.mesh, ...finding }));
}

function byPair(a: Pair, b: Pair): number {
  const key = ({ from, to, port = "" }: Pair): string => `${from}\u0000${to}\u0000${port}`;
  const [first, second] = [key(a), key(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
