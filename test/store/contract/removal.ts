// Contract of removals beside moves: whichever goes on at whichever step of the other, no database keeps a row of who was removed.
import { expect, test } from "vitest";
import { Fault } from "#model/fault.ts";
import type { Database } from "#store/database.ts";
import { openStore } from "#store/open.ts";
import { onlyReads } from "#store/reading.ts";
import type { Store } from "#store/store.ts";
import { MOVED_TABLES, TENANT_TABLES } from "#store/tenant-table.ts";
import { digest } from "#test/digest.ts";
import { type Harness, START } from "#test/store/harness.ts";
import { aCommit, aDeed, anEnrolment, keyOf, put } from "#test/store/samples.ts";

/** A call goes on until it has ended. */
const ENOUGH = 3_600_000;
const STATEMENTS = 200;
const MARK = { at: new Date(START).toISOString(), by: "operator", purgeAt: new Date(START).toISOString() };

export function removalContract(harness: Harness): void {
  /** A process of its own; it is held ahead of each batch that writes. Table after table is one step. */
  const process = (ahead: () => Promise<void> = async () => {}): Store => {
    let last = "";
    const held = (database: Database): Database => ({
      engine: database.engine,
      async batch(statements) {
        const step = statements[0]?.sql ?? "";
        if (!onlyReads(statements) && step !== last) {
          last = step;
          await ahead();
        }
        return database.batch(statements);
      },
      close: async () => {},
    });
    const named = (database: Database) => ({ database: held(database), region: null, closed: false });
    return openStore({
      directory: held(harness.directory),
      placement: new Map([
        ["one", named(harness.tenants)],
        ["two", named(harness.second)],
      ]),
      clock: () => harness.now,
      digest,
      chance: (length) => new Uint8Array(length),
    });
  };

  const found = async (): Promise<string> => {
    const id = harness.freshTenant();
    const store = process();
    await store.directory.createOrganisation({ id, name: `n-${id}`, createdAt: MARK.at, placement: "one" });
    await store.within(id).addCredential(anEnrolment("t1", { expiresAt: null }));
    await store.within(id).commit(aCommit([put(keyOf("a"))], { writeId: "w-1", audit: [aDeed("a")] }));
    return id;
  };
  const mark = (id: string, purgeAt = MARK.purgeAt) => process().directory.endOrganisation(id, { ...MARK, purgeAt });
  const removed = async (id: string, store = process()): Promise<void> => {
    while (!(await store.remove(id, STATEMENTS)));
  };
  /** Outcome of a move that goes on until it has ended, or is refused. */
  const moved = (id: string, store: Store): Promise<string> =>
    store.mover.move(id, "two", ENOUGH).then(
      ({ phase }) => `ended ${phase}`,
      (error: unknown) => {
        if (!(error instanceof Fault)) throw error;
        return error.code;
      },
    );

  /** Of all tables that have the tenant, in both databases and the directory. */
  const left = async (id: string): Promise<readonly string[]> => {
    const own = TENANT_TABLES.map(({ name }) => name);
    const asked: readonly (readonly [string, Database, readonly string[], string])[] = [
      ["one", harness.tenants, own, "tenant_id"],
      ["two", harness.second, own, "tenant_id"],
      ["directory", harness.directory, ["organisation_move"], "organisation_id"],
      ["directory", harness.directory, ["organisation"], "id"],
    ];
    const all = await Promise.all(
      asked.map(async ([where, database, tables, column]) => {
        const sql = (table: string) => `SELECT COUNT(*) FROM ${table} WHERE ${column} = ?1`;
        const answers = await database.batch(tables.map((table) => ({ sql: sql(table), params: [id] })));
        return tables.flatMap((table, at) => (Number(answers[at]?.rows[0]?.[0]) > 0 ? [`${where} ${table}`] : []));
      }),
    );
    return all.flat();
  };
  const contentOf = async (database: Database, id: string): Promise<unknown> => {
    const answers = await database.batch(
      MOVED_TABLES.map(({ name, columns }) => ({
        sql: `SELECT ${columns.join(", ")} FROM ${name} WHERE tenant_id = ?1 ORDER BY ${columns.join(", ")}`,
        params: [id],
      })),
    );
    return answers
      .map(({ rows }, at) => [MOVED_TABLES[at]?.name, rows])
      .filter(([, rows]) => (rows as unknown[]).length > 0);
  };

  /** Runs something ahead of each writing batch of a call in turn, each time in a new organisation, until it says `last`; how many there were. */
  async function atEach(
    run: (id: string, store: Store) => Promise<unknown>,
    other: (id: string, step: number) => Promise<"last" | undefined>,
    after: (id: string, step: number, outcome: unknown) => Promise<void>,
    begin: (id: string) => Promise<void> = async () => {},
    every = harness.every,
  ): Promise<number> {
    for (let step = 0, isLast = false; ; step += every) {
      if (isLast) return step;
      const id = await found();
      await begin(id);
      let batch = 0;
      const store = process(async () => {
        if (batch++ === step) isLast = (await other(id, step)) === "last";
      });
      const outcome = await run(id, store);
      if (batch <= step) return step;
      await after(id, step, outcome);
    }
  }

  test("at each step of a move the organisation is removed, and the move then goes on or not: nothing of it is left", async () => {
    const outcomes = new Set<unknown>();
    const steps = await atEach(
      moved,
      async (id, step) => {
        await mark(id);
        await removed(id);
        expect(await left(id), `while step ${step} is awaited`).toEqual([]);
      },
      async (id, step, outcome) => {
        outcomes.add(outcome);
        expect(await left(id), `step ${step}`).toEqual([]);
        await expect(process().mover.move(id, "two", ENOUGH)).rejects.toMatchObject({ code: "absent" });
      },
    );
    expect(steps).toBeGreaterThan(15);
    expect([...outcomes].sort()).toEqual(expect.arrayContaining(["absent", "conflict"]));
  }, 600_000);

  test("at each step of a removal that ends a move somebody else goes on with the move: nothing is left", async () => {
    const steps = await atEach(
      async (id, store) => {
        for (let tries = 0; tries < 9; tries++) {
          const outcome = await removed(id, store).catch((error: unknown) => error);
          if (outcome === undefined) return;
          // Another call goes on with the move: the writer's alarm comes again.
          expect(outcome).toMatchObject({ code: "conflict" });
        }
        throw new Error("it never ended");
      },
      // Once it was ended no other begins: the next test.
      async (id) => ((await moved(id, process())) === "conflict" ? "last" : undefined),
      async (id, step) => expect(await left(id), `step ${step}`).toEqual([]),
      async (id) => {
        while ((await process().mover.move(id, "two", 0)).phase !== "final");
        await mark(id);
      },
    );
    expect(steps).toBeGreaterThan(10);
  }, 600_000);

  test("at each step of a removal a move is refused, and says why and what to do", async () => {
    const refusals = new Set<string>();
    await atEach(
      removed,
      async (id) => {
        const refused: Fault = await process()
          .mover.move(id, "two", ENOUGH)
          .then(
            () => Promise.reject(new Error("it was begun")),
            (error) => error,
          );
        refusals.add(refused.message.replaceAll(id, "ID"));
      },
      async (id, step) => expect(await left(id), `step ${step}`).toEqual([]),
      async (id) => void (await mark(id)),
      1,
    );
    expect([...refusals]).toEqual([
      `The organisation n-ID is to be deleted, with all that it has, at ${MARK.purgeAt}, and is not moved before: let it go, or have its owner restore it (weft organisation restore n-ID)`,
      "There is no such organisation",
    ]);
  }, 600_000);

  test("a move that has begun before the mark is ended, and the organisation is whole in exactly one database", async () => {
    const phases = new Set<string | null>();
    for (let steps = 1; !phases.has(null); steps += harness.every) {
      const id = await found();
      const stood = await contentOf(harness.tenants, id);
      let phase: string | null = "begin";
      for (let done = 0; done < steps && phase !== null; done++)
        phase = (await process().mover.move(id, "two", 0)).phase;
      phases.add(phase);
      await mark(id, new Date(START + ENOUGH).toISOString());
      expect(await moved(id, process())).toBe("ended null");
      expect(await contentOf(harness.second, id), `after ${phase}`).toEqual(stood);
      expect(await contentOf(harness.tenants, id), `after ${phase}`).toEqual([]);
      expect(await process().directory.restoreOrganisation(id, MARK.at)).toBe(true);
      await process()
        .within(id)
        .commit(aCommit([put(keyOf("b"))], { writeId: "w-2" }));
    }
    // A phase may take several steps: whoever takes each so many-th of them may pass one over.
    const all = ["copy", "freeze", "final", "verify", "empty", null];
    expect([...phases]).toEqual(harness.every === 1 ? all : all.filter((phase) => phases.has(phase)));
    expect(phases.size).toBeGreaterThan(1);
  }, 600_000);
}
