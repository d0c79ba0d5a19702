// A control plane that is killed in the middle of a migration of live data: nothing of it stands, and the next start carries it out.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLibsqlFile } from "#node/libsql-file.ts";
import { runControlPlane } from "#node/main.ts";
import { splitStatements } from "#store/migrations.ts";
import { startChild, until } from "#test/child.ts";
import { dist, packageRoot } from "#test/dist.ts";
import { readDumps } from "#test/store/dump/dumps.ts";
import { allRows, loadText, schemaOf } from "#test/store/dump/sql.ts";

/** It never ends, and the process does nothing else meanwhile. */
const ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

/** Writes nothing, and needs the lock to do so. */
const TOUCH = { sql: "DELETE FROM d1_migrations WHERE name = ''", params: [] };

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-migration-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const dumps = await readDumps();

test.each([
  ["directory", "0002", 3, 13],
  ["tenant", "0003", 1, 1],
  ["tenant", "0007", 1, 1],
  ["tenant", "0014", 1, 13],
  ["tenant", "0017", 2, 10],
] as const)("%s %s, after %i statements of it", async (half, number, ran, from) => {
  const dump = dumps.find(({ tenant }) => tenant === from);
  if (dump === undefined) throw new Error(`no dump of ${from}`);
  const stateDir = join(folder, "state");
  await mkdir(stateDir);
  for (const [name, text] of Object.entries(dump.goingOn.state))
    if (text !== "") await writeFile(join(stateDir, name), `${text}\n`, { mode: 0o600 });
  for (const [name, text] of [
    ["directory", dump.sql.directory],
    ["tenants", dump.sql.tenant],
  ] as const) {
    const database = await openLibsqlFile({ path: join(stateDir, `${name}.db`) });
    await loadText(database, text);
    await database.close();
  }
  const migrations = join(folder, "migrations");
  await cp(join(packageRoot(), "migrations"), migrations, { recursive: true });
  const file = (await readdir(join(migrations, half))).find((name) => name.startsWith(number)) ?? "";
  const statements = splitStatements(await readFile(join(migrations, half, file), "utf8"));
  expect(statements.length).toBeGreaterThanOrEqual(ran);
  const endless = [...statements.slice(0, ran), `CREATE TABLE endless AS ${ENDLESS}`, ...statements.slice(ran)];
  await writeFile(join(migrations, half, file), `${endless.join(";\n")};\n`);

  const path = join(stateDir, half === "tenant" ? "tenants.db" : "directory.db");
  const database = await openLibsqlFile({ path });
  const applied = async (): Promise<readonly string[]> =>
    ((await allRows(database)).get("d1_migrations") ?? []).map(({ name }) => String(name));
  const settings = ["--state-dir", stateDir, "--port", "0", "--log-level", "silent", "--migrations", migrations];
  const child = startChild(process.execPath, [dist("node"), ...settings]);
  const before = Number(number) - 1;
  await until("the migrations before it", async () => (await applied()).length >= before, { explain: child.output });
  // All statements before the endless one take no time: who keeps the lock is at it.
  const other = await openLibsqlFile({ path, timeout: 1, retries: 0 });
  const isLocked = (): Promise<boolean> =>
    other.batch([TOUCH]).then(
      () => false,
      () => true,
    );
  const keepsIt = async (): Promise<boolean> => (await isLocked()) && (await sleep(300)) === undefined && isLocked();
  await until("the endless statement", keepsIt, { explain: child.output });
  await other.close();
  const schema = await schemaOf(database);
  const rows = JSON.stringify([...(await allRows(database))]);
  await child.stop("SIGKILL");
  expect(await child.ended).toBeNull();
  expect((await applied()).length).toBe(before);
  expect(await schemaOf(database)).toEqual(schema);
  expect(JSON.stringify([...(await allRows(database))])).toBe(rows);

  const plane = await runControlPlane({ stateDir, host: "127.0.0.1", port: 0, logLevel: "silent" });
  const { name, token } = dump.goingOn.organisation;
  const answer = await fetch(`${plane.url}/o/${name}/meshes/default/meshtimeouts/to-change`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await plane.close();
  expect(answer.status).toBe(200);
  expect(await applied()).toContain(file);
  expect((await schemaOf(database)).filter((line) => line.includes("endless"))).toEqual([]);
  await database.close();
});
