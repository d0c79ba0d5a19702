// Members and invitations while their organisation's rows are frozen: nothing is done, or it is done and told.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Caller } from "#control/face/caller.ts";
import type { Database } from "#store/database.ts";
import { openPlane, type Plane, START } from "./harness.ts";

const FROZEN = {
  code: "unavailable",
  message: expect.stringContaining("nothing can be changed for a moment; try again"),
};
let plane: Plane;
let organisation: string;
let owner: Caller;
/** Writes that come before the freeze ends by itself. */
let lasting = Number.POSITIVE_INFINITY;

const thawing = (database: Database): Database => ({
  ...database,
  async batch(statements) {
    if (statements.some(({ sql }) => sql.startsWith("DELETE FROM tenant_move")) && lasting-- === 0) await thaw();
    return database.batch(statements);
  },
});
const freeze = () =>
  plane.tenants.batch([
    {
      sql: "INSERT INTO tenant_move (tenant_id, generation, target, frozen_until, session) VALUES (?1, 1, '', ?2, 0)",
      params: [organisation, START + 10_000],
    },
  ]);
const thaw = () => plane.tenants.batch([{ sql: "DELETE FROM tenant_move", params: [] }]);
const person = (id: string) => ({ id, name: id, email: `${id}@example.com`, emailVerified: true, secondFactor: false });
const told = async () =>
  (await plane.store.within(organisation).audit({ newestFirst: false, size: 99 })).map(({ action }) => action).slice(1);

beforeEach(async () => {
  lasting = Number.POSITIVE_INFINITY;
  plane = await openPlane({ wrap: thawing });
  const createdAt = new Date(START).toISOString();
  for (const id of ["ann", "bob", "eve"]) await plane.store.accounts.addUser({ ...person(id), createdAt });
  organisation = (await plane.control.organisations.found("acme", "ann")).id;
  await plane.store.members.addMember({ organisation, user: "bob", role: "editor", since: createdAt });
  owner = { tenant: organisation, actor: "user:ann", scopes: ["admin", "owner"] };
});
afterEach(() => plane.close());

test("a long freeze stops each deed before it is done, and afterwards each is done and told", async () => {
  const { members } = plane.control;
  const { token, invitation } = await members.invite(owner, { email: "eve@example.com", role: "viewer" });
  const eve = { ...person("eve"), createdAt: "" };
  const deeds = [
    () => members.setRole(owner, "bob", "viewer"),
    () => members.remove(owner, "bob"),
    () => members.invite(owner, { email: "kim@example.com", role: "viewer" }),
    () => members.accept(token, eve),
  ];
  const before = [await members.list(owner), await members.invitations(owner)];
  await freeze();
  for (const deed of deeds) await expect(deed()).rejects.toMatchObject(FROZEN);
  await expect(members.revoke(owner, invitation.id)).rejects.toMatchObject(FROZEN);
  expect([await members.list(owner), await members.invitations(owner)]).toEqual(before);
  await thaw();
  for (const deed of deeds) await deed();
  expect(await told()).toEqual([
    "invitation.create",
    "member.role",
    "member.remove",
    "invitation.create",
    "member.add",
  ]);
});

test("a freeze that ends a moment later is waited for", async () => {
  await freeze();
  lasting = 2;
  await plane.control.members.remove(owner, "bob");
  expect(await told()).toEqual(["member.remove"]);
});
