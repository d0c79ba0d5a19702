// Moves: killed at every batch, gone on with, while others write and freezes are broken; nothing that was taken is lost or twice.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLibsqlFile } from "#node/libsql-file.ts";
import type { Database } from "#store/database.ts";
import { migrate } from "#store/migrations.ts";
import { openStore } from "#store/open.ts";
import { Frozen } from "#store/placement/frozen.ts";
import type { Store } from "#store/store.ts";
import { MOVED_TABLES, TENANT_TABLES } from "#store/tenant-table.ts";
import { digest } from "#test/digest.ts";
import { live } from "./contract/isolation.ts";
import { migrationsOf } from "./migration-files.ts";
import { aCommit, aDeed, aSnapshot, keyOf, put, remove } from "./samples.ts";

const TENANT = "t";
let folder = "";
let directory: Database;
let one: Database;
let two: Database;
let oracle: Database;
let now = 1_000_000;

beforeEach(async () => {
  // Thousands of batches, each of which waits for the disk: in memory where that is a folder.
  const memory = "/dev/shm";
  folder = await mkdtemp(join(existsSync(memory) ? memory : tmpdir(), "weft-move-"));
  const open = async (name: string): Promise<Database> => openLibsqlFile({ path: join(folder, `${name}.db`) });
  [directory, one, two, oracle] = [await open("directory"), await open("one"), await open("two"), await open("oracle")];
  await migrate(directory, migrationsOf("directory"));
  for (const database of [one, two, oracle]) await migrate(database, migrationsOf("tenant"));
});
afterEach(async () => {
  for (const database of [directory, one, two, oracle]) await database.close();
  await rm(folder, { recursive: true });
});

class Killed extends Error {}

/** A process: it remembers where it found the tenant. `before` is called ahead of each of its batches, `after` behind. */
function process(before: () => Promise<void> = async () => {}, after: () => Promise<void> = async () => {}): Store {
  const watched = (database: Database): Database => ({
    engine: database.engine,
    async batch(statements) {
      await before();
      const answer = await database.batch(statements);
      await after();
      return answer;
    },
    close: async () => {},
  });
  const placement = new Map(
    Object.entries({ one, two }).map(([name, database]) => [
      name,
      { database: watched(database), region: null, closed: false },
    ]),
  );
  const chance = (length: number): Uint8Array => new Uint8Array(length);
  return openStore({ directory: watched(directory), placement, clock: () => now, digest, chance });
}

const alone = (): Store =>
  openStore({
    directory,
    placement: () => oracle,
    clock: () => now,
    digest,
    chance: (length) => new Uint8Array(length),
  });

async function rowsOf(database: Database): Promise<unknown> {
  const answers = await database.batch(
    MOVED_TABLES.map(({ name, key, columns }) => ({
      sql: `SELECT ${columns.join(", ")} FROM ${name} WHERE tenant_id = ?1 ORDER BY ${key.length === 0 ? "1" : key.join(", ")}`,
      params: [TENANT],
    })),
  );
  return Object.fromEntries(MOVED_TABLES.map(({ name }, index) => [name, answers[index]?.rows]));
}

/** What writers do; the number keeps each apart. */
const WRITES: readonly ((store: Store, n: number) => Promise<unknown>)[] = [
  (store, n) =>
    store
      .within(TENANT)
      .commit(aCommit([put(keyOf(`r-${n % 5}`))], { writeId: `w-${n}`, audit: [aDeed(`subject ${n}`)] })),
  (store, n) => store.within(TENANT).commit(aCommit([remove(keyOf(`r-${n % 5}`))], { writeId: `w-${n}` })),
  (store, n) => store.within(TENANT).record({ proof: { id: `p-${n}`, expiresAt: now + 1000 * n, status: 200 } }),
  (store, n) =>
    store
      .within(TENANT)
      .publish(aSnapshot(1000 + n, { version: `v-${n}`, blobs: new Map([[`h-${n}`, `{"n":${n}}`]]) })),
];

async function found(): Promise<void> {
  const store = process();
  await store.directory.createOrganisation({ id: TENANT, name: TENANT, createdAt: "2026", placement: "one" });
  for (const each of [store, alone()]) await live(each.within(TENANT));
}

interface Turn {
  /** The mover is killed at this batch of the call, before it has run or behind. */
  readonly at: number;
  readonly behind: boolean;
  /** Batches of the mover ahead of which somebody writes, and what. */
  readonly writes: readonly (readonly [batch: number, what: number])[];
  /** Time passes before the next call, so that a freeze lapses. */
  readonly late: boolean;
}

const turn: fc.Arbitrary<Turn> = fc.record({
  at: fc.integer({ min: 0, max: 140 }),
  behind: fc.boolean(),
  writes: fc.array(fc.tuple(fc.integer({ min: 0, max: 140 }), fc.nat(WRITES.length - 1)), { maxLength: 4 }),
  late: fc.boolean(),
});

/** Writes by who knows where the tenant was at the beginning, and by who has just come; both to the oracle where they were taken. */
function writersOf(): { write(what: number): Promise<void>; readonly taken: () => number } {
  const stale = process();
  const twin = alone();
  let n = 0;
  let taken = 0;
  return {
    taken: () => taken,
    async write(what) {
      n += 1;
      const store = n % 2 === 0 ? stale : process();
      const deed = WRITES[what] as (typeof WRITES)[number];
      const outcome = await deed(store, n).then(
        () => "taken",
        (error: unknown) => error,
      );
      if (outcome instanceof Frozen) return;
      expect(outcome).toBe("taken");
      taken += 1;
      await deed(twin, n);
    },
  };
}

