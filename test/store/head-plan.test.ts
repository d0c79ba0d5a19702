// How a head is found: by an index of its key. A table without rowid compares whole rows, each with an envelope of up to 2 MB.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openLibsqlFile } from "#node/libsql-file.ts";
import type { Statement } from "#store/database.ts";
import { migrate } from "#store/migrations.ts";
import { openPollStore } from "#store/poll.ts";
import { migrationsOf } from "./migration-files.ts";

test("a poll's row, and a relay's envelope, are found by an index", async () => {
  const folder = await mkdtemp(join(tmpdir(), "weft-head-"));
  const database = await openLibsqlFile({ path: join(folder, "tenants.db") });
  onTestFinished(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  await migrate(database, migrationsOf("tenant"));
  const asked: Statement[] = [];
  const { within } = openPollStore({
    ...database,
    batch(statements) {
      asked.push(...statements);
      return database.batch(statements);
    },
  });
  await within("t").zoneHead("east", "r");
  await within("t").newest("east", "r");
  const plans = await database.batch(asked.map(({ sql, params }) => ({ sql: `EXPLAIN QUERY PLAN ${sql}`, params })));
  const told = plans.map(({ columns, rows }) => rows.map((row) => row[columns.indexOf("detail")]));
  const plan = "SEARCH zone_head USING INDEX sqlite_autoindex_zone_head_1 (tenant_id=? AND zone=? AND relay=?)";
  const part = "SEARCH p USING INDEX sqlite_autoindex_envelope_part_1 (tenant_id=? AND hash=?) LEFT-JOIN";
  expect(told).toEqual([[plan], [plan.replace("zone_head", "z"), part]]);
});
