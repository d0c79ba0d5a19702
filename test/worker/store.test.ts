// The store's contract on D1, inside workerd.
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { openD1 } from "#store/d1.ts";
import { migrate } from "#store/migrations.ts";
import { storeContract } from "#test/store/contract.ts";

type Migrations = Parameters<typeof applyD1Migrations>[1];
const bound = env as unknown as {
  readonly DIRECTORY: D1Database;
  readonly TENANTS: D1Database;
  readonly TENANTS_TWO: D1Database;
  readonly DIRECTORY_MIGRATIONS: Migrations;
  readonly TENANT_MIGRATIONS: Migrations;
};

/** The files' text again, as `migrate` takes it. */
const textOf = (migrations: Migrations) =>
  migrations.map(({ name, queries }) => ({
    name,
    sql: queries.map((query) => query.replace(/;?\s*$/, ";")).join("\n"),
  }));

storeContract({
  name: "D1",
  every: 4,
  async open() {
    const directory = openD1(bound.DIRECTORY);
    const tenants = openD1(bound.TENANTS);
    // One by the store, one by Cloudflare's own tool: each must take the other's work for done.
    await migrate(directory, textOf(bound.DIRECTORY_MIGRATIONS));
    await applyD1Migrations(bound.DIRECTORY, bound.DIRECTORY_MIGRATIONS);
    for (const database of [bound.TENANTS, bound.TENANTS_TWO])
      await applyD1Migrations(database, bound.TENANT_MIGRATIONS);
    expect(await migrate(tenants, textOf(bound.TENANT_MIGRATIONS))).toEqual([]);
    return { directory, tenants, second: openD1(bound.TENANTS_TWO), others: [], close: async () => {} };
  },
});
