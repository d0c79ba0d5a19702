// Use cases of members: who they are, what each may, and how one goes.
import { deed } from "#control/audit/deed.ts";
import type { ControlDeps } from "#control/deps.ts";
import type { Caller } from "#control/face/caller.ts";
import type { Members } from "#control/face/member.ts";
import type { Tiers } from "#control/limit/tiers.ts";
import { permit } from "#control/permission.ts";
import { Fault } from "#model/fault.ts";
import type { JsonObject } from "#model/json.ts";
import type { UserRow } from "#store/face/account.ts";
import { openInvitations } from "./invitations.ts";
import { refuseRole } from "./role.ts";
import { tellFirst } from "./tell-first.ts";

type Deps = Pick<ControlDeps, "store" | "clock" | "chance">;

/** Members of all organisations. */
export function openMembers(deps: Deps, tiers: Pick<Tiers, "of">): Members {
  const { store, clock } = deps;
  const { members } = store;
  /** `change` says whether there was such a member. */
  const told = (
    caller: Caller,
    action: "member.role" | "member.remove",
    { id, name, email }: UserRow,
    details: JsonObject,
    change: () => Promise<boolean>,
  ): Promise<void> => {
    const entry = deed(caller, clock(), action, `user ${id}`, { email, name, ...details });
    return tellFirst(store.within(caller.tenant), entry, async () => {
      if (!(await change())) throw noMember(id);
    });
  };
  const standing = async (caller: Caller, id: string): Promise<{ readonly role: string; readonly user: UserRow }> => {
    const [role, user] = await Promise.all([members.roleOf(caller.tenant, id), store.accounts.findUser({ id })]);
    if (role === null || user === null) throw noMember(id);
    return { role, user };
  };
  return {
    async list(caller) {
      permit(caller, "read-members");
      return members.listMembers(caller.tenant);
    },
    async setRole(caller, id, role) {
      permit(caller, "manage-members");
      const before = await standing(caller, id);
      await refuseRole(store, caller, role, "Could not change the role");
      if (before.role === "owner" && role !== "owner") permit(caller, "manage-owners");
      const change = () => members.setRole(caller.tenant, id, role);
      await told(caller, "member.role", before.user, { before: before.role, role }, change);
    },
    async remove(caller, id) {
      const isSelf = caller.actor === `user:${id}`;
      if (!isSelf) permit(caller, "manage-members");
      const { role, user } = await standing(caller, id);
      if (!isSelf && role === "owner") permit(caller, "manage-owners");
      const change = () => members.removeMember(caller.tenant, id);
      await told(caller, "member.remove", user, { left: isSelf, role }, change);
    },
    ...openInvitations(deps, tiers),
  };
}

function noMember(id: string): Fault {
  return new Fault("absent", `There is no member ${JSON.stringify(id)}`, { title: "Could not find the member" });
}
