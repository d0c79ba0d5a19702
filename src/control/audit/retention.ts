// The use case "retention": how long the organisation wants its audit entries kept.
import type { Caller } from "#control/face/caller.ts";
import { permit } from "#control/permission.ts";
import type { Tenant } from "#control/tenant.ts";
import { invalid } from "#model/fault.ts";
import { deed } from "./deed.ts";

const LONGEST_DAYS = 3650;

/** The same again is written down no more. Faults `forbidden`, `invalid`. */
export async function setAuditRetention({ store, deps }: Tenant, caller: Caller, days: number): Promise<void> {
  permit(caller, "manage-audit");
  if (!(Number.isInteger(days) && days >= 1 && days <= LONGEST_DAYS)) {
    const reason = `must be a whole number of days from 1 to ${LONGEST_DAYS}`;
    throw invalid([{ field: "days", reason }], "Could not change how long audit entries are kept");
  }
  const { retentionDays } = await store.auditStanding();
  if (retentionDays === days) return;
  const audit = [deed(caller, deps.clock(), "audit.retention", "audit log", { before: retentionDays, days })];
  await store.record({ retentionDays: days, audit });
}
