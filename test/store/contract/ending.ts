// Contract of the end of a tenant: the mark in the directory, closed relays, and the purge of every table.
import { describe, expect, test } from "vitest";
import { TENANT_TABLES } from "#store/tenant-table.ts";
import { type Harness, START } from "#test/store/harness.ts";
import { aHead, anEnrolment } from "#test/store/samples.ts";

const at = (days: number): string => new Date(START + days * 86_400_000).toISOString();

export function endingContract(harness: Harness): void {
  describe("the mark", () => {
    test("keeps who said so first and the earlier purge, and is taken back while its time has not come", async () => {
      const { directory } = harness.store;
      const acme = { id: harness.freshTenant(), name: `end-${harness.freshTenant()}`, createdAt: at(0) };
      await directory.createOrganisation(acme);
      expect(await directory.endOrganisation(acme.id, { at: at(1), by: "user:ann", purgeAt: at(8) })).toBe(true);
      const first = { at: at(1), by: "user:ann", purgeAt: at(8) };
      expect(await directory.findOrganisation({ id: acme.id })).toEqual({ ...acme, ending: first });
      await directory.endOrganisation(acme.id, { at: at(2), by: "user:bob", purgeAt: at(9) });
      expect((await directory.findOrganisation({ id: acme.id }))?.ending).toEqual(first);
      await directory.endOrganisation(acme.id, { at: at(2), by: "user:bob", purgeAt: at(3) });
      expect((await directory.findOrganisation({ name: acme.name }))?.ending).toEqual({ ...first, purgeAt: at(3) });
      expect(await directory.restoreOrganisation(acme.id, at(3))).toBe(false);
      expect(await directory.restoreOrganisation(acme.id, at(2))).toBe(true);
      expect(await directory.findOrganisation({ id: acme.id })).toEqual(acme);
      expect(await directory.endOrganisation("nobody", first)).toBe(false);
      expect(await directory.restoreOrganisation("nobody", at(0))).toBe(false);
    });

    test("lets the last owner go, who is kept otherwise", async () => {
      const { directory, accounts, members } = harness.store;
      const [id, user] = [harness.freshTenant(), `owner-${harness.freshTenant()}`];
      const person = { id: user, name: "Ann", email: `${user}@example.com` };
      await accounts.addUser({ ...person, emailVerified: true, secondFactor: false, createdAt: at(0) });
      await directory.createOrganisation({ id, name: `n-${id}`, createdAt: at(0) }, { user, most: 10 });
      await expect(accounts.deleteUser(user)).rejects.toMatchObject({ code: "conflict" });
      await directory.endOrganisation(id, { at: at(1), by: `user:${user}`, purgeAt: at(8) });
      expect((await members.organisationsOf(user)).map(({ organisation }) => organisation.ending?.purgeAt)).toEqual([
        at(8),
      ]);
      expect(await accounts.deleteUser(user)).toBe(true);
      expect(await members.listMembers(id)).toEqual([]);
    });
  });

  test("relays are closed together and opened again, and what was revoked stays so", async () => {
    const [store, other] = [harness.fresh(), harness.fresh()];
    for (const [tenant, relay] of [
      [store, "r1"],
      [store, "r2"],
      [other, "r1"],
    ] as const) {
      await tenant.addCredential(anEnrolment(`token-${relay}`));
      await tenant.enrol(`token-${relay}`, aHead(relay));
    }
    await store.revokeRelay("east", "r2");
    const stand = async (of: typeof store) =>
      (await of.zoneHeads()).map(({ relay, revoked, closed }) => [relay, revoked, closed ?? false]);
    await store.closeRelays(true);
    expect(await stand(store)).toEqual([
      ["r1", false, true],
      ["r2", true, true],
    ]);
    expect((await store.zoneHead("east", "r1"))?.closed).toBe(true);
    expect(await stand(other)).toEqual([["r1", false, false]]);
    await store.closeRelays(false);
    expect(await stand(store)).toEqual([
      ["r1", false, false],
      ["r2", true, false],
    ]);
    expect(await store.zoneHead("east", "r1")).not.toHaveProperty("closed");
  });

  test("a purge leaves no row of the tenant in any table, in bounded pieces, and none of others is touched", async () => {
    const [store, other] = [harness.fresh(), harness.fresh()];
    const tables = await tenantTables(harness);
    expect(tables.length).toBeGreaterThan(25);
    for (const table of tables) for (const of of [store, other]) await fill(harness, table, of.tenant, 3);
    // More than one statement takes at once.
    await fill(harness, "proof", store.tenant, 1200);
    const left = async (tenant: string) =>
      Promise.all(tables.map(async (table) => [table, await count(harness, table, tenant)] as const));
    const before = await left(other.tenant);
    expect((await left(store.tenant)).filter(([, rows]) => rows === 0)).toEqual([]);
    // Nobody comes in by what is left, and who did what is there to the end. A freeze that is over goes with any write.
    expect(await store.purge(3)).toBe(false);
    const gone = (await left(store.tenant)).filter(([, rows]) => rows === 0).map(([table]) => table);
    expect(gone.filter((table) => table !== "tenant_move")).toEqual(["credential", "signing_key", "zone_head"]);
    let runs = 1;
    while (!(await store.purge(tables.length + 1))) runs += 1;
    expect(runs).toBeGreaterThan(1);
    expect((await left(store.tenant)).filter(([, rows]) => rows > 0)).toEqual([]);
    expect(await left(other.tenant)).toEqual(before);
    expect(await store.purge(tables.length)).toBe(true);
    expect(await store.purge(tables.length - 1)).toBe(false);
  });

  test("the purge has every table with a tenant, by its own key", async () => {
    const told = TENANT_TABLES.map(({ name, key }) => [name, key.join(", ")] as const);
    const real = await Promise.all(
      (await tenantTables(harness)).map(async (table) => [table, (await keyOf(harness, table)).slice(1).join(", ")]),
    );
    expect(told.map(([table, key]) => `${table}: ${key}`).sort()).toEqual(
      real.map(([table, key]) => `${table}: ${key}`).sort(),
    );
  });
}