async function carry(turns: readonly Turn[], target: string, writers: ReturnType<typeof writersOf>): Promise<void> {
  for (const { at, behind, writes, late } of turns) {
    let batch = 0;
    let writing = false;
    const before = async (): Promise<void> => {
      if (writing) return;
      writing = true;
      for (const [ahead, what] of writes) if (ahead === batch) await writers.write(what);
      writing = false;
      if (!behind && batch === at) throw new Killed();
    };
    const after = async (): Promise<void> => {
      batch += 1;
      if (behind && batch > at) throw new Killed();
    };
    const dead = process(before, after);
    await dead.mover.move(TENANT, target, 3_600_000).catch((error: Error) => {
      if (!(error.cause instanceof Killed)) throw error;
    });
    if (late) now += 60_000;
  }
  expect((await process().mover.move(TENANT, target, 3_600_000)).phase).toBeNull();
}

test("whoever is killed wherever, and whoever writes meanwhile: all that was taken is in the target, once, and nothing else", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(turn, { maxLength: 6 }),
      fc.array(fc.nat(WRITES.length - 1), { maxLength: 3 }),
      async (turns, more) => {
        run += 1;
        for (const database of [one, two, oracle, directory]) await empty(database);
        await found();
        const writers = writersOf();
        for (const [from, to] of [
          ["one", "two"],
          ["two", "one"],
        ] as const) {
          await carry(turns, to, writers);
          for (const what of more) await writers.write(what);
          const [at, left] = to === "two" ? [two, one] : [one, two];
          expect(await rowsOf(at), `run ${run}: ${from} to ${to}`).toEqual(await rowsOf(oracle));
          for (const rows of Object.values((await rowsOf(left)) as object)) expect(rows).toEqual([]);
        }
      },
    ),
    { numRuns: 10 },
  );
});

test("no call asks more than a worker may, however much there is; what differs in the end is copied again", async () => {
  await found();
  const rows = Array.from({ length: 12_000 }, (_, n) => ({ id: `many-${n}`, at: now + 1000 * n }));
  for (const database of [one, oracle])
    await database.batch([
      {
        sql: "INSERT INTO proof (tenant_id, id, expires_at, status) SELECT ?1, e.value->>'id', e.value->>'at', 200 FROM json_each(?2) e",
        params: [TENANT, JSON.stringify(rows)],
      },
    ]);
  let batches = 0;
  const watched = process(async () => {
    batches += 1;
  });
  const phases: (string | null)[] = [];
  let most = 0;
  let spoilt = 0;
  do {
    batches = 0;
    const { phase } = await watched.mover.move(TENANT, "two", 0);
    most = Math.max(most, batches);
    phases.push(phase);
    if (phase !== "verify" || phases.at(-2) === "verify" || spoilt === 2) continue;
    spoilt += 1;
    const spoil = [
      "DELETE FROM proof WHERE tenant_id = ?1 AND id = 'many-11999'",
      "DELETE FROM resource WHERE tenant_id = ?1",
    ];
    await two.batch([{ sql: spoil[spoilt - 1] as string, params: [TENANT] }]);
  } while (phases.at(-1) !== null);
  expect(most).toBeLessThan(80);
  expect(phases.filter((phase, index) => phase === "freeze" && phases[index - 1] === "verify")).toHaveLength(2);
  expect(await rowsOf(two)).toEqual(await rowsOf(oracle));
});

async function empty(database: Database): Promise<void> {
  const tables = database === directory ? ["organisation", "organisation_move"] : TENANT_TABLES.map(({ name }) => name);
  await database.batch(tables.map((name) => ({ sql: `DELETE FROM ${name}`, params: [] })));
}

test("while it is frozen writes wait, and they are taken again once whoever froze has gone for ten seconds", async () => {
  await found();
  const writer = process();
  let isFrozen = false;
  while (!isFrozen) isFrozen = (await process().mover.move(TENANT, "two", 0)).phase === "final";
  const write = (n: number) => writer.within(TENANT).commit(aCommit([put(keyOf("x"))], { writeId: `x-${n}` }));
  await expect(write(1)).rejects.toBeInstanceOf(Frozen);
  now += 10_000;
  await write(2);
  let phase: string | null = "final";
  while (phase !== null) phase = (await process().mover.move(TENANT, "two", 0)).phase;
  expect(await writer.within(TENANT).findWrite("x-2")).not.toBeNull();
  expect(await writer.within(TENANT).findWrite("x-1")).toBeNull();
});

test("of two that carry it out at once one goes on, and the other is told", async () => {
  await found();
  const outcomes = new Set<string>();
  let phase: string | null = "begin";
  while (phase !== null) {
    const both = await Promise.allSettled([1, 2].map(() => process().mover.move(TENANT, "two", 0)));
    for (const each of both) outcomes.add(each.status === "fulfilled" ? "went on" : String(each.reason.code));
    phase = (await process().mover.move(TENANT, "two", 0)).phase;
  }
  expect([...outcomes].filter((outcome) => !["went on", "conflict"].includes(outcome))).toEqual([]);
  expect(await rowsOf(two)).toEqual(await rowsOf(oracle));
});

test("a database that there is not, and another target while it is on its way, are refused", async () => {
  await found();
  await expect(process().mover.move(TENANT, "three", 0)).rejects.toMatchObject({ code: "invalid" });
  await process().mover.move(TENANT, "two", 0);
  await expect(process().mover.move(TENANT, "one", 0)).rejects.toMatchObject({ code: "conflict" });
  expect((await process().mover.move(TENANT, "two", 3_600_000)).phase).toBeNull();
});
