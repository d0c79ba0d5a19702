// Backups and restores of organisations, beside the queries of tenants: they read and write whole tables.
import { addRows, type CopySum, NO_ROWS } from "#model/copy-sum.ts";
import { Fault, invalid } from "#model/fault.ts";
import type { Digest } from "#model/json.ts";
import { Conflict } from "#store/conflict.ts";
import type { Database, Statement } from "#store/database.ts";
import type { Copies, CopyMoment, CopyPlace, Restoring } from "#store/face/copy.ts";
import type { Directory } from "#store/face/organisation.ts";
import { FOREVER, FREEZE } from "#store/placement/freeze.ts";
import type { Place, Placement } from "#store/placement/placement.ts";
import { EMPTIED_TABLES, KEPT_TABLES, type TenantTable } from "#store/tenant-table.ts";
import { type CopyKey, dropStatement, pageOf, readPage, readStatement, writeStatements } from "./page.ts";

export interface CopyDeps {
  readonly directory: Directory;
  readonly placement: Placement;
  readonly open: (database: Database) => Database;
  readonly clock: () => number;
  readonly digest: Digest;
}

/** Pages emptied in one call. */
const EMPTIED = 20;

const MOMENT = `SELECT COALESCE((SELECT epoch FROM heads WHERE tenant_id = ?1), 0) AS epoch,
  COALESCE((SELECT revision FROM heads WHERE tenant_id = ?1), 0) AS revision,
  COALESCE((SELECT sequence FROM heads WHERE tenant_id = ?1), 0) AS sequence,
  COALESCE((SELECT MAX(number) FROM audit WHERE tenant_id = ?1), 0) AS audit`;
/** It has gone from here, has not arrived yet, or is being restored. */
const ELSEWHERE = "SELECT 1 FROM tenant_move WHERE tenant_id = ?1 AND (frozen_until IS NULL OR frozen_until = ?2)";
/** A freeze for a copy goes nowhere, and so has no target; it never takes the place of a move's. */
const HOLD = `INSERT INTO tenant_move (tenant_id, generation, target, frozen_until, session) VALUES (?1, ?2, '', ?3, 0)
ON CONFLICT (tenant_id) DO UPDATE SET generation = excluded.generation, target = '', frozen_until = excluded.frozen_until
WHERE target = '' OR frozen_until <= ?4 OR (frozen_until IS NULL AND tenant_move.generation < excluded.generation)
RETURNING frozen_until`;
const THAW = "DELETE FROM tenant_move WHERE tenant_id = ?1 AND target = ''";
const BEGIN = `INSERT INTO tenant_move (tenant_id, generation, target, frozen_until, session) VALUES (?1, ?2, ?3, ?4, 1)
ON CONFLICT (tenant_id) DO UPDATE SET generation = excluded.generation, target = excluded.target,
  frozen_until = excluded.frozen_until, session = session + 1
WHERE target IN ('', excluded.target) OR frozen_until <= ?5
  OR (frozen_until IS NULL AND tenant_move.generation < excluded.generation) RETURNING session`;
const HELD = `INSERT INTO guard (reason) SELECT 'moved' WHERE NOT EXISTS
(SELECT 1 FROM tenant_move WHERE tenant_id = ?1 AND session = ?2 AND frozen_until = ?3)`;
const RAISE = "UPDATE heads SET epoch = MAX(epoch + 1, ?2) WHERE tenant_id = ?1 RETURNING epoch";
const OPEN = "DELETE FROM tenant_move WHERE tenant_id = ?1 AND session = ?2 AND frozen_until = ?3";

