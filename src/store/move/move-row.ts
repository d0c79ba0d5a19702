// The directory's row of a move: where it stands, and which call goes on with it.
import { Fault } from "#model/fault.ts";
import type { CopyKey } from "#store/copy/page.ts";
import type { Database } from "#store/database.ts";
import type { MovePhase } from "#store/face/move.ts";

export interface MoveRow {
  readonly tenant: string;
  readonly source: string;
  readonly target: string;
  readonly generation: number;
  readonly phase: MovePhase;
  readonly place: { readonly table: string; readonly after: CopyKey } | null;
  readonly passes: number;
  readonly changed: number;
  readonly session: number;
}

const COLUMNS = "source, target, generation, phase, place, passes, changed, session";
const READ = `SELECT ${COLUMNS} FROM organisation_move WHERE organisation_id = ?1`;
const PLACED = "SELECT name, placement, purge_at FROM organisation WHERE id = ?1";
/** Only from where the organisation still is, and while it is not to be deleted: what is removed has no move that could begin. */
const BEGIN = `INSERT INTO organisation_move (organisation_id, ${COLUMNS})
SELECT id, placement, ?2, moves + 1, 'begin', NULL, 0, 0, 0 FROM organisation
WHERE id = ?1 AND placement <> ?2 AND purge_at IS NULL
ON CONFLICT DO NOTHING`;
const TAKE =
  "UPDATE organisation_move SET session = session + 1 WHERE organisation_id = ?1 AND session = ?2 RETURNING session";
const KEEP = `UPDATE organisation_move SET phase = ?3, place = ?4, passes = ?5, changed = ?6
WHERE organisation_id = ?1 AND session = ?2 RETURNING session`;
const SWITCH = "UPDATE organisation SET placement = ?2, moves = ?3 WHERE id = ?1 AND moves < ?3";
const END = "DELETE FROM organisation_move WHERE organisation_id = ?1 AND session = ?2";

/**
 * The move, with this call as the one that goes on; null = the organisation is there, and no move is under way. Fault `conflict`
 * where it is on its way elsewhere, or is to be deleted and no move has begun.
 */
export async function takeMove(directory: Database, tenant: string, target: string): Promise<MoveRow | null> {
  await directory.batch([{ sql: BEGIN, params: [tenant, target] }]);
  const [found, placed] = await directory.batch([READ, PLACED].map((sql) => ({ sql, params: [tenant] })));
  if (placed?.rows[0] === undefined) throw new Fault("absent", "There is no such organisation");
  if (found?.rows[0] === undefined) {
    const [name, placement, purgeAt] = placed.rows[0] as readonly [string, string, string | null];
    if (placement !== target && purgeAt !== null) throw ending(name, purgeAt);
    return null;
  }
  const row = rowOf(tenant, found.rows[0]);
  if (row.target !== target)
    throw new Fault("conflict", `The organisation is on its way to ${row.target}: end that move first`);
  return taken(directory, row);
}

/** The move that is under way, wherever it leads, with this call as the one that goes on; null = there is none. */
export async function takeAnyMove(directory: Database, tenant: string): Promise<MoveRow | null> {
  const [found] = await directory.batch([{ sql: READ, params: [tenant] }]);
  return found?.rows[0] === undefined ? null : taken(directory, rowOf(tenant, found.rows[0]));
}

async function taken(directory: Database, row: MoveRow): Promise<MoveRow> {
  const [answer] = await directory.batch([{ sql: TAKE, params: [row.tenant, row.session] }]);
  if (answer?.rows.length !== 1) throw another();
  return { ...row, session: row.session + 1 };
}

function ending(name: string, purgeAt: string): Fault {
  const why = `The organisation ${name} is to be deleted, with all that it has, at ${purgeAt}, and is not moved before`;
  return new Fault("conflict", `${why}: let it go, or have its owner restore it (weft organisation restore ${name})`);
}

/** Keeps how far it has come. Fault `conflict` where another call has taken the move over. */
export async function keepMove(directory: Database, row: MoveRow): Promise<MoveRow> {
  const place = row.place === null ? null : JSON.stringify(row.place);
  const params = [row.tenant, row.session, row.phase, place, row.passes, row.changed];
  const [kept] = await directory.batch([{ sql: KEEP, params }]);
  if (kept?.rows.length !== 1) throw another();
  return row;
}

/** From now on the directory says that the organisation is in the target. */
export async function switchMove(directory: Database, row: MoveRow): Promise<MoveRow> {
  const next: MoveRow = { ...row, phase: "empty", place: null };
  const params = [row.tenant, row.session, next.phase, null, row.passes, row.changed];
  const [, kept] = await directory.batch([
    { sql: SWITCH, params: [row.tenant, row.target, row.generation] },
    { sql: KEEP, params },
  ]);
  if (kept?.rows.length !== 1) throw another();
  return next;
}

export async function endMove(directory: Database, { tenant, session }: MoveRow): Promise<void> {
  await directory.batch([{ sql: END, params: [tenant, session] }]);
}

/** What a call is told that was too slow. */
export function another(): Fault {
  return new Fault("conflict", "Another call goes on with this move; nothing is lost. Ask again", { retryAfter: 1 });
}

function rowOf(tenant: string, row: readonly unknown[]): MoveRow {
  const [source, target, generation, phase, place, passes, changed, session] = row as readonly [
    ...(readonly [string, string, number, MovePhase, string | null]),
    ...(readonly [number, number, number]),
  ];
  return {
    ...{ tenant, source, target, generation, phase, passes, changed, session },
    place: place === null ? null : JSON.parse(place),
  };
}
