// Revisions: who changed what, from what to what.
import type { ResourceKey } from "#model/resource.ts";
import type { Rows, SqlValue, Statement } from "./database.ts";
import type { Passage, RevisionQuery, RevisionRange, RevisionRecord } from "./face/history.ts";
import type { Tenancy } from "./queries.ts";
import { pastOf } from "./row.ts";

type Condition = readonly [sql: string, ...params: readonly SqlValue[]];

/** A statement on `tables`; `tail` is what follows the conditions. */
function select(columns: string, tables: string, conditions: readonly Condition[], tail: Condition): Statement {
  const held = conditions.map(([sql]) => sql).join(" AND ");
  const params = [...conditions, tail].flatMap(([, ...values]) => values);
  return { sql: `SELECT ${columns} FROM ${tables} WHERE ${held} ${tail[0]}`, params };
}

/** Which changes are meant; a mesh alone means its Mesh too. */
function described({ type, mesh, name }: Partial<ResourceKey>): readonly Condition[] {
  const ofMesh = "(c.mesh = ? OR (c.mesh = '' AND c.type = 'Mesh' AND c.name = ?))";
  const own: Condition[] =
    mesh === undefined ? [] : mesh !== "" && type === undefined ? [[ofMesh, mesh, mesh]] : [["c.mesh = ?", mesh]];
  return [
    ...own,
    ...(type === undefined ? [] : [["c.type = ?", type] as const]),
    ...(name === undefined ? [] : [["c.name = ?", name] as const]),
  ];
}

/** The API token that an actor is, found by its key. */
const WITH_TOKEN = `revision r LEFT JOIN credential t ON t.tenant_id = r.tenant_id
  AND t.id = CASE WHEN r.actor LIKE 'token:%' THEN substr(r.actor, 7) END`;

/** The newest `size` revisions that the query means, newest first. */
export async function listRevisions(
  { database, tenant }: Tenancy,
  query: RevisionQuery,
): Promise<readonly RevisionRecord[]> {
  const { before, size, actor, since } = query;
  const changes = described(query);
  const wrote = changes.map(([sql]) => sql).join(" AND ");
  const conditions: Condition[] = [
    ["r.tenant_id = ?", tenant],
    ...(before === undefined ? [] : [["r.revision < ?", before] as const]),
    ...(since === undefined ? [] : [["r.time >= ?", since] as const]),
    ...(actor === undefined ? [] : [["? IN (r.actor, t.id, t.name)", actor] as const]),
    ...(changes.length === 0
      ? []
      : ([
          [
            `EXISTS (SELECT 1 FROM revision_change c WHERE c.tenant_id = ? AND c.revision = r.revision AND ${wrote})`,
            tenant,
            ...changes.flatMap(([, ...params]) => params),
          ],
        ] as const)),
  ];
  const tail: Condition = ["ORDER BY r.revision DESC LIMIT ?", size];
  const numbers = select("r.revision", WITH_TOKEN, conditions, tail);
  const [records, rows] = await database.batch([
    select("r.revision, r.actor, r.reason, r.time, t.id, t.name", WITH_TOKEN, conditions, tail),
    select(
      "c.revision, c.type, c.mesh, c.name, c.before, c.after",
      "revision_change c",
      [["c.tenant_id = ?", tenant], [`c.revision IN (${numbers.sql})`, ...numbers.params], ...changes],
      ["ORDER BY c.revision, c.type, c.mesh, c.name"],
    ),
  ]);
  const told = new Map<number, RevisionRecord["changes"][number][]>();
  for (const row of rows?.rows ?? []) {
    const [revision, type, mesh, name, past, after] = row as [
      number,
      string,
      string,
      string,
      string | null,
      string | null,
    ];
    const key = { type, mesh, name };
    const list = told.get(revision) ?? [];
    told.set(revision, list);
    list.push({ key, before: pastOf(key, past), after: pastOf(key, after) });
  }
  return (records?.rows ?? []).map((row) => {
    const [revision, by, reason, time, id, name] = row as [
      number,
      string,
      string,
      string,
      string | null,
      string | null,
    ];
    const token = id === null || name === null ? null : { id, name };
    return { revision, actor: by, token, reason, time, changes: told.get(revision) ?? [] };
  });
}