export function openCopies({ directory, placement, open, clock, digest }: CopyDeps): Copies {
  const at = async (tenant: string): Promise<{ readonly database: Database; readonly place: Place }> => {
    const place = await placement.find(tenant);
    return { database: open(placement.open(place.name).database), place };
  };
  /** Runs as long as this restore is the last that has begun. */
  const held = async ({ organisation: { id }, session }: Restoring, statements: readonly Statement[]) => {
    const { database } = await at(id);
    try {
      const answers = await database.batch([{ sql: HELD, params: [id, session, FOREVER] }, ...statements]);
      return answers.slice(1);
    } catch (cause) {
      if (!(cause instanceof Conflict)) throw cause;
      throw new Fault("conflict", "Another restore of this organisation has begun, or it has ended", { cause });
    }
  };
  return {
    async page(tenant, from, freeze) {
      const table = tableNamed(from?.table ?? KEPT_TABLES[0]?.name ?? "");
      const read = async () => {
        const { database, place } = await at(tenant);
        if (freeze) await freezeFor(database, tenant, place, clock());
        return database.batch([
          { sql: MOMENT, params: [tenant] },
          readStatement(table, tenant, from?.after ?? []),
          { sql: ELSEWHERE, params: [tenant, FOREVER] },
        ]);
      };
      if (from === null) placement.forget(tenant);
      let [moment, answer, elsewhere] = await read();
      // What has moved away is emptied where it was, and is the same where it is now.
      if (elsewhere?.rows.length !== 0) {
        placement.forget(tenant);
        [moment, answer, elsewhere] = await read();
      }
      if (elsewhere?.rows.length !== 0)
        throw new Fault("conflict", "The organisation is being moved or restored: back it up afterwards");
      const { rows, last } = pageOf(table, answer?.rows ?? []);
      return {
        at: momentOf(moment?.rows[0] ?? []),
        ...{ table: table.name, columns: table.columns, rows },
        next: placeBehind(table, last),
      };
    },
    async thaw(tenant) {
      const { database } = await at(tenant);
      await database.batch([{ sql: THAW, params: [tenant] }]);
    },
    async beginRestore(organisation, region) {
      const named = await directory.findOrganisation({ name: organisation.name });
      if (named !== null && named.id !== organisation.id)
        throw new Fault("conflict", `Another organisation is named ${organisation.name}: ${named.id}`);
      const known = await directory.findOrganisation({ id: organisation.id });
      if (known === null) {
        const name = await placement.choose(region);
        placement.learn(organisation.id, { name, generation: 0 });
      } else placement.forget(organisation.id);
      const { database, place } = await at(organisation.id);
      const params = [organisation.id, place.generation + 1, place.name, FOREVER, clock()];
      const [begun] = await database.batch([{ sql: BEGIN, params }]);
      if (begun?.rows.length === 0)
        throw new Fault("conflict", "The organisation is being moved: restore it afterwards");
      return { organisation, session: Number(begun?.rows[0]?.[0]) };
    },
    async emptyForRestore(restoring) {
      const { id } = restoring.organisation;
      const { database } = await at(id);
      let left = EMPTIED;
      for (const table of EMPTIED_TABLES) {
        for (; (await readPage(database, table, id, [])).rows.length > 0; left--) {
          if (left === 0) return true;
          await held(restoring, [dropStatement(table, id)]);
        }
      }
      return false;
    },
    async restorePage(restoring, { table: name, columns, rows }) {
      const table = tableNamed(name);
      if (columns.join() !== table.columns.join())
        throw invalid([{ field: "columns", reason: `those of ${name} are ${table.columns.join(", ")}` }]);
      await held(restoring, writeStatements(table, restoring.organisation.id, rows));
    },
    async endRestore(restoring, sums) {
      const { id } = restoring.organisation;
      const { database, place } = await at(id);
      for (const table of KEPT_TABLES) {
        const stands = await sumOf(database, table, id, digest);
        const wanted = sums[table.name] ?? NO_ROWS;
        if (stands.rows === wanted.rows && stands.digest === wanted.digest) continue;
        const told = `${stands.rows} rows of ${table.name} stand where the backup has ${wanted.rows}, or their contents differ`;
        throw new Fault("conflict", `What was restored is not what the backup holds: ${told}. Restore again.`);
      }
      const raise = { sql: RAISE, params: [id, clock()] };
      const [raised] = await held(restoring, [raise]);
      if ((await directory.findOrganisation({ id })) === null)
        await directory.createOrganisation({ ...restoring.organisation, placement: place.name });
      return Number(raised?.rows[0]?.[0]);
    },
    async openRestored(restoring) {
      const { id } = restoring.organisation;
      await held(restoring, [{ sql: OPEN, params: [id, restoring.session, FOREVER] }]);
    },
  };
}

async function freezeFor(database: Database, tenant: string, { generation }: Place, now: number): Promise<void> {
  const [held] = await database.batch([{ sql: HOLD, params: [tenant, generation + 1, now + FREEZE, now] }]);
  if (held?.rows.length === 0)
    throw new Fault("conflict", "The organisation is being moved or restored: back it up afterwards");
}

/** Count and digest of all of a tenant's rows in a table. */
async function sumOf(database: Database, table: TenantTable, tenant: string, digest: Digest): Promise<CopySum> {
  let sum = NO_ROWS;
  for (let after: CopyKey | null = []; after !== null; ) {
    const page = await readPage(database, table, tenant, after);
    sum = addRows(sum, page.rows, digest);
    after = table.key.length === 0 ? null : page.last;
  }
  return sum;
}

function tableNamed(name: string): TenantTable {
  const found = KEPT_TABLES.find((table) => table.name === name);
  if (found === undefined) throw invalid([{ field: "table", reason: `no table of a backup is named ${name}` }]);
  return found;
}

function placeBehind(table: TenantTable, last: CopyKey | null): CopyPlace | null {
  if (last !== null && last.length > 0) return { table: table.name, after: last };
  const next = KEPT_TABLES[KEPT_TABLES.indexOf(table) + 1];
  return next === undefined ? null : { table: next.name, after: [] };
}

function momentOf(row: readonly unknown[]): CopyMoment {
  const [epoch, revision, sequence, audit] = row as readonly [number, number, number, number];
  return { epoch, revision, sequence, audit };
}
