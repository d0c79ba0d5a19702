// Blobs that no snapshot names any more: noted, found, deleted.
import type { Hash } from "#model/json.ts";
import { Conflict } from "./conflict.ts";
import type { Database, Statement } from "./database.ts";
import type { CollectedBlobs } from "./face/snapshot.ts";
import type { Tenancy } from "./queries.ts";

const SINCE = "SELECT MIN(since) AS since FROM unused_blob WHERE tenant_id = ?1";
const OLDEST = "SELECT hash FROM unused_blob WHERE tenant_id = ?1 AND since <= ?2 ORDER BY since LIMIT ?3";
const STORED = "SELECT hash FROM blob WHERE tenant_id = ?1 AND hash > ?2 ORDER BY hash LIMIT ?3";
const NOTE = `INSERT OR IGNORE INTO unused_blob (tenant_id, hash, since)
SELECT ?1, e.value, ?3 FROM json_each(?2) e CROSS JOIN blob b ON b.tenant_id = ?1 AND b.hash = e.value`;
/** What was published is published with its heads: who has looked at all that these name knows what is used. */
const KNOWN = `INSERT INTO guard (reason) SELECT 'snapshot' FROM zone_head z
WHERE z.tenant_id = ?1 AND z.revoked = 0 AND z.version <> '' AND NOT EXISTS (SELECT 1 FROM json_each(?2) e
  WHERE e.value->>'zone' = z.zone AND e.value->>'version' = z.version) LIMIT 1`;
const DROP = "DELETE FROM blob WHERE tenant_id = ?1 AND hash IN (SELECT value FROM json_each(?2))";
const FORGET = "DELETE FROM unused_blob WHERE tenant_id = ?1 AND hash IN (SELECT value FROM json_each(?2))";

export async function unusedSince({ database, tenant }: Tenancy): Promise<number | null> {
  const [answer] = await database.batch([{ sql: SINCE, params: [tenant] }]);
  return (answer?.rows[0]?.[0] as number | null | undefined) ?? null;
}

export function unusedBlobs({ database, tenant }: Tenancy, by: number, size: number): Promise<readonly Hash[]> {
  return hashesOf(database, { sql: OLDEST, params: [tenant, by, size] });
}

export function storedBlobs({ database, tenant }: Tenancy, behind: Hash, size: number): Promise<readonly Hash[]> {
  return hashesOf(database, { sql: STORED, params: [tenant, behind, size] });
}

export async function noteUnused({ database, tenant, clock }: Tenancy, hashes: readonly Hash[]): Promise<void> {
  if (hashes.length > 0) await database.batch([{ sql: NOTE, params: [tenant, JSON.stringify(hashes), clock()] }]);
}

/** See `TenantSnapshots.collect`. */
export async function collectBlobs(
  { database, tenant }: Tenancy,
  { gone, used, versions }: CollectedBlobs,
): Promise<boolean> {
  const on = (sql: string, list: readonly unknown[]): Statement => ({ sql, params: [tenant, JSON.stringify(list)] });
  try {
    await database.batch([on(KNOWN, versions), on(DROP, gone), on(FORGET, [...gone, ...used])]);
    return true;
  } catch (error) {
    if (error instanceof Conflict && error.constraint === "snapshot_older") return false;
    throw error;
  }
}

async function hashesOf(database: Database, statement: Statement): Promise<readonly Hash[]> {
  const [answer] = await database.batch([statement]);
  return (answer?.rows ?? []).map(([hash]) => hash as Hash);
}
