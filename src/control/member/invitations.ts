// Use cases of invitations: a link that makes one person, by the address invited, a member, once and within a week.
import { deed } from "#control/audit/deed.ts";
import type { ControlDeps } from "#control/deps.ts";
import type { Caller } from "#control/face/caller.ts";
import type { Members } from "#control/face/member.ts";
import type { Tiers } from "#control/limit/tiers.ts";
import { withinLimit } from "#control/limit/within.ts";
import { permit } from "#control/permission.ts";
import { Fault } from "#model/fault.ts";
import type { UserRow } from "#store/face/account.ts";
import type { InvitationRow } from "#store/face/member.ts";
import type { Organisation } from "#store/face/organisation.ts";
import { toBase32 } from "#trust/bytes.ts";
import { digestText } from "#trust/digest.ts";
import { refuseLapsed } from "./inviter.ts";
import { refused, refuseRole } from "./role.ts";
import { tellFirst } from "./tell-first.ts";

/** How long a link is good for; milliseconds. */
export const INVITATION_LIFE = 7 * 86_400_000;

const TITLE = "Could not invite";
const NOT_ACCEPTED = "Could not accept the invitation";

type Deps = Pick<ControlDeps, "store" | "clock" | "chance">;
type Invitations = Pick<Members, "invitations" | "invite" | "revoke" | "look" | "accept">;

/** Invitations of all organisations. */
export function openInvitations({ store, clock, chance }: Deps, tiers: Pick<Tiers, "of">): Invitations {
  const { members } = store;
  const look = async (token: string) => {
    const invitation = await members.findInvitation(await digestText(token));
    const organisation = invitation && (await store.directory.findOrganisation({ id: invitation.organisation }));
    if (invitation === null || organisation === null || organisation.ending !== undefined)
      throw new Fault("absent", "There is no such invitation: it was taken back, or replaced by a newer one", {
        title: "Could not find the invitation",
      });
    return { invitation, organisation };
  };
  return {
    async invitations(caller) {
      permit(caller, "read-members");
      return members.listInvitations(caller.tenant);
    },
    async invite(caller, { email, role }) {
      permit(caller, "manage-members");
      await refuseRole(store, caller, role, TITLE);
      const all = await members.listMembers(caller.tenant);
      if (all.some(({ user }) => user.email === email))
        throw refused(TITLE, `${email} is a member already: change the role instead`);
      const now = clock();
      const token = toBase32(chance(32));
      const invitation: InvitationRow = {
        organisation: caller.tenant,
        id: toBase32(chance(10)),
        email,
        role,
        tokenHash: await digestText(token),
        invitedBy: caller.actor,
        createdAt: new Date(now).toISOString(),
        expiresAt: new Date(now + INVITATION_LIFE).toISOString(),
        acceptedAt: null,
      };
      const { tier, limits } = await tiers.of(caller.tenant);
      const { id, expiresAt } = invitation;
      const entry = deed(caller, now, "invitation.create", `invitation ${id}`, { email, expiresAt, role });
      await tellFirst(store.within(caller.tenant), entry, () => {
        const add = members.addInvitation(invitation, limits.invitations);
        return withinLimit("invitations", { tier, most: limits.invitations }, TITLE, add);
      });
      return { invitation, token };
    },
    async revoke(caller, id) {
      permit(caller, "manage-members");
      const found = (await members.listInvitations(caller.tenant)).find((one) => one.id === id);
      const absent = (): Fault =>
        new Fault("absent", `There is no open invitation ${JSON.stringify(id)}`, { title: "Could not revoke" });
      if (found === undefined) throw absent();
      const { email, role } = found;
      const entry = deed(caller, clock(), "invitation.revoke", `invitation ${id}`, { email, role });
      await tellFirst(store.within(caller.tenant), entry, async () => {
        if (!(await members.dropInvitation(caller.tenant, id))) throw absent();
      });
    },
    look,
    async accept(token, user) {
      const { invitation, organisation } = await look(token);
      const now = clock();
      refuseOther(invitation, organisation, user, now);
      await refuseLapsed({ store, clock }, invitation, NOT_ACCEPTED);
      const { id, role, tokenHash } = invitation;
      const since = new Date(now).toISOString();
      const member = { organisation: organisation.id, user: user.id, role, since };
      const { tier, limits } = await tiers.of(organisation.id);
      const by: Pick<Caller, "actor"> = { actor: `user:${user.id}` };
      const { email, name } = user;
      const entry = deed(by, now, "member.add", `user ${user.id}`, { email, invitation: id, name, role });
      await tellFirst(store.within(organisation.id), entry, async () => {
        const add = members.acceptInvitation(tokenHash, member, limits.members);
        const most = { tier, most: limits.members };
        if (!(await withinLimit("members", most, NOT_ACCEPTED, add))) throw spent(organisation);
      });
      return { organisation, role: (await members.roleOf(organisation.id, user.id)) ?? role };
    },
  };
}

/** Faults `stale` (spent, ended), `forbidden` (somebody else's, or nobody has proved whose). */
function refuseOther(
  { email, acceptedAt, expiresAt }: InvitationRow,
  organisation: Organisation,
  user: UserRow,
  now: number,
): void {
  const title = NOT_ACCEPTED;
  if (acceptedAt !== null) throw spent(organisation);
  if (Date.parse(expiresAt) <= now)
    throw new Fault("stale", `This invitation ended at ${expiresAt}: ask for a new one`, { title });
  if (user.email !== email)
    throw new Fault("forbidden", `This invitation is for ${email}, and you are signed in as ${user.email}`, { title });
  if (!user.emailVerified)
    throw new Fault("forbidden", `Verify first that ${email} is yours: open the link in the mail to that address`, {
      title,
    });
}

function spent({ name }: Organisation): Fault {
  return new Fault("stale", `This invitation to ${name} has been accepted already: a link is good for once`, {
    title: NOT_ACCEPTED,
  });
}
