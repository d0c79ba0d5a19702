// What the contract's parts share: databases of a suite, a fresh tenant a test, a clock that a test sets.

import { afterAll, beforeAll } from "vitest";
import type { Database } from "#store/database.ts";
import { openStore } from "#store/open.ts";
import type { Store, TenantStore } from "#store/store.ts";
import { digest } from "#test/digest.ts";

/** An engine under the contract. */
export interface Engine {
  readonly name: string;
  /** Of long runs over all steps of something each so many-th is taken: 1 on files, more where each batch goes over a wire. */
  readonly every: number;
  /** Databases with all migrations applied; `close` ends what was started for them. */
  open(): Promise<Opened>;
}

export interface Opened {
  readonly directory: Database;
  readonly tenants: Database;
  /** Another one for tenants. */
  readonly second: Database;
  /** Further clients of the tenants' database, as other processes would have them. */
  readonly others: readonly Database[];
  close(): Promise<void>;
}

export const START = Date.parse("2026-01-02T00:00:00.000Z");

export interface Harness {
  readonly every: number;
  readonly store: Store;
  readonly tenants: Database;
  readonly second: Database;
  readonly directory: Database;
  /** Set by a test that needs time to pass; back at START for each suite. */
  now: number;
  /** A name that no other test of this engine has. */
  freshTenant(): string;
  /** A fresh tenant's store. */
  fresh(): TenantStore;
  /** The tenant's store at each client of the database: writers that share nothing but the engine. */
  clients(tenant: string): readonly [TenantStore, ...TenantStore[]];
  /** A store over another driver for the tenants' tables. */
  over(tenants: Database): Store;
}

let suites = 0;

/** Opens the engine before the suite and closes it after. */
export function harnessOf(engine: Engine): Harness {
  let opened: Opened | undefined;
  let store: Store | undefined;
  let tenantsMade = 0;
  suites += 1;
  const suite = suites;
  const need = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("the engine is not open: the contract opens it before its tests");
    return value;
  };
  const harness: Harness = {
    every: engine.every,
    get store() {
      return need(store);
    },
    get tenants() {
      return need(opened).tenants;
    },
    get second() {
      return need(opened).second;
    },
    get directory() {
      return need(opened).directory;
    },
    now: START,
    freshTenant: () => `tenant-${suite}-${tenantsMade++}`,
    fresh: () => need(store).within(harness.freshTenant()),
    clients: (tenant) => [
      need(store).within(tenant),
      ...need(opened).others.map((database) => harness.over(database).within(tenant)),
    ],
    over: (tenants) =>
      openStore({
        directory: need(opened).directory,
        placement: () => tenants,
        clock: () => harness.now,
        digest,
        chance: (length) => crypto.getRandomValues(new Uint8Array(length)),
      }),
  };
  beforeAll(async () => {
    opened = await engine.open();
    store = harness.over(opened.tenants);
  });
  afterAll(async () => {
    await store?.close();
    for (const database of opened === undefined ? [] : [opened.second, ...opened.others]) await database.close();
    await opened?.close();
  });
  return harness;
}

/** Sums what the engine says it read and wrote; null once it does not say. */
export function counting(
  database: Database,
): Database & { readonly read: number | null; readonly written: number | null; batches: number } {
  const counted = {
    engine: database.engine,
    read: 0 as number | null,
    written: 0 as number | null,
    batches: 0,
    async batch(statements: Parameters<Database["batch"]>[0]) {
      const answers = await database.batch(statements);
      counted.batches += 1;
      for (const { read, written } of answers) {
        counted.read = read === null || counted.read === null ? null : counted.read + read;
        counted.written = written === null || counted.written === null ? null : counted.written + written;
      }
      return answers;
    },
    close: () => database.close(),
  };
  return counted;
}

/** Loses answers: each call takes the next of the plan; after the plan all is well. */
export function flaky(database: Database, plan: readonly ("before" | "after" | "well")[]): Database {
  const left = [...plan];
  return {
    engine: database.engine,
    async batch(statements) {
      const fate = left.shift() ?? "well";
      if (fate === "before") throw new Error("connection refused");
      const answer = await database.batch(statements);
      if (fate === "after") throw new Error("connection reset");
      return answer;
    },
    close: () => database.close(),
  };
}