async function rows(harness: Harness, sql: string, ...params: string[]): Promise<readonly (readonly unknown[])[]> {
  return (await harness.tenants.batch([{ sql, params }]))[0]?.rows ?? [];
}

/** As the engine itself tells them. */
async function tenantTables(harness: Harness): Promise<string[]> {
  // Not by the columns of each: D1 lets nobody ask for those of its own tables.
  const own = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%tenant_id%' ORDER BY name";
  const found = await rows(harness, own);
  return found.map(([name]) => String(name));
}

async function keyOf(harness: Harness, table: string): Promise<string[]> {
  const found = await rows(harness, "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk", table);
  return found.map(([name]) => String(name));
}

/** Rows that differ in every part of the key; a table of one row a tenant has one. */
async function fill(harness: Harness, table: string, tenant: string, many: number): Promise<void> {
  const columns = await rows(harness, "SELECT name, type FROM pragma_table_info(?1)", table);
  const single = (await keyOf(harness, table)).length === 1;
  const [[made = ""] = []] = await rows(harness, "SELECT sql FROM sqlite_master WHERE name = ?1", table);
  const values = columns.map(([name, type]) => {
    const [, only] = new RegExp(`\\b${name} IN \\('(\\w+)'`).exec(String(made)) ?? [];
    if (name === "tenant_id") return "?1";
    if (only !== undefined) return `'${only}'`;
    return type === "TEXT" ? "'v' || n.i" : "n.i";
  });
  const names = columns.map(([name]) => String(name)).join(", ");
  const sql = `WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < ${single ? 10 : 9 + many})
    INSERT OR REPLACE INTO ${table} (${names}) SELECT ${values.join(", ")} FROM n`;
  await harness.tenants.batch([{ sql, params: [tenant] }]);
}

async function count(harness: Harness, table: string, tenant: string): Promise<number> {
  const [row] = await rows(harness, `SELECT COUNT(*) FROM ${table} WHERE tenant_id = ?1`, tenant);
  return Number(row?.[0]);
}
