// Contract of members and invitations: roles, the last owner, links that are good for once.
import { expect, test } from "vitest";
import type { UserRow } from "#store/face/account.ts";
import type { InvitationRow, NewMember } from "#store/face/member.ts";
import type { Harness } from "#test/store/harness.ts";
import { faultOf } from "./commit.ts";

const AT = "2026-01-01T00:00:00.000Z";
const LATER = "2026-01-09T00:00:00.000Z";
let made = 0;

export function memberContract(harness: Harness): void {
  const person = async (name: string): Promise<UserRow> => {
    made += 1;
    const email = `${name}-${made}@members.example`;
    const row = { id: `m-${made}`, name, email, emailVerified: true, secondFactor: false, createdAt: AT };
    await harness.store.accounts.addUser(row);
    return row;
  };
  const organisation = async (owner?: UserRow) => {
    made += 1;
    const row = { id: `mo-${made}`, name: `members-${made}`, createdAt: AT };
    await harness.store.directory.createOrganisation(row, owner && { user: owner.id, most: 2 });
    return row;
  };
  const joined = (org: { readonly id: string }, user: UserRow, role: string): NewMember => ({
    organisation: org.id,
    user: user.id,
    role,
    since: AT,
  });
  const invited = (org: { readonly id: string }, part: Partial<InvitationRow> = {}): InvitationRow => {
    made += 1;
    return {
      ...{ organisation: org.id, id: `i-${made}`, email: `guest-${made}@members.example`, role: "viewer" },
      ...{ tokenHash: `hash-${made}`, invitedBy: "user:x", createdAt: AT, expiresAt: LATER, acceptedAt: null },
      ...part,
    };
  };

  test("who makes an organisation owns it; members are listed by name, organisations too", async () => {
    const { members } = harness.store;
    const [zoe, bob] = [await person("Zoe"), await person("Bob")];
    const [first, second] = [await organisation(zoe), await organisation()];
    expect(await members.addMember(joined(first, bob, "viewer"))).toBe(true);
    expect(await members.addMember(joined(first, bob, "owner"))).toBe(false);
    await members.addMember(joined(second, bob, "editor@mesh:pay"));
    expect((await members.listMembers(first.id)).map(({ user, role }) => [user.name, role])).toEqual([
      ["Bob", "viewer"],
      ["Zoe", "owner"],
    ]);
    expect(await members.organisationsOf(bob.id)).toEqual([
      { organisation: first, role: "viewer" },
      { organisation: second, role: "editor@mesh:pay" },
    ]);
    expect(await members.roleOf(second.id, bob.id)).toBe("editor@mesh:pay");
    expect(await members.roleOf(second.id, zoe.id)).toBeNull();
    const roles = (org: { readonly id: string }) => members.rolesOf(org.id, [bob.id, zoe.id, "nobody"]);
    expect(Object.fromEntries(await roles(first))).toEqual({ [bob.id]: "viewer", [zoe.id]: "owner" });
    expect(Object.fromEntries(await roles(second))).toEqual({ [bob.id]: "editor@mesh:pay" });
    expect((await members.rolesOf(first.id, [])).size).toBe(0);
  });

  test("somebody owns only so many, and one that is refused leaves nothing", async () => {
    const { members, directory } = harness.store;
    const ann = await person("Ann");
    await organisation(ann);
    await organisation(ann);
    const { message } = await faultOf(organisation(ann), "conflict");
    expect(message).toContain("more than 2");
    expect(await directory.findOrganisation({ id: `mo-${made}` })).toBeNull();
    expect(await members.organisationsOf(ann.id)).toHaveLength(2);
  });

  test("the last owner stays one, whatever goes on at once", async () => {
    const { members, accounts } = harness.store;
    const [ann, bob] = [await person("Ann"), await person("Bob")];
    const org = await organisation(ann);
    await faultOf(members.setRole(org.id, ann.id, "admin"), "conflict");
    await faultOf(members.removeMember(org.id, ann.id), "conflict");
    await faultOf(accounts.deleteUser(ann.id), "conflict");
    expect(await accounts.findUser({ id: ann.id })).not.toBeNull();
    expect(await members.setRole(org.id, ann.id, "owner")).toBe(true);
    await members.addMember(joined(org, bob, "owner"));
    // Each thinks that the other stays.
    const both = await Promise.allSettled([
      members.removeMember(org.id, ann.id),
      members.setRole(org.id, bob.id, "viewer"),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const left = await members.listMembers(org.id);
    expect(left.filter(({ role }) => role === "owner")).toHaveLength(1);
    expect(await members.setRole(org.id, "nobody", "viewer")).toBe(false);
    expect(await members.removeMember(org.id, "nobody")).toBe(false);
  });

  test("a user that goes leaves the organisations", async () => {
    const { members, accounts } = harness.store;
    const [ann, bob] = [await person("Ann"), await person("Bob")];
    const org = await organisation(ann);
    await members.addMember(joined(org, bob, "admin"));
    expect(await accounts.deleteUser(bob.id)).toBe(true);
    expect((await members.listMembers(org.id)).map(({ user }) => user.id)).toEqual([ann.id]);
    expect(await members.roleOf(org.id, bob.id)).toBeNull();
  });

  test("an invitation is found by its hash, and the newest of an address is the only one", async () => {
    const { members } = harness.store;
    const org = await organisation(await person("Ann"));
    const older = invited(org, { createdAt: AT });
    const newer = invited(org, { email: older.email, role: "admin", createdAt: "2026-01-02T00:00:00.000Z" });
    await members.addInvitation(older);
    await members.addInvitation(newer);
    expect(await members.findInvitation(older.tokenHash)).toBeNull();
    expect(await members.findInvitation(newer.tokenHash)).toEqual(newer);
    expect(await members.listInvitations(org.id)).toEqual([newer]);
    expect(await members.dropInvitation("another", newer.id)).toBe(false);
    expect(await members.dropInvitation(org.id, newer.id)).toBe(true);
    expect(await members.findInvitation(newer.tokenHash)).toBeNull();
  });

  test("one that ended a month ago is removed when somebody is invited, and takes nobody's place before", async () => {
    const { members } = harness.store;
    const [org, other] = [await organisation(), await organisation()];
    const [old, ended] = [invited(org), invited(org, { expiresAt: "2026-01-10T00:00:00.000Z" })];
    const elsewhere = invited(other);
    await members.addInvitation(elsewhere);
    for (const one of [old, ended]) await members.addInvitation(one, 2);
    await expect(members.addInvitation(invited(org, { createdAt: "2026-01-08T23:00:00.000Z" }), 2)).rejects.toThrow();
    const [next, last] = [LATER, "2026-02-08T00:00:00.001Z"].map((createdAt) => {
      return invited(org, { createdAt, expiresAt: "2026-03-01T00:00:00.000Z" });
    }) as [InvitationRow, InvitationRow];
    await members.addInvitation(next, 2);
    expect(await members.listInvitations(org.id)).toHaveLength(3);
    await members.addInvitation(last, 2);
    expect(await members.listInvitations(org.id)).toEqual([last, next, ended]);
    expect(await members.listInvitations(other.id)).toEqual([elsewhere]);
  });

  test("it is good for once and until it ends, and makes nobody mightier who was a member", async () => {
    const { members } = harness.store;
    const [ann, bob] = [await person("Ann"), await person("Bob")];
    const org = await organisation(ann);
    const [one, ended] = [invited(org), invited(org, { expiresAt: AT })];
    for (const each of [one, ended]) await members.addInvitation(each);
    const both = await Promise.all(
      [ann, bob].map((who) => members.acceptInvitation(one.tokenHash, joined(org, who, "viewer"))),
    );
    expect([...both].sort()).toEqual([false, true]);
    expect(await members.roleOf(org.id, ann.id)).toBe("owner");
    expect(await members.acceptInvitation(ended.tokenHash, joined(org, bob, "viewer"))).toBe(false);
    expect(await members.acceptInvitation("nothing", joined(org, bob, "viewer"))).toBe(false);
    expect((await members.findInvitation(one.tokenHash))?.acceptedAt).toBe(AT);
    expect((await members.listInvitations(org.id)).map(({ id }) => id)).toEqual([ended.id]);
    expect(await members.dropInvitation(org.id, one.id)).toBe(false);
  });

  test("an organisation that goes takes members and invitations along", async () => {
    const { members, directory } = harness.store;
    const ann = await person("Ann");
    const org = await organisation(ann);
    const link = invited(org);
    await members.addInvitation(link);
    await directory.deleteOrganisation(org.id);
    expect(await directory.findOrganisation({ id: org.id })).toBeNull();
    expect(await members.organisationsOf(ann.id)).toEqual([]);
    expect(await members.roleOf(org.id, ann.id)).toBeNull();
    expect(await members.findInvitation(link.tokenHash)).toBeNull();
  });
}
