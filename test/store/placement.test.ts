// Placement: who goes to which database, and that what is asked finds a tenant wherever it is, or is refused.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openLibsqlFile } from "#node/libsql-file.ts";
import type { Database } from "#store/database.ts";
import { migrate } from "#store/migrations.ts";
import { openStore } from "#store/open.ts";
import { readDatabaseTable } from "#store/placement/database-table.ts";
import type { Store } from "#store/store.ts";
import { digest } from "#test/digest.ts";
import { migrationsOf } from "./migration-files.ts";
import { aCommit, aHead, keyOf, put } from "./samples.ts";

const NOW = 1_000_000;
let folder = "";
let directory: Database;
let one: Database;
let two: Database;
let asked: string[] = [];

/** Tells which database was asked. */
function spied(database: Database, name: string): Database {
  return {
    engine: database.engine,
    batch(statements) {
      asked.push(name);
      return database.batch(statements);
    },
    close: () => database.close(),
  };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-placement-"));
  const open = (name: string) => openLibsqlFile({ path: join(folder, `${name}.db`) });
  [directory, one, two] = [
    spied(await open("directory"), "directory"),
    spied(await open("one"), "one"),
    spied(await open("two"), "two"),
  ];
  await migrate(directory, migrationsOf("directory"));
  for (const database of [one, two]) await migrate(database, migrationsOf("tenant"));
  asked = [];
});
afterEach(async () => {
  for (const database of [directory, one, two]) await database.close();
  await rm(folder, { recursive: true });
});

/** Another process: it remembers nothing of what the others do. */
function process(over: { readonly twoIsClosed?: boolean; readonly now?: number } = {}): Store {
  const placement = new Map([
    ["one", { database: one, region: "weur", closed: false }],
    ["two", { database: two, region: "enam", closed: over.twoIsClosed === true }],
  ]);
  const clock = (): number => over.now ?? NOW;
  return openStore({ directory, placement, clock, digest, chance: (length) => new Uint8Array(length) });
}

async function found(store: Store, id: string, region?: string): Promise<string> {
  const placement = await store.places.choose(id, region);
  await store.directory.createOrganisation({ id, name: id, createdAt: "2026", placement });
  return placement;
}

function marked(database: Database, tenant: string, generation: number, target: string, until: number | null) {
  const sql = `INSERT INTO tenant_move (tenant_id, generation, target, frozen_until, session) VALUES (?1, ?2, ?3, ?4, 1)
ON CONFLICT (tenant_id) DO UPDATE SET generation = excluded.generation, target = excluded.target, frozen_until = excluded.frozen_until`;
  return database.batch([{ sql, params: [tenant, generation, target, until] }]);
}

const revisions = async (database: Database, tenant: string): Promise<number> => {
  const [answer] = await database.batch([
    { sql: "SELECT COUNT(*) FROM revision WHERE tenant_id = ?1", params: [tenant] },
  ]);
  return Number(answer?.rows[0]?.[0]);
};

const frozen = { code: "unavailable", retryAfter: 1, message: expect.stringContaining("being moved") };

describe("new organisations", () => {
  test("go where the fewest are, the first of the table among equals", async () => {
    const store = process();
    const placed = [];
    for (const id of ["a", "b", "c"]) placed.push(await found(store, id));
    expect(placed).toEqual(["one", "two", "one"]);
    expect(await store.places.list()).toEqual([
      { name: "one", engine: "libsql-file", region: "weur", closed: false, organisations: 2 },
      { name: "two", engine: "libsql-file", region: "enam", closed: false, organisations: 1 },
    ]);
  });

  test("go to the region that is asked for, and not where it is closed", async () => {
    expect(await found(process(), "a", "enam")).toBe("two");
    expect(await found(process({ twoIsClosed: true }), "b")).toBe("one");
    const reason = "no database in enam takes new organisations; known are weur";
    await expect(process({ twoIsClosed: true }).places.choose("c", "enam")).rejects.toMatchObject({
      code: "invalid",
      violations: [{ field: "region", reason }],
    });
  });

  test("are written in their database before the directory knows of them, and in no other", async () => {
    const store = process();
    await found(store, "a");
    expect(await store.places.choose("b")).toBe("two");
    await store.within("b").commit(aCommit([put(keyOf("x"))]));
    expect([await revisions(one, "b"), await revisions(two, "b")]).toEqual([0, 1]);
    expect(await store.places.regionOf("b")).toBe("enam");
  });
});

