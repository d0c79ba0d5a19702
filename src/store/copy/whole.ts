// Copies of everything: the directory page after page, and what says that a restore of everything goes on.
import { Fault, invalid } from "#model/fault.ts";
import { Conflict } from "#store/conflict.ts";
import type { Database, SqlValue, Statement } from "#store/database.ts";
import type { CopyRow } from "#store/face/copy.ts";
import type { WholeCopies, WholeRestoring } from "#store/face/whole-copy.ts";
import { packJson } from "#store/limit.ts";
import type { Placement } from "#store/placement/placement.ts";
import type { TenantTable } from "#store/tenant-table.ts";
import { DIRECTORY_TABLES } from "./directory-table.ts";

export interface WholeDeps {
  readonly directory: Database;
  readonly placement: Placement;
  readonly open: (database: Database) => Database;
  readonly clock: () => number;
}

/** Rows of a page: of some kilobytes each at the most, as providers' tokens are. */
const MOST_ROWS = 200;

/** Any control plane notes its own keys. */
const NOTED: readonly string[] = ["sealing_key", "account_key"];
const empty = (): string =>
  DIRECTORY_TABLES.filter(({ name }) => !NOTED.includes(name))
    .map(({ name }) => `NOT EXISTS (SELECT 1 FROM ${name})`)
    .join(" AND ");
const begin = (): string => `INSERT INTO directory_restore (id, backup, session, done, since)
SELECT 'all', ?1, 1, '', ?2 WHERE (${empty()}) OR EXISTS (SELECT 1 FROM directory_restore WHERE backup = ?1)
ON CONFLICT (id) DO UPDATE SET session = session + 1, done = CASE WHEN backup = excluded.backup THEN done ELSE '' END,
  backup = excluded.backup RETURNING session, done`;
const standingOf =
  (): string => `SELECT (SELECT COUNT(*) FROM organisation) AS organisations, (SELECT COUNT(*) FROM user) AS people,
  (SELECT backup FROM directory_restore) AS backup, ${empty()} AS empty`;
const HELD = `INSERT INTO directory_guard (reason) SELECT 'restore'
WHERE NOT EXISTS (SELECT 1 FROM directory_restore WHERE backup = ?1 AND session = ?2)`;
/** The directory was read while it was written: what is theirs who came, or went, in between. */
const STRAYS: readonly string[] = [
  "DELETE FROM member WHERE organisation_id NOT IN (SELECT id FROM organisation) OR user_id NOT IN (SELECT id FROM user)",
  "DELETE FROM invitation WHERE organisation_id NOT IN (SELECT id FROM organisation)",
  ...["account", "two_factor", "passkey"].map(
    (table) => `DELETE FROM ${table} WHERE user_id NOT IN (SELECT id FROM user)`,
  ),
];

