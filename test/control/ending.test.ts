// The end of an organisation as its writer carries it out: in time, over restarts and crashes, and with nothing left to do afterwards.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deed } from "#control/audit/deed.ts";
import type { EndWanted } from "#control/face/writer.ts";
import type { Database } from "#store/database.ts";
import { mesh, type Org, openPlane, type Plane, START, signUp, timeout, zone } from "./harness.ts";

const DAY = 86_400_000;
let plane: Plane;
let org: Org;
/** How many statements that delete may still run; the next one fails. */
let deletions = Number.POSITIVE_INFINITY;

const PURGE = /^DELETE FROM \w+ WHERE tenant_id = \?1.* RETURNING 1$/;
/** Whether deletions fail once the organisation has no name any more. */
let failsWithoutName = false;
/** Whether relays can be neither closed nor opened. */
let frozen = false;

const failing = (database: Database): Database => ({
  ...database,
  async batch(statements) {
    if (frozen && statements.some(({ sql }) => sql.startsWith('update "zone_head" set "closed"')))
      throw new Error("the database does not answer");
    const purges = statements.some(({ sql }) => PURGE.test(sql));
    if (purges && failsWithoutName && (await found()) === null) throw new Error("the process has died");
    if (purges) {
      deletions -= 1;
      if (deletions < 0) throw new Error("the process has died");
    }
    return database.batch(statements);
  },
});

beforeEach(async () => {
  deletions = Number.POSITIVE_INFINITY;
  frozen = false;
  failsWithoutName = false;
  plane = await openPlane({ wrap: failing });
  org = await signUp(plane, "acme");
  await org.apply([mesh(), zone(), timeout("slow", 5)]);
  await org.settle();
});
afterEach(() => plane.close());

const wanted = (more: Partial<EndWanted> = {}): EndWanted => ({
  ...{ name: "acme", online: [], force: false, now: false },
  ...more,
});
const end = (more: Partial<EndWanted> = {}) => org.control.writer.endOrganisation(org.admin, wanted(more));
const found = () => plane.store.directory.findOrganisation({ name: "acme" });

/** What the log tells of the end and who did it, oldest first. */
async function deeds(): Promise<readonly string[]> {
  const entries = await org.store.audit({ newestFirst: false, size: 99 });
  return entries.flatMap(({ action, actor }) =>
    /^organisation\.(delete|restore)$/.test(action) ? `${action} ${actor}` : [],
  );
}

const logged = (): readonly string[] => plane.log.map(({ label }) => label);