describe("another process", () => {
  beforeEach(async () => {
    const store = process();
    await found(store, "a", "enam");
    await store.within("a").commit(aCommit([put(keyOf("x"))]));
    asked = [];
  });

  test("asks the directory once, and then only the database", async () => {
    const store = process();
    for (let i = 0; i < 3; i++) expect((await store.within("a").heads()).revision).toBe(1);
    expect(asked).toEqual(["directory", "two", "two", "two"]);
  });

  test("a poll asks one row of one database where it finds the relay", async () => {
    await two.batch([
      {
        sql: `INSERT INTO zone_head (tenant_id, zone, relay, signing_key, encryption_key, revoked, epoch, sequence, version, envelope, last_event, enrolled_at)
VALUES ('a', 'east', 'r1', '', '', 0, 1, 1, '', '', 0, '2026')`,
        params: [],
      },
    ]);
    const store = process();
    await store.within("a").heads();
    asked = [];
    expect(await store.within("a").zoneHead("east", "r1")).toMatchObject({ relay: aHead("r1").relay });
    expect(asked).toEqual(["two"]);
  });

  test("many at once wait for none of the others, and after them nobody asks the directory", async () => {
    const store = process();
    let isFirst = true;
    const batch = directory.batch;
    // The first is never answered: its call was given up.
    directory.batch = (statements) => {
      if (!isFirst) return batch(statements);
      isFirst = false;
      return new Promise(() => undefined);
    };
    void store.within("a").heads();
    const answers = await Promise.all([1, 2, 3].map(() => store.within("a").heads()));
    expect(answers.map(({ revision }) => revision)).toEqual([1, 1, 1]);
    asked = [];
    await store.within("a").heads();
    expect(asked).toEqual(["two"]);
  });

  test("a name that its table lacks is told as what cannot be served now", async () => {
    const placement = new Map([
      ["one", { database: one, region: null, closed: false }],
      ["three", { database: one, region: null, closed: false }],
    ]);
    const store = openStore({ directory, placement, clock: () => NOW, digest, chance: (n) => new Uint8Array(n) });
    await expect(store.within("a").heads()).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("a tenant that has moved", () => {
  let stale: Store;

  beforeEach(async () => {
    const store = process();
    await found(store, "a", "weur");
    await store.within("a").commit(aCommit([put(keyOf("x"))], { writeId: "w-1" }));
    stale = process();
    await stale.within("a").heads();
    // It stands in the other database, and the first one says so.
    await two.batch([
      { sql: "INSERT INTO heads (tenant_id, epoch, revision, sequence) VALUES ('a', 1, 7, 7)", params: [] },
    ]);
    await marked(one, "a", 1, "two", null);
    asked = [];
  });

  test("is followed by who remembers where it was: reads, writes, and a poll that finds nothing", async () => {
    for (const [name, ask] of [
      ["read", (store: Store) => store.within("a").heads()],
      ["write", (store: Store) => store.within("a").commit(aCommit([put(keyOf("y"))], { writeId: "w-2" }))],
      ["poll", (store: Store) => store.within("a").zoneHead("east", "r1")],
    ] as const) {
      const store = process();
      await ask(store);
      expect(asked.at(-1), name).toBe("two");
      asked = [];
      await ask(store).catch(() => null);
      expect(new Set(asked), name).toEqual(new Set(["two"]));
    }
    expect(await stale.within("a").heads()).toMatchObject({ revision: 8 });
    expect(await revisions(one, "a")).toBe(1);
  });

  test("and is back is not sent away by what its first move has left", async () => {
    await marked(two, "a", 2, "one", null);
    expect(await stale.within("a").heads()).toMatchObject({ revision: 1 });
    await stale.within("a").commit(aCommit([put(keyOf("y"))], { writeId: "w-2" }));
    expect([await revisions(one, "a"), await revisions(two, "a")]).toEqual([2, 0]);
  });

  test("what is on its way back is neither read nor written where it has not arrived", async () => {
    await directory.batch([{ sql: "UPDATE organisation SET placement = 'two', moves = 1", params: [] }]);
    await marked(one, "a", 2, "one", 9e15);
    expect(await stale.within("a").heads()).toMatchObject({ revision: 7 });
    const other = process();
    await other.within("a").commit(aCommit([put(keyOf("y"))], { writeId: "w-2" }));
    expect([await revisions(one, "a"), await revisions(two, "a")]).toEqual([1, 1]);
  });

  test("who knows that it has arrived ends the waiting for it", async () => {
    await marked(two, "a", 1, "two", 9e15);
    await stale.within("a").commit(aCommit([put(keyOf("y"))], { writeId: "w-2" }));
    expect(await revisions(two, "a")).toBe(1);
    const [left] = await two.batch([{ sql: "SELECT * FROM tenant_move", params: [] }]);
    expect(left?.rows).toEqual([]);
  });
});

describe("a tenant that is frozen", () => {
  beforeEach(async () => {
    const store = process();
    await found(store, "a", "weur");
    await store.within("a").commit(aCommit([put(keyOf("x"))], { writeId: "w-1" }));
    await marked(one, "a", 1, "two", NOW + 5000);
  });

  test("is read, and not written: the caller is told to try again", async () => {
    const tenant = process().within("a");
    expect((await tenant.heads()).revision).toBe(1);
    await expect(tenant.commit(aCommit([put(keyOf("y"))], { writeId: "w-2" }))).rejects.toMatchObject(frozen);
    await expect(tenant.record({ proof: { id: "p", expiresAt: 1, status: 200 } })).rejects.toMatchObject(frozen);
    expect(await revisions(one, "a")).toBe(1);
    expect(await tenant.findWrite("w-2")).toBeNull();
  });

  test("can be neither read nor written while it is being restored, and says so", async () => {
    await marked(one, "a", 1, "one", Number.MAX_SAFE_INTEGER);
    const message = expect.stringContaining("being moved or restored, and can be neither read nor changed");
    await expect(process().within("a").heads()).rejects.toMatchObject({ ...frozen, message });
  });

  test("stays so for nobody else", async () => {
    await found(process(), "b", "weur");
    await process()
      .within("b")
      .commit(aCommit([put(keyOf("y"))]));
    expect(await revisions(one, "b")).toBe(1);
  });

  test("is written again once nobody has kept the freeze up, and whoever froze it finds the freeze gone", async () => {
    await process({ now: NOW + 5000 })
      .within("a")
      .commit(aCommit([put(keyOf("y"))], { writeId: "w-2" }));
    const [left] = await one.batch([{ sql: "SELECT * FROM tenant_move", params: [] }]);
    expect([await revisions(one, "a"), left?.rows]).toEqual([2, []]);
  });
});

describe("the operator's table", () => {
  test("is read in its order", () => {
    const text = '{"b": {"file": "b.db", "region": "weur"}, "a": {"url": "https://a.example", "tokenFile": "a.token"}}';
    expect([...readDatabaseTable(text, "t.json", "node")]).toEqual([
      ["b", { file: "b.db", region: "weur" }],
      ["a", { url: "https://a.example", tokenFile: "a.token" }],
    ]);
  });

  test("is refused with all that is wrong in it", () => {
    const text =
      '{"B": {"binding": "T"}, "a": {"file": "a", "url": "ftp://x", "closed": "no"}, "c": {"file": "c", "tokenFile": "t"}, "d": 1}';
    expect(() => readDatabaseTable(text, "t.json", "node")).toThrow(
      `t.json is refused:
- B: a name is of lower case letters, digits and '-', and starts with a letter
- B: binding is unknown; known here are file, url, tokenFile, region, closed
- B: needs either file or url
- a: closed must be true or false
- a: needs either file or url
- a: url must begin with https://, http:// or libsql://
- c: tokenFile is for a url
- d: must be an object with file or url`,
    );
    expect(() => readDatabaseTable("{}", "t.json", "workers")).toThrow("it names no database");
    expect(() => readDatabaseTable("[", "t.json", "workers")).toThrow("t.json is no JSON");
  });
});
