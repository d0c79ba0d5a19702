// Members, and the audit log in another database: whichever of the two fails, asking again leaves no deed untold.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Caller } from "#control/face/caller.ts";
import { always, breakable } from "./breakable.ts";
import { openPlane, type Plane, START } from "./harness.ts";

let plane: Plane;
let organisation: string;
let owner: Caller;
const engine = breakable();

beforeEach(async () => {
  engine.fail = null;
  plane = await openPlane({ wrap: engine.wrap });
  const createdAt = new Date(START).toISOString();
  for (const id of ["ann", "bob"])
    await plane.store.accounts.addUser({
      ...{ id, name: id, email: `${id}@example.com`, emailVerified: true, secondFactor: false, createdAt },
    });
  organisation = (await plane.control.organisations.found("acme", "ann")).id;
  await plane.store.members.addMember({ organisation, user: "bob", role: "viewer", since: createdAt });
  owner = { tenant: organisation, actor: "user:ann", scopes: ["admin", "owner"] };
});
afterEach(() => plane.close());

const told = async () =>
  (await plane.store.within(organisation).audit({ newestFirst: false, size: 99 })).slice(1).map((entry) => {
    const { email, name, expiresAt, ...details } = entry.details;
    return [entry.action, details];
  });

/** Asked for while the log cannot be written, and again. */
async function twice(deed: () => Promise<unknown>): Promise<void> {
  engine.fail = always("INSERT INTO audit (");
  await expect(deed()).rejects.toMatchObject({ code: "unavailable" });
  engine.fail = null;
  await deed();
}

test("what is asked for again after the log could not be written is done and told once, with what was before", async () => {
  const { members } = plane.control;
  await twice(() => members.setRole(owner, "bob", "editor"));
  await twice(() => members.remove(owner, "bob"));
  await twice(() => members.invite(owner, { email: "kim@example.com", role: "viewer" }));
  const [invitation, ...more] = await members.invitations(owner);
  expect(more).toEqual([]);
  await twice(() => members.revoke(owner, invitation?.id ?? ""));
  expect(await told()).toEqual([
    ["member.role", { before: "viewer", role: "editor" }],
    ["member.remove", { left: false, role: "editor" }],
    ["invitation.create", { role: "viewer" }],
    ["invitation.revoke", { role: "viewer" }],
  ]);
});

test("an invitation that could not be told of can still be accepted, and is told once", async () => {
  const { members } = plane.control;
  const kim = { id: "kim", name: "kim", email: "kim@example.com", emailVerified: true, secondFactor: false };
  const createdAt = new Date(START).toISOString();
  await plane.store.accounts.addUser({ ...kim, createdAt });
  const { token } = await members.invite(owner, { email: kim.email, role: "viewer" });
  await twice(() => members.accept(token, { ...kim, createdAt }));
  expect((await told()).map(([action]) => action)).toEqual(["invitation.create", "member.add"]);
});

test("what the directory refuses is told as refused", async () => {
  await expect(plane.control.members.remove(owner, "ann")).rejects.toMatchObject({ code: "conflict" });
  const why = "An organisation keeps an owner: make somebody else one first";
  expect(await told()).toEqual([
    ["member.remove", { left: true, role: "owner" }],
    ["member.remove", { left: true, role: "owner", refused: why }],
  ]);
  expect(await plane.store.members.roleOf(organisation, "ann")).toBe("owner");
});