export function openWholeCopies({ directory, placement, open, clock }: WholeDeps): WholeCopies {
  /** Runs as long as this restore is the last that has begun. */
  const held = async ({ backup, session }: WholeRestoring, statements: readonly Statement[]) => {
    try {
      return (await directory.batch([{ sql: HELD, params: [backup, session] }, ...statements])).slice(1);
    } catch (cause) {
      if (!(cause instanceof Conflict) || cause.constraint !== "guard_stays_empty") throw cause;
      throw new Fault("conflict", "Another restore of everything has begun, or it has ended", { cause });
    }
  };
  const standing = async () => {
    const [answer] = await directory.batch([{ sql: standingOf(), params: [] }]);
    const [organisations, people, backup, empty] = (answer?.rows[0] ?? []) as readonly [
      number,
      number,
      string | null,
      number,
    ];
    return { organisations, people, backup, empty: empty === 1 };
  };
  const refuseRows = async (): Promise<void> => {
    for (const name of placement.names) {
      const database = open(placement.open(name).database);
      const [found] = await database.batch([{ sql: "SELECT tenant_id FROM heads LIMIT 1", params: [] }]);
      if (found?.rows.length !== 0)
        throw notEmpty(`its database ${name} has rows of the organisation ${String(found?.rows[0]?.[0])}`);
    }
  };
  /** Whole rows, each with the name of a database that is there. */
  const placed = async ({ columns }: TenantTable, rows: readonly CopyRow[]): Promise<readonly CopyRow[]> => {
    const at = columns.indexOf("placement");
    const known = new Set<unknown>(placement.names);
    if (rows.every((row) => known.has(row[at]))) return rows;
    const other = await placement.choose();
    return rows.map((row) => (known.has(row[at]) ? row : row.with(at, other)));
  };
  return {
    async page(from) {
      const table = tableNamed(from?.table ?? DIRECTORY_TABLES[0]?.name ?? "");
      const [answer] = await directory.batch([readStatement(table, from?.after ?? [])]);
      const rows = (answer?.rows ?? []) as readonly CopyRow[];
      const last = rows.at(-1);
      const following = DIRECTORY_TABLES[DIRECTORY_TABLES.indexOf(table) + 1];
      const next =
        last !== undefined && rows.length === MOST_ROWS
          ? { table: table.name, after: table.key.map((one) => last[table.columns.indexOf(one)] as string | number) }
          : following === undefined
            ? null
            : { table: following.name, after: [] };
      return { table: table.name, columns: table.columns, rows, next };
    },
    async begin(backup) {
      const { backup: begun, empty, organisations, people } = await standing();
      if (begun !== backup) {
        if (!empty && begun !== null)
          throw notEmpty(`the restore of another backup, with the SHA-256 ${begun}, has begun and not ended`);
        if (!empty)
          throw notEmpty(
            `its directory has ${organisations} organisation${organisations === 1 ? "" : "s"} and ${people} ${people === 1 ? "person" : "people"}`,
          );
        await refuseRows();
      }
      const [answer] = await directory.batch([{ sql: begin(), params: [backup, new Date(clock()).toISOString()] }]);
      const [session, done] = (answer?.rows[0] ?? []) as readonly [number?, string?];
      if (session === undefined || done === undefined) throw notEmpty("somebody else has begun meanwhile");
      return { backup, session, done };
    },
    async put(restoring, { table: name, columns, rows }) {
      const table = tableNamed(name);
      if (columns.join() !== table.columns.join())
        throw invalid([{ field: "columns", reason: `those of ${name} are ${table.columns.join(", ")}` }]);
      const isPlaced = name === "organisation";
      await held(restoring, writeStatements(table, isPlaced ? await placed(table, rows) : rows));
      if (isPlaced) for (const row of rows) placement.forget(String(row[table.columns.indexOf("id")]));
    },
    async note(restoring, organisation) {
      await held(restoring, [{ sql: "UPDATE directory_restore SET done = ?1", params: [organisation] }]);
    },
    async end(restoring) {
      const last = [...STRAYS, "DELETE FROM directory_restore"];
      await held(
        restoring,
        last.map((sql) => ({ sql, params: [] })),
      );
      const { organisations, people } = await standing();
      return { organisations, people };
    },
  };
}

function notEmpty(why: string): Fault {
  const fix = "restore into one whose databases are new";
  return new Fault("conflict", `This control plane is not empty: ${why}. Nothing was changed; ${fix}`);
}

function tableNamed(name: string): TenantTable {
  const found = DIRECTORY_TABLES.find((table) => table.name === name);
  if (found === undefined)
    throw invalid([{ field: "table", reason: `no table of the directory's backup is named ${name}` }]);
  return found;
}

function readStatement({ name, key, columns }: TenantTable, after: readonly SqlValue[]): Statement {
  const order = key.join(", ");
  const behind = after.length === 0 ? "" : ` WHERE (${order}) > (${after.map((_, at) => `?${at + 1}`).join(", ")})`;
  return {
    sql: `SELECT ${columns.join(", ")} FROM ${name}${behind} ORDER BY ${order} LIMIT ${MOST_ROWS}`,
    params: after,
  };
}

function writeStatements({ name, columns }: TenantTable, rows: readonly CopyRow[]): readonly Statement[] {
  const values = columns.map((_, at) => `e.value->>${at}`).join(", ");
  const sql = `INSERT OR REPLACE INTO ${name} (${columns.join(", ")}) SELECT ${values} FROM json_each(?1) e`;
  return packJson(rows).map((pack) => ({ sql, params: [pack] }));
}
