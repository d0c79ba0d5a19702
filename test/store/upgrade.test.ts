// Earlier schemas, with what the product of their day wrote, migrated to today's: nothing is lost, and the product goes on.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EnrolResponse } from "#api/zone.ts";
import { openLibsqlFile } from "#node/libsql-file.ts";
import { type SignedSnapshot, verifySigned } from "#relay/zone/signed.ts";
import { openD1 } from "#store/d1.ts";
import type { Database } from "#store/database.ts";
import { openLibsqlHttp } from "#store/libsql-http.ts";
import { migrate } from "#store/migrations.ts";
import { timeout } from "#test/app/subject.ts";
import { openD1Server } from "#test/d1-binding.ts";
import { digest } from "#test/digest.ts";
import { type GoingOn, goOn, readDumps } from "./dump/dumps.ts";
import { allRows, loadText, type Row, schemaOf } from "./dump/sql.ts";
import { migrationsOf } from "./migration-files.ts";
import { findSqld, SQLD_MISSING, startSqld } from "./sqld.ts";

/** The first migration that is sent through it is cut off: it has not arrived, or its answer is lost. */
function breaking(database: Database, when: "before" | "after"): Database {
  return {
    ...database,
    async batch(statements) {
      const isMigration = statements[0]?.sql.startsWith("INSERT INTO d1_migrations") === true;
      if (isMigration && when === "before") throw new Error("cut off before");
      const answers = await database.batch(statements);
      if (isMigration) throw new Error("cut off after");
      return answers;
    },
  };
}

type Half = "directory" | "tenant";
const HALVES: readonly Half[] = ["directory", "tenant"];

/** Tables in which no dump has rows, and why. */
const EMPTY: Readonly<Record<string, string>> = {
  guard: "takes nothing",
  directory_guard: "takes nothing",
  organisation_move: "holds a move only while it is under way",
  directory_restore: "holds a restore only while it is under way",
  reveal: "was written by earlier releases; the older dumps have it",
};

const dumps = await readDumps();
const newest = (half: Half): number => Number(migrationsOf(half).at(-1)?.name.slice(0, 4));

/** Two empty databases a time. */
interface Engine {
  readonly name: string;
  open(): Promise<Readonly<Record<Half, Database>>>;
  close(): Promise<void>;
}

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-upgrade-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
const fileEngine: Engine = {
  name: "libSQL file",
  async open() {
    files += 1;
    const at = (half: Half): Promise<Database> => openLibsqlFile({ path: join(folder, `${half}-${files}.db`) });
    return { directory: await at("directory"), tenant: await at("tenant") };
  },
  close: async () => {},
};

function d1Engine(): Engine {
  const names = [...dumps.map(({ name }) => name), "cut-off", "fresh"];
  const d1Databases = names.flatMap((name) => HALVES.map((half) => `${half}-${name}`));
  const server = openD1Server(d1Databases);
  let opened = 0;
  return {
    name: "D1",
    async open() {
      const name = names[opened++];
      const at = (half: Half): Database => openD1(server.binding(`${half}-${name}`));
      return { directory: at("directory"), tenant: at("tenant") };
    },
    close: () => server.close(),
  };
}

function sqldEngine(binary: string): Engine {
  const servers: Awaited<ReturnType<typeof startSqld>>[] = [];
  const at = async (): Promise<Database> => {
    const server = await startSqld(binary);
    servers.push(server);
    return openLibsqlHttp({ url: server.url });
  };
  return {
    name: "libSQL over HTTP",
    open: async () => ({ directory: await at(), tenant: await at() }),
    async close() {
      for (const server of servers) await server.stop();
    },
  };
}

/** Rows that stood before, as they stand now: with the columns that they had. Sorted, for comparing. */
function textsOf(rows: readonly Row[], columns: readonly string[]): readonly string[] {
  return rows.map((row) => JSON.stringify(columns.map((column) => row[column]))).sort();
}

/** Migration 7 gives organisations from before names their generators, and so a higher sequence. */
function raised(before: ReadonlyMap<string, readonly Row[]>, table: string, row: Row): Row {
  const isNamed = before.get("resource")?.some(({ type }) => type === "HostnameGenerator") === true;
  return table === "heads" && !isNamed ? { ...row, sequence: Number(row.sequence) + 1 } : row;
}

/** Fails unless each row of before is there, and says how many were looked at. */
function expectKept(before: ReadonlyMap<string, readonly Row[]>, after: ReadonlyMap<string, readonly Row[]>): number {
  let rows = 0;
  for (const [table, stood] of before) {
    if (stood.length === 0) continue;
    rows += stood.length;
    const columns = Object.keys(stood[0] ?? {});
    const now = textsOf(after.get(table) ?? [], columns);
    const wanted = textsOf(
      stood.map((row) => raised(before, table, row)),
      columns,
    );
    expect(
      wanted.filter((row) => !now.includes(row)),
      `rows of ${table} that are gone or changed`,
    ).toEqual([]);
  }
  return rows;
}

