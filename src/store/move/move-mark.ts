// What the two databases of a move say of their tenant: not arrived, frozen, gone. Each batch asks for what it stands on.
import type { Database, Statement } from "#store/database.ts";
import { FOREVER } from "#store/placement/freeze.ts";
import type { MoveRow } from "./move-row.ts";

const EXPECT = `INSERT INTO tenant_move (tenant_id, generation, target, frozen_until, session) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (tenant_id) DO UPDATE SET generation = excluded.generation, target = excluded.target,
  frozen_until = excluded.frozen_until, session = excluded.session
WHERE tenant_move.generation < excluded.generation OR (tenant_move.generation = excluded.generation
  AND tenant_move.session < excluded.session AND tenant_move.frozen_until IS NOT NULL)`;
const TAKE = `UPDATE tenant_move SET session = ?3 WHERE tenant_id = ?1 AND generation = ?2 AND session <= ?3
AND frozen_until IS NOT NULL RETURNING session`;
/** Never over a restore, which freezes too, nor over a backup that goes on. */
const FREEZE = `INSERT INTO tenant_move (tenant_id, generation, target, frozen_until, session) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (tenant_id) DO UPDATE SET generation = excluded.generation, target = excluded.target,
  frozen_until = excluded.frozen_until, session = excluded.session
WHERE (tenant_move.frozen_until IS NULL AND tenant_move.generation < excluded.generation)
  OR tenant_move.frozen_until <= ?6 OR (tenant_move.target = excluded.target AND tenant_move.session <= excluded.session)
RETURNING session`;
const RENEW = `UPDATE tenant_move SET frozen_until = ?3, session = ?4
WHERE tenant_id = ?1 AND generation = ?2 AND frozen_until IS NOT NULL AND session <= ?4 RETURNING session`;
const GONE = "SELECT 1 FROM tenant_move WHERE tenant_id = ?1 AND generation = ?2 AND frozen_until IS NULL";
const HELD = `INSERT INTO guard (reason) SELECT 'moved' WHERE NOT EXISTS (SELECT 1 FROM tenant_move
WHERE tenant_id = ?1 AND generation = ?2 AND session = ?3 AND frozen_until IS NOT NULL)`;
const LEFT = `INSERT INTO guard (reason) SELECT 'moved' WHERE NOT EXISTS (SELECT 1 FROM tenant_move
WHERE tenant_id = ?1 AND generation = ?2 AND frozen_until IS NULL)`;
/** The poll looks for this row alone: where it finds none it asks where the tenant is. */
const LEAVE = "DELETE FROM zone_head WHERE tenant_id = ?1";
const GO = "UPDATE tenant_move SET frozen_until = NULL WHERE tenant_id = ?1 AND generation = ?2 AND session = ?3";
const WITHDRAW =
  "DELETE FROM tenant_move WHERE tenant_id = ?1 AND generation = ?2 AND session = ?3 AND frozen_until IS NOT NULL";
const ARRIVE = "DELETE FROM tenant_move WHERE tenant_id = ?1 AND generation = ?2 AND frozen_until IS NOT NULL";

type Key = Pick<MoveRow, "tenant" | "generation" | "session">;

/** A guard: this call still holds the row here, so that nothing of an earlier one comes in between. */
export function heldBy({ tenant, generation, session }: Key): Statement {
  return { sql: HELD, params: [tenant, generation, session] };
}

/** A guard: the tenant has gone from here. */
export function leftBy({ tenant, generation }: Key): Statement {
  return { sql: LEFT, params: [tenant, generation] };
}

/** Has the target wait for the tenant: nobody reads or writes it there. */
export async function expectAt(target: Database, row: MoveRow): Promise<void> {
  const params = [row.tenant, row.generation, row.target, FOREVER, row.session];
  await target.batch([{ sql: EXPECT, params }]);
}

/** Takes the target's waiting over from an earlier call; false = it waits no more. */
export async function takeAt(target: Database, { tenant, generation, session }: Key): Promise<boolean> {
  const [taken] = await target.batch([{ sql: TAKE, params: [tenant, generation, session] }]);
  return taken?.rows.length === 1;
}

/** Has nothing be written at the source until then; false = it is being restored or backed up. */
export async function freezeAt(source: Database, row: MoveRow, now: number, until: number): Promise<boolean> {
  const params = [row.tenant, row.generation, row.target, until, row.session, now];
  const [frozen] = await source.batch([{ sql: FREEZE, params }]);
  return frozen?.rows.length === 1;
}

/** Keeps the freeze up; false = it was ended, and something may have been written since. */
export async function renewAt(source: Database, { tenant, generation, session }: Key, until: number): Promise<boolean> {
  const [renewed] = await source.batch([{ sql: RENEW, params: [tenant, generation, until, session] }]);
  return renewed?.rows.length === 1;
}

export async function hasGone(source: Database, { tenant, generation }: Key): Promise<boolean> {
  const [gone] = await source.batch([{ sql: GONE, params: [tenant, generation] }]);
  return (gone?.rows.length ?? 0) > 0;
}

/** The one moment of a move: before, the tenant is at the source; after, at the target. Conflict where the freeze was ended. */
export async function leave(source: Database, row: Key): Promise<void> {
  const { tenant, generation, session } = row;
  await source.batch([
    heldBy(row),
    { sql: LEAVE, params: [tenant] },
    { sql: GO, params: [tenant, generation, session] },
  ]);
}

/** The target waits no more. */
export async function arrive(target: Database, { tenant, generation }: Key): Promise<void> {
  await target.batch([{ sql: ARRIVE, params: [tenant, generation] }]);
}

/** Takes back what this call has said there, and no other one since: it came too late. */
export async function withdrawAt(database: Database, { tenant, generation, session }: Key): Promise<void> {
  await database.batch([{ sql: WITHDRAW, params: [tenant, generation, session] }]);
}
