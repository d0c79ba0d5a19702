// The poll path's queries, alone and without a query builder: the poll worker imports nothing else of the store.
import type { Hash } from "#model/json.ts";
import type { Database, Statement } from "./database.ts";
import { NEWEST, wholeOf } from "./envelope-part.ts";
import type { Newest, ZoneHead } from "./face/relay.ts";

/** What a relay's poll may read. */
export interface PollTenant {
  readonly tenant: string;
  /** One statement that reads one row by its key; without its envelope, which is as long as the organisation has meshes. */
  zoneHead(zone: string, relay: string): Promise<ZoneHead | null>;
  /** What the relay is to have. Null = there is no such relay. */
  newest(zone: string, relay: string): Promise<Newest | null>;
  manifest(zone: string, version: Hash): Promise<string | null>;
  /** Those that are stored; a hash that is unknown is left out. */
  blobs(hashes: readonly Hash[]): Promise<ReadonlyMap<Hash, string>>;
}

export interface PollStore {
  within(tenant: string): PollTenant;
}

/** So many hashes stay below D1's 2 MB for a parameter. */
const HASHES = 20_000;

const ZONE_HEAD = `SELECT zone, relay, signing_key, encryption_key, revoked, epoch, sequence, version, last_event, enrolled_at, address, ca, closed
FROM zone_head WHERE tenant_id = ?1 AND zone = ?2 AND relay = ?3`;
const MANIFEST = "SELECT body FROM manifest WHERE tenant_id = ?1 AND zone = ?2 AND version = ?3";
const BLOBS = "SELECT hash, body FROM blob WHERE tenant_id = ?1 AND hash IN (SELECT value FROM json_each(?2))";

/** The poll path on the one database, or on that of each tenant. */
export function openPollStore(databases: Database | ((tenant: string) => Database)): PollStore {
  const of = typeof databases === "function" ? databases : () => databases;
  return { within: (tenant) => pollTenant(of(tenant), tenant) };
}

/** The poll path of one tenant. */
export function pollTenant(database: Database, tenant: string): PollTenant {
  return {
    tenant,
    async zoneHead(zone, relay) {
      const [found] = await database.batch([{ sql: ZONE_HEAD, params: [tenant, zone, relay], alone: true }]);
      const row = found?.rows[0];
      return row === undefined ? null : zoneHeadOf(row);
    },
    async newest(zone, relay) {
      const [found] = await database.batch([{ sql: NEWEST, params: [tenant, zone, relay], alone: true }]);
      const rows = (found?.rows ?? []) as readonly (readonly [string, string, string | null])[];
      const [row] = rows;
      if (row === undefined) return null;
      return {
        version: row[0],
        envelope: wholeOf(
          row[1],
          rows.flatMap(([, , part]) => part ?? []),
        ),
      };
    },
    async manifest(zone, version) {
      const [found] = await database.batch([{ sql: MANIFEST, params: [tenant, zone, version] }]);
      return (found?.rows[0]?.[0] as string | undefined) ?? null;
    },
    async blobs(hashes) {
      const statements = hashPacks(hashes).map((pack): Statement => ({ sql: BLOBS, params: [tenant, pack] }));
      const answers = await database.batch(statements);
      return new Map(answers.flatMap(({ rows }) => rows as readonly (readonly [Hash, string])[]));
    },
  };
}

/** The hashes in their order as JSON lists, each of which is a parameter that every engine takes. */
export function hashPacks(hashes: readonly Hash[]): readonly string[] {
  return Array.from({ length: Math.ceil(hashes.length / HASHES) }, (_, at) =>
    JSON.stringify(hashes.slice(at * HASHES, (at + 1) * HASHES)),
  );
}

/** A row in the order of the columns above. */
export function zoneHeadOf(row: readonly unknown[]): ZoneHead {
  const [zone, relay, signingKey, encryptionKey, revoked, ...more] = row as readonly [
    ...(readonly [string, string, string, string, number]),
    ...(readonly [number, number, string, number, string, string, string, number]),
  ];
  const [epoch, sequence, version, lastEvent, enrolledAt, address, ca, closed] = more;
  return {
    ...{ zone, relay, signingKey, encryptionKey, revoked: revoked === 1 },
    ...{ epoch, sequence, version, lastEvent, enrolledAt, address, ca },
    ...(closed === 1 && { closed: true }),
  };
}