/** What the relay believes of an answer: signed, whole, and of its own zone. */
async function believed(
  { relay, keys }: GoingOn,
  current: SignedSnapshot | null,
  headers: Readonly<Record<string, string>> = {},
): Promise<SignedSnapshot> {
  const answer = await relay.call("GET", "/v1/zone/snapshot", { headers });
  expect(answer.status, answer.text).toBe(200);
  const enrolment = { ...relay, jwks: { keys: await keys() } } as unknown as EnrolResponse;
  const verified = await verifySigned(answer.json, current, enrolment, digest);
  if (!verified.ok) throw new Error(verified.reason);
  return verified.signed;
}

async function goesOn(going: GoingOn): Promise<void> {
  const { organisation, relay } = going;
  const read = await organisation.call("GET", "/meshes/default/meshtimeouts/to-change");
  expect(read.json.spec.to[0].default.connectionTimeout, read.text).toBe("7s");
  const history = await organisation.call("GET", "/v1/revisions?size=100");
  expect(history.json.items.length, history.text).toBeGreaterThan(4);
  // What stood is served as it stood, and then what is compiled of it now.
  const first = await believed(going, null);
  await going.settle();
  const headers = { "if-none-match": `"${first.snapshot.version}"` };
  const written = await organisation.call("POST", "/v1/changes", {
    put: [{ resource: timeout("default", "a-new-one", 11) }],
  });
  expect(written.status, written.text).toBe(200);
  expect(written.json.revision).toBe(history.json.items[0].revision + 1);
  await going.settle();
  const next = await believed(going, first, headers);
  expect(next.envelope.revision).toBe(written.json.revision);
  const idle = { headers: { "if-none-match": `"${next.snapshot.version}"` } };
  expect((await relay.call("GET", "/v1/zone/snapshot", idle)).status).toBe(304);
  const report = await relay.call("POST", "/v1/zone/report", { body: { events: [], presence: "here" } });
  expect(report.status, report.text).toBe(200);
  const audit = await organisation.call("GET", "/v1/audit?size=5");
  const told = audit.json.items.map(({ revision }: { revision: number | null }) => revision);
  expect(told, audit.text).toContain(written.json.revision);
}

test("the newest migrations have a dump, so that the next one finds what stood before it", () => {
  const last = dumps.at(-1);
  const remedy = "run `npm run dump` and add what it has written";
  expect([last?.directory, last?.tenant], remedy).toEqual([newest("directory"), newest("tenant")]);
});

test("every table of the newest dump has rows, but for those that cannot", async () => {
  for (const half of HALVES) {
    const database = await fileEngine.open();
    await loadText(database[half], dumps.at(-1)?.sql[half] ?? "");
    const empty = [...(await allRows(database[half]))].flatMap(([table, rows]) => (rows.length === 0 ? [table] : []));
    expect(empty.filter((table) => EMPTY[table] === undefined)).toEqual([]);
    for (const one of Object.values(database)) await one.close();
  }
});

const sqld = findSqld();
const engines = [fileEngine, d1Engine(), ...(sqld === null ? [] : [sqldEngine(sqld)])];
describe.each(engines)("on $name", (engine) => {
  /** What an empty database becomes here. */
  const fresh: Record<Half, readonly string[]> = { directory: [], tenant: [] };
  beforeAll(async () => {
    const databases = await engine.open();
    for (const half of HALVES) {
      await migrate(databases[half], migrationsOf(half));
      fresh[half] = await schemaOf(databases[half]);
      await databases[half].close();
    }
  });
  afterAll(() => engine.close());

  test("connections that break before a migration stands, and after, are made good by the next start", async () => {
    const [oldest] = dumps;
    const databases = await engine.open();
    await loadText(databases.tenant, oldest?.sql.tenant ?? "");
    const wanted = migrationsOf("tenant").slice(oldest?.tenant);
    for (let attempt = 0; attempt < 2 * wanted.length; attempt += 1) {
      const when = attempt % 2 === 0 ? "before" : "after";
      await expect(migrate(breaking(databases.tenant, when), migrationsOf("tenant"))).rejects.toThrow(when);
    }
    expect(await migrate(databases.tenant, migrationsOf("tenant"))).toEqual([]);
    expect(await schemaOf(databases.tenant)).toEqual(fresh.tenant);
    for (const one of Object.values(databases)) await one.close();
  });

  test.each(dumps)("$name loses nothing and goes on", async (dump) => {
    const databases = await engine.open();
    for (const half of HALVES) {
      await loadText(databases[half], dump.sql[half]);
      const before = await allRows(databases[half]);
      const missing = migrationsOf(half).filter(({ name }) => Number(name.slice(0, 4)) > dump[half]);
      expect(await migrate(databases[half], migrationsOf(half))).toEqual(missing.map(({ name }) => name));
      expect(await schemaOf(databases[half])).toEqual(fresh[half]);
      const rows = expectKept(before, await allRows(databases[half]));
      expect(rows, half).toBeGreaterThan(half === "tenant" ? 80 : 1);
    }
    const going = await goOn(dump, databases, join(folder, `${engine.name}-${dump.name}`));
    try {
      await goesOn(going);
    } finally {
      await going.close();
      for (const one of Object.values(databases)) await one.close();
    }
  });
});

if (sqld === null) test.skip(SQLD_MISSING, () => {});
