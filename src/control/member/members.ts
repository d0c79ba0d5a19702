// Use cases of members: who they are, what each may, and how one goes.
import { deed } from "#control/audit/deed.ts";
import type { ControlDeps } from "#control/deps.ts";
import type { Caller } from "#control/face/caller.ts";
import type { Members } from "#control/face/member.ts";
import type { Tiers } from "#control/limit/tiers.ts";
import { permit } from "#control/permission.ts";
import { Fault } from "#model/fault.ts";
import type { UserRow } from "#store/face/account.ts";
import { openInvitations } from "./invitations.ts";
import { refuseRole } from "./role.ts";

type Deps = Pick<ControlDeps, "store" | "clock" | "chance">;

/** Members of all organisations. */
export function openMembers(deps: Deps, tiers: Pick<Tiers, "of">): Members {
  const { store, clock } = deps;
  const { members } = store;
  const record = (caller: Caller, action: "member.role" | "member.remove", user: UserRow, details: object) => {
    const { id, name, email } = user;
    const told = { email, name, ...details };
    return store.within(caller.tenant).record({ audit: [deed(caller, clock(), action, `user ${id}`, told)] });
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
      await store.within(caller.tenant).writable();
      if (!(await members.setRole(caller.tenant, id, role))) throw noMember(id);
      await record(caller, "member.role", before.user, { before: before.role, role });
    },
    async remove(caller, id) {
      const isSelf = caller.actor === `user:${id}`;
      if (!isSelf) permit(caller, "manage-members");
      const { role, user } = await standing(caller, id);
      if (!isSelf && role === "owner") permit(caller, "manage-owners");
      await store.within(caller.tenant).writable();
      if (!(await members.removeMember(caller.tenant, id))) throw noMember(id);
      await record(caller, "member.remove", user, { left: isSelf, role });
    },
    ...openInvitations(deps, tiers),
  };
}

function noMember(id: string): Fault {
  return new Fault("absent", `There is no member ${JSON.stringify(id)}`, { title: "Could not find the member" });
}
