// The query builder over any Database: one neutral instance, so that the same SQL runs on every engine.

import type { BatchItem } from "drizzle-orm/batch";
import { drizzle, type SqliteRemoteDatabase } from "drizzle-orm/sqlite-proxy";
import type { Digest } from "#model/json.ts";
import type { AuditMemory } from "./audit-place.ts";
import type { Database, SqlValue } from "./database.ts";

export type Queries = SqliteRemoteDatabase;

/** What a query knows: its tenant, its database and what must not be guessed. */
export interface Tenancy {
  readonly tenant: string;
  readonly database: Database;
  readonly queries: Queries;
  /** RFC 3339 time of now. */
  readonly now: () => string;
  readonly clock: () => number;
  readonly digest: Digest;
  /** Waits a little longer at each attempt, with jitter. */
  readonly pause: (attempt: number) => Promise<void>;
  /** Where this client believes the audit chain to stand. */
  readonly audit: AuditMemory;
  /** What envelopes shared when this client last stored one: its hash; empty = nothing. */
  readonly shared: { hash: string };
}

/** A builder. Its queries run by `ask` or `batch`, never by themselves: the builder's own errors would print bound values, secrets among them. */
export function queriesOn(database: Database): Queries {
  return drizzle(
    () => Promise.reject(new TypeError("a query runs by ask(queries, query) or queries.batch")),
    async (batch) => {
      const statements = batch.map(({ sql, params }) => ({ sql, params: params as SqlValue[] }));
      return (await database.batch(statements)).map(({ rows }) => ({ rows: rows as unknown[] }));
    },
  );
}

/** Runs one query and gives its rows. */
export async function ask<Query extends BatchItem<"sqlite">>(
  queries: Queries,
  query: Query,
): Promise<Query["_"]["result"]> {
  const [answer] = await queries.batch([query]);
  return answer as Query["_"]["result"];
}
