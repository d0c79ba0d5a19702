// A plan holds where it was made: what was committed since refuses it, by name.

import type { PlannedAt } from "#control/control.ts";
import type { TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { Fault } from "#model/fault.ts";
import { keyText } from "#model/resource.ts";
import type { Violation } from "#model/violation.ts";
import type { RevisionRecord } from "#store/store.ts";

/** Resources that are named; more only lengthen the answer. */
const NAMED = 50;

/** Fault `stale`, with what moved, unless the state is where the plan was made. */
export async function refuseMoved({ store }: Tenant, { heads }: TenantState, planned: PlannedAt): Promise<void> {
  const { plan, epoch, revision } = planned;
  if (heads.epoch === epoch && heads.revision === revision) return;
  const title = "Stale plan";
  if (heads.epoch !== epoch)
    throw new Fault("stale", `Plan ${plan} was made before the organisation was restored; plan again`, { title });
  const since = await store.revisions({ size: Math.min(heads.revision - revision, NAMED) });
  const violations = since.flatMap(movedIn).slice(0, NAMED);
  const to =
    heads.revision === revision + 1 ? `revision ${heads.revision}` : `revisions ${revision + 1} to ${heads.revision}`;
  const detail = `Plan ${plan} was made on revision ${revision}, and ${to} came since; plan again to see what it would do now`;
  throw new Fault("stale", detail, { title, violations });
}

function movedIn({ revision, actor, reason, changes }: RevisionRecord): readonly Violation[] {
  const why = reason === "" ? "" : `: ${reason}`;
  return changes.map(({ key, before, after }) => {
    const deed = before === null ? "made" : after === null ? "deleted" : "changed";
    return { field: keyText(key), reason: `was ${deed} by revision ${revision} of ${actor}${why}` };
  });
}
