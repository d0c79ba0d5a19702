// Which revisions a rollback takes back, and whether history still holds them.

import type { Rollback } from "#control/face/change.ts";
import type { TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { Fault } from "#model/fault.ts";
import type { RevisionRange } from "#store/face/history.ts";

const TITLE = "Could not roll back";

/** The revisions to take back. Fault `absent` where one of them is not there, or is kept no longer. */
export async function rollbackRange(
  { store }: Tenant,
  { heads }: TenantState,
  rollback: Rollback,
): Promise<RevisionRange> {
  const asked = "to" in rollback ? rollback.to : rollback.undo;
  const oldest = await store.oldestRevision();
  if (asked > heads.revision || asked < 1 || oldest === null) throw noRevision(asked, heads.revision);
  if (asked < oldest.revision) throw forgotten(asked, oldest);
  return "to" in rollback ? { from: asked, to: heads.revision } : { from: asked - 1, to: asked };
}

/** Fault `absent` for a number that no revision has. */
export function noRevision(asked: number, newest: number): Fault {
  const there = newest === 0 ? "there is none yet" : `the newest is ${newest}`;
  return new Fault("absent", `There is no revision ${asked} in this organisation; ${there}`, { title: TITLE });
}

/** Fault `absent` for a revision that is kept no longer. */
export function forgotten(asked: number, oldest: { readonly revision: number; readonly time: string }): Fault {
  const from = `history begins at revision ${oldest.revision} of ${oldest.time}`;
  return new Fault("absent", `Revision ${asked} is kept no longer: ${from}`, { title: TITLE });
}
