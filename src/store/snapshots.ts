// Compiled snapshots: blobs, manifests, and the heads that point to them.
import { Fault } from "#model/fault.ts";
import type { Hash } from "#model/json.ts";
import { Conflict } from "./conflict.ts";
import type { Database, SqlValue, Statement } from "./database.ts";
import { ADD_PART, DROP_PARTS, NO_PART, namedPart, partsOf } from "./envelope-part.ts";
import type { PublishedSnapshot } from "./face/snapshot.ts";
import { BLOB_BYTES, byteLength, packJson } from "./limit.ts";
import { hashPacks } from "./poll.ts";
import type { Tenancy } from "./queries.ts";

/** A base that is newer than this, or among the last, is still known. */
const MANIFEST_AGE_MS = 7 * 24 * 3600 * 1000;
const MANIFESTS_KEPT = 50;
/** And no more than these of a busy zone: at one change a second, 7 days would be 600,000. */
const MANIFESTS_MOST = 2000;
/** Blobs up to this travel packed in JSON, where quoting may double them; larger ones travel alone. */
const PACKED_BYTES = 500_000;

const NOT_OLDER = `INSERT INTO guard (reason) SELECT 'snapshot' FROM zone_head
WHERE tenant_id = ?1 AND zone = ?2 AND (epoch > ?3 OR (epoch = ?3 AND sequence > ?4)) LIMIT 1`;
const ADD_BLOBS = `INSERT OR IGNORE INTO blob (tenant_id, hash, body)
SELECT ?1, e.value->>'hash', e.value->>'body' FROM json_each(?2) e`;
const ADD_BLOB = "INSERT OR IGNORE INTO blob (tenant_id, hash, body) VALUES (?1, ?2, ?3)";
/** What is stored anew is used; and what is noted without being stored is in nobody's way. */
const USED = "DELETE FROM unused_blob WHERE tenant_id = ?1 AND hash IN (SELECT value FROM json_each(?2))";
/** An earlier note may be of another zone: from now on it is this one's. */
const UNUSED = `INSERT INTO unused_blob (tenant_id, hash, since) SELECT ?1, value, ?3 FROM json_each(?2) WHERE true
ON CONFLICT (tenant_id, hash) DO UPDATE SET since = excluded.since`;
/** What relays were given until now is another snapshot than the one whose parts are known to be dropped: it may be any of them. */
const ANY_UNUSED = `UPDATE unused_blob SET since = ?4 WHERE tenant_id = ?1 AND EXISTS (SELECT 1 FROM zone_head z
WHERE z.tenant_id = ?1 AND z.zone = ?2 AND z.revoked = 0 AND z.version NOT IN ('', ?3, ?5))`;
const ADD_MANIFEST = `INSERT INTO manifest (tenant_id, zone, version, epoch, sequence, stored_at, body)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant_id, zone, version)
DO UPDATE SET epoch = excluded.epoch, sequence = excluded.sequence, stored_at = excluded.stored_at`;
const BEYOND = (rank: string): string => `version IN (SELECT version FROM manifest WHERE tenant_id = ?1 AND zone = ?2
ORDER BY epoch DESC, sequence DESC LIMIT -1 OFFSET ${rank})`;
/** Beyond the rank ?3 and stored before ?4, and all beyond the rank ?5, which nothing asks for that has few. */
const DROP_MANIFESTS = `DELETE FROM manifest WHERE tenant_id = ?1 AND zone = ?2 AND ${BEYOND("?3")}
AND (stored_at < ?4 OR ${BEYOND("?5")})`;
const POINT_HEADS = `UPDATE zone_head SET epoch = ?3, sequence = ?4, version = ?5, envelope = ?6, alike = ${namedPart("?7")}
WHERE tenant_id = ?1 AND zone = ?2 AND revoked = 0`;

/** One batch; false, with nothing written, when a relay of the zone was already given a newer snapshot. */
export async function publishSnapshot(tenancy: Tenancy, snapshot: PublishedSnapshot): Promise<boolean> {
  const { database, tenant, clock, shared: stored } = tenancy;
  const { zone, epoch, sequence, version, manifest, envelope, dropped, shared } = snapshot;
  checkSizes(snapshot);
  const on = (sql: string, ...params: readonly SqlValue[]): Statement => ({ sql, params: [tenant, ...params] });
  const blobs = [...snapshot.blobs].map(([hash, body]) => ({ hash, body }));
  const large = blobs.filter(({ body }) => body.length * 3 > PACKED_BYTES);
  const small = blobs.filter(({ body }) => body.length * 3 <= PACKED_BYTES);
  const now = clock();
  const adds = shared !== undefined && stored.hash !== shared.hash;
  try {
    await database.batch([
      on(NOT_OLDER, zone, epoch, sequence),
      ...packJson(small).map((pack) => on(ADD_BLOBS, pack)),
      ...large.map(({ hash, body }) => on(ADD_BLOB, hash, body)),
      ...hashPacks([...snapshot.blobs.keys()]).map((pack) => on(USED, pack)),
      on(ANY_UNUSED, zone, dropped?.from ?? "", now, version),
      ...hashPacks(dropped?.hashes ?? []).map((pack) => on(UNUSED, pack, now)),
      on(ADD_MANIFEST, zone, version, epoch, sequence, now, manifest),
      on(DROP_MANIFESTS, zone, MANIFESTS_KEPT, now - MANIFEST_AGE_MS, MANIFESTS_MOST),
      ...(adds ? partsOf(shared).map((part) => on(ADD_PART, ...part)) : []),
      on(POINT_HEADS, zone, epoch, sequence, version, envelope, shared?.hash ?? ""),
      ...(adds ? [on(DROP_PARTS)] : []),
    ]);
    if (adds) stored.hash = shared.hash;
    return true;
  } catch (error) {
    // Another process has published something else meanwhile, and no head named it any more.
    if (error instanceof Conflict && error.constraint === NO_PART && !adds) {
      stored.hash = "";
      return publishSnapshot(tenancy, snapshot);
    }
    if (error instanceof Conflict && error.constraint === "snapshot_older") return false;
    throw error;
  }
}

function checkSizes({ zone, manifest, blobs }: PublishedSnapshot): void {
  for (const [name, body] of [["manifest", manifest] as const, ...blobs]) {
    const bytes = byteLength(body);
    if (bytes <= BLOB_BYTES) continue;
    const what = name === "manifest" ? "manifest" : `blob ${name}`;
    throw new Fault("too-large", `The ${what} of zone ${zone} takes ${bytes} bytes; at most ${BLOB_BYTES} are stored.`);
  }
}

const MISSING = `SELECT e.value FROM json_each(?2) e
WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.tenant_id = ?1 AND b.hash = e.value)
  OR EXISTS (SELECT 1 FROM unused_blob u WHERE u.tenant_id = ?1 AND u.hash = e.value) ORDER BY e.key`;

/** Those of the hashes that have no blob, in their order. */
export async function missingBlobs(
  { database, tenant }: { readonly database: Database; readonly tenant: string },
  hashes: readonly Hash[],
): Promise<readonly Hash[]> {
  const statements = hashPacks(hashes).map((pack) => ({ sql: MISSING, params: [tenant, pack] }));
  return (await database.batch(statements)).flatMap(({ rows }) => rows.map(([hash]) => hash as Hash));
}