/** What a range of revisions did to each resource that any of them wrote. */
export async function listPassages(
  { database, tenant }: Tenancy,
  { from, to }: RevisionRange,
  page: { readonly offset: number; readonly size: number } & Partial<ResourceKey>,
): Promise<readonly Passage[]> {
  const conditions: readonly Condition[] = [
    ["c.tenant_id = ?", tenant],
    ["c.revision > ? AND c.revision <= ?", from, to],
    ...described(page),
  ];
  const tail: Condition = [
    "GROUP BY c.mesh, c.type, c.name ORDER BY c.mesh, c.type, c.name LIMIT ? OFFSET ?",
    page.size,
    page.offset,
  ];
  // Columns beside the only MIN or MAX of a query are those of its row (SQLite, "bare columns in an aggregate query").
  const [firsts, lasts] = await database.batch([
    select("c.type, c.mesh, c.name, c.before, c.stream, MIN(c.revision)", "revision_change c", conditions, tail),
    select("c.after, SUM(c.after IS NULL), MAX(c.revision)", "revision_change c", conditions, tail),
  ]);
  return (firsts?.rows ?? []).map((row, index) => passageOf(row, lasts as Rows, index));
}

function passageOf(row: readonly unknown[], lasts: Rows, index: number): Passage {
  const [type, mesh, name, before, stream, first] = row as [string, string, string, string | null, number, number];
  const [after, deletions, last] = lasts.rows[index] as [string | null, number, number];
  const key = { type, mesh, name };
  return { key, before: pastOf(key, before), after: pastOf(key, after), first, last, stream: stream === 1, deletions };
}

/** Which of a revision's resources, and what in the meshes that it made, later revisions wrote, each with the first of them. */
export async function listOverwrites(
  { database, tenant }: Tenancy,
  revision: number,
): Promise<readonly { readonly key: ResourceKey; readonly by: number }[]> {
  // CROSS keeps the order, and the plus the index of resources: else all later revisions are read.
  const own = "revision_change c CROSS JOIN revision_change l ON l.tenant_id = c.tenant_id";
  const [same, within] = await database.batch(
    [
      [own, "l.mesh = c.mesh AND l.type = c.type AND l.name = c.name AND +l.revision > c.revision"],
      [own, "c.type = 'Mesh' AND c.before IS NULL AND l.mesh = c.name AND +l.revision > c.revision"],
    ].map(([tables = "", joined = ""]) =>
      select(
        "l.type, l.mesh, l.name, MIN(l.revision)",
        tables,
        [["c.tenant_id = ? AND c.revision = ?", tenant, revision], [joined]],
        ["GROUP BY l.mesh, l.type, l.name ORDER BY l.mesh, l.type, l.name"],
      ),
    ),
  );
  const found = new Map<string, { readonly key: ResourceKey; readonly by: number }>();
  for (const row of [...(same?.rows ?? []), ...(within?.rows ?? [])]) {
    const [type, mesh, name, by] = row as [string, string, string, number];
    found.set(`${mesh}/${type}/${name}`, { key: { type, mesh, name }, by });
  }
  return [...found.values()];
}

/** Where history begins. */
export async function oldestRevision({
  database,
  tenant,
}: Tenancy): Promise<{ readonly revision: number; readonly time: string } | null> {
  const [found] = await database.batch([
    { sql: "SELECT revision, time FROM revision WHERE tenant_id = ?1 ORDER BY revision LIMIT 1", params: [tenant] },
  ]);
  const row = found?.rows[0] as readonly [number, string] | undefined;
  return row === undefined ? null : { revision: row[0], time: row[1] };
}
