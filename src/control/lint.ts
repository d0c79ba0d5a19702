// The use case "lint": what would be doubtful after a change, found on a copy of what stands, by the very code that commits.
import { accessOf } from "#compile/access.ts";
import { meshOf } from "#model/resource.ts";
import { meshFindings } from "./access.ts";
import { testsIn } from "./access-test/book.ts";
import { prepareChange } from "./draft/resources.ts";
import type { MeshFinding } from "./face/access.ts";
import type { Caller } from "./face/caller.ts";
import type { Change } from "./face/change.ts";
import { simulateCommit } from "./plan/simulate.ts";
import { onNewest, type Tenant } from "./tenant.ts";
import { readAll } from "./view/standing.ts";

/** Findings in the meshes that the change is about. Faults as of the commit itself. */
export function lintChange(tenant: Tenant, caller: Caller, asked: Change): Promise<readonly MeshFinding[]> {
  return onNewest(tenant, async (state) => {
    const prepared = await prepareChange(tenant, { ...caller, planning: true }, asked, state);
    const after = simulateCommit(state, prepared.commit, tenant.deps.clock());
    const keys = [...asked.put, ...asked.delete].map(({ key }) => key);
    const meshes = new Set(keys.map(meshOf));
    const { views } = await readAll(tenant, after);
    const meant = views.flatMap(({ view }) => (meshes.has(view.mesh.name) ? [view] : []));
    return [...accessOf(meant, { digest: tenant.deps.digest }).values()].flatMap((access) =>
      meshFindings(access, testsIn(after, access.mesh)),
    );
  });
}