async function rowsLeft(): Promise<number> {
  const tables = await plane.tenants.batch([
    { sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%tenant_id%'", params: [] },
  ]);
  const names = (tables[0]?.rows ?? []).map(([name]) => String(name));
  expect(names.length).toBeGreaterThan(25);
  const counted = await plane.tenants.batch(
    names.map((name) => ({ sql: `SELECT COUNT(*) FROM ${name} WHERE tenant_id = ?1`, params: [org.tenant] })),
  );
  return counted.reduce((sum, { rows }) => sum + Number(rows[0]?.[0]), 0);
}

test("seven days after it, and no earlier, another process that was started meanwhile removes everything", async () => {
  const { purgeAt } = await end();
  expect(Date.parse(purgeAt)).toBe(START + 7 * DAY);
  const control = plane.reopen();
  plane.now = START + 7 * DAY - 1;
  await control.wakeAll();
  expect(await rowsLeft()).toBeGreaterThan(10);
  expect((await found())?.ending?.purgeAt).toBe(purgeAt);
  plane.now += 1;
  await expect(org.control.writer.restoreOrganisation(org.admin)).rejects.toMatchObject({ code: "stale" });
  await control.wakeAll();
  expect([await rowsLeft(), await found()]).toEqual([0, null]);
});

test("the writer rests meanwhile: calls are refused, and what was restored goes on where it was", async () => {
  const before = await org.store.heads();
  await end();
  await expect(org.apply([timeout("slow", 9)])).rejects.toMatchObject({
    code: "forbidden",
    message: expect.stringContaining("an owner can restore it until"),
  });
  await org.settle();
  expect(await org.store.heads()).toEqual(before);
  await org.control.writer.restoreOrganisation(org.admin);
  await org.apply([timeout("slow", 9)]);
  await org.settle();
  expect((await org.store.heads()).revision).toBe(before.revision + 1);
  expect((await found())?.ending).toBeUndefined();
});

test("a purge that breaks off is taken up again, and the name is kept until nothing is left", async () => {
  deletions = 7;
  await end({ now: true });
  await expect.poll(logged).toContain("an organisation was not removed");
  expect(await rowsLeft()).toBeGreaterThan(0);
  expect(await found()).not.toBeNull();
  deletions = Number.POSITIVE_INFINITY;
  await plane.reopen().wakeAll();
  expect([await rowsLeft(), await found()]).toEqual([0, null]);
});

test("a process that dies at the last line of a purge leaves nothing behind, and nobody who remembers it", async () => {
  expect(await org.store.purge(1000)).toBe(true);
  await plane.store.directory.deleteOrganisation(org.tenant);
  await org.store.record({ audit: [deed({ actor: "user:ann" }, START, "member.remove", "late")] });
  expect(await rowsLeft()).toBe(1);
  const control = plane.reopen();
  const writer = control.writerOf(org.tenant);
  await writer.recover();
  expect([await rowsLeft(), writer.isGone(), control.writerOf(org.tenant) === writer]).toEqual([0, true, false]);
});

test("a purge whose last line fails is run to its end by the same process", async () => {
  let wakes = 0;
  const control = plane.reopen({ wake: async () => void wakes++ });
  await org.at(control).control.writer.endOrganisation(org.admin, wanted({ now: true }));
  const writer = control.writerOf(org.tenant);
  failsWithoutName = true;
  await writer.recover();
  expect([await found(), writer.isGone()]).toEqual([null, false]);
  expect(logged()).toContain("an organisation was not removed");
  failsWithoutName = false;
  await writer.recover();
  expect([await rowsLeft(), writer.isGone()]).toEqual([0, true]);
});

test("the rows of an organisation that the directory does not know are kept", async () => {
  const before = await rowsLeft();
  await plane.store.directory.deleteOrganisation(org.tenant);
  const writer = plane.reopen().writerOf(org.tenant);
  await writer.recover();
  expect([await rowsLeft(), writer.isGone()]).toEqual([before, true]);
});

test("a crash between the two databases is made good at the next start, both ways", async () => {
  const { store } = plane;
  await org.store.addCredential({
    ...{ id: "t1", kind: "enrolment", name: "t1", secretHash: "", scopes: [], createdAt: "" },
    ...{ expiresAt: null, revokedAt: null, zone: "east", usedBy: null, mintedBy: null, lastUsedAt: null },
  });
  await org.store.enrol("t1", {
    ...{ zone: "east", relay: "r1", signingKey: "{}", encryptionKey: "{}", revoked: false, epoch: 0, sequence: 0 },
    ...{ version: "", lastEvent: 0, enrolledAt: new Date(START).toISOString(), address: "", ca: "" },
  });
  const closed = async () => (await org.store.zoneHead("east", "r1"))?.closed === true;
  const ending = { at: new Date(START).toISOString(), by: "user:ann", purgeAt: new Date(START + DAY).toISOString() };
  await store.directory.endOrganisation(org.tenant, ending);
  expect(await closed()).toBe(false);
  await plane.reopen().wakeAll();
  expect(await closed()).toBe(true);
  await store.directory.restoreOrganisation(org.tenant, ending.at);
  await plane.reopen().wakeAll();
  expect(await closed()).toBe(false);
  expect(await deeds()).toEqual(["organisation.delete user:ann", "organisation.restore control-plane"]);
});

test("an end or its taking back that a backup's freeze stops half way is whole once it thaws, and told once", async () => {
  frozen = true;
  await expect(end()).rejects.toMatchObject({ code: "unavailable" });
  frozen = false;
  expect((await found())?.ending?.by).toBe(org.admin.actor);
  await expect(org.apply([timeout("slow", 9)])).rejects.toMatchObject({ code: "forbidden" });
  await end();
  await end();
  expect(await deeds()).toEqual(["organisation.delete token:test"]);
  frozen = true;
  await expect(org.control.writer.restoreOrganisation(org.admin)).rejects.toMatchObject({ code: "unavailable" });
  frozen = false;
  await org.apply([timeout("slow", 9)]);
  await org.control.writer.restoreOrganisation(org.admin);
  await org.control.writer.restoreOrganisation(org.admin);
  expect(await deeds()).toEqual(["organisation.delete token:test", "organisation.restore token:test"]);
});

test("what stopped half way is made good by itself, and purged in time", async () => {
  const asked: number[] = [];
  const wake = async (_: string, at: number): Promise<void> => void asked.push(at - START);
  const later = org.at(plane.reopen({ wake }));
  frozen = true;
  await expect(later.control.writer.endOrganisation(org.admin, wanted())).rejects.toMatchObject({
    code: "unavailable",
  });
  frozen = false;
  expect(asked.at(-1)).toBe(60_000);
  await later.control.writerOf(org.tenant).recover();
  expect(await deeds()).toEqual(["organisation.delete token:test"]);
  expect(asked.at(-1)).toBe(7 * DAY);
});

test("only an owner ends an organisation that has one, and relays that are online stand in the way", async () => {
  await expect(end({ online: ["east/r1", "east/r2"] })).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("east/r1, east/r2"),
  });
  await expect(end({ name: "acm" })).rejects.toMatchObject({ violations: [{ field: "name", reason: "must be acme" }] });
  const person = { id: "ann", name: "Ann", email: "ann@example.com" };
  const createdAt = new Date(START).toISOString();
  await plane.store.accounts.addUser({ ...person, emailVerified: true, secondFactor: false, createdAt });
  await plane.store.members.addMember({ organisation: org.tenant, user: "ann", role: "owner", since: createdAt });
  await expect(end()).rejects.toMatchObject({ code: "forbidden", message: expect.stringContaining("it takes owner") });
  const owner = { ...org.admin, actor: "user:ann", scopes: ["admin", "owner"] };
  await org.control.writer.endOrganisation(owner, wanted({ online: ["east/r1"], force: true }));
  expect((await found())?.ending?.by).toBe("user:ann");
});
