// Which role somebody may be given, and by whom.
import type { Caller } from "#control/face/caller.ts";
import { permit } from "#control/permission.ts";
import { Fault, invalid } from "#model/fault.ts";
import { ROLE_TEXTS, type Role, readRole } from "#model/role-name.ts";
import type { Store } from "#store/store.ts";

/**
 * Faults `invalid` for what is no role, or of a zone or mesh that there is none of; `forbidden` where who gives it is no owner
 * and it is an owner's. An organisation that the operator made has no owner yet: its first one is an admin's to name.
 */
export async function refuseRole(store: Store, caller: Caller, text: string, title: string): Promise<void> {
  const role = readRole(text);
  const reason = role === null ? `must be one of ${ROLE_TEXTS.join(", ")}` : await noSuchPlace(store, caller, role);
  if (reason !== null) throw invalid([{ field: "role", reason }], title);
  if (role?.name !== "owner") return;
  if (await hasOwner(store, caller.tenant)) permit(caller, "manage-owners");
}

export async function hasOwner(store: Store, organisation: string): Promise<boolean> {
  return (await store.members.listMembers(organisation)).some(({ role }) => role === "owner");
}

async function noSuchPlace(store: Store, { tenant }: Caller, { zone, mesh }: Role): Promise<string | null> {
  const name = zone ?? mesh;
  if (name === undefined) return null;
  const type = zone === undefined ? "Mesh" : "Zone";
  const found = await store.within(tenant).get({ type, mesh: "", name });
  return found === null ? `there is no ${type.toLowerCase()} ${JSON.stringify(name)}` : null;
}

/** Fault `conflict` in the words of the title. */
export function refused(title: string, detail: string): Fault {
  return new Fault("conflict", detail, { title });
}
