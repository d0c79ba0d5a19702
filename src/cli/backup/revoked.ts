// What was revoked after a backup stays revoked after its restore: read before it begins, and carried into the backup's rows.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Client } from "#api/caller.ts";
import type { BackupPage } from "#api/copy.ts";
import { Failure, reasonOf } from "#cli/failure.ts";
import { Fault } from "#model/fault.ts";
import type { FilePage } from "./file.ts";

type Row = FilePage["rows"][number];
type Values = Readonly<Record<string, Row[number]>>;

interface Carried {
  readonly what: string;
  readonly key: readonly string[];
  /** Columns that say that it is revoked; the first is 0 or null where it is not. */
  readonly marks: readonly string[];
}

const CARRIED: Readonly<Record<string, Carried>> = {
  credential: { what: "token", key: ["id"], marks: ["revoked_at"] },
  issuer: { what: "issuer", key: ["mesh", "key_id"], marks: ["revoked_at", "revoked_by"] },
  zone_head: { what: "relay", key: ["zone", "relay"], marks: ["revoked"] },
};
/** Sealed, and so only told of: ids of dataplane tokens. */
const SEALED = { table: "resource", name: /^dataplane-token-revocations-/ } as const;

/** Table → key, as JSON → what its marks were; of sealed ones, table → name → the row. */
type Found = Record<string, Record<string, readonly Row[number][]>>;

export interface Revoked {
  /** The page with what was revoked since. */
  carry(page: FilePage): FilePage;
  /** Once all pages were carried: what stays revoked, and what cannot be told from the backup. */
  told(): { readonly kept: readonly string[]; readonly unknown: readonly string[] };
  /** The restore has ended. */
  done(): void;
}

/**
 * Reads it, and holds changes off until the restore begins. Of a restore that was interrupted nothing can be read any more: what was
 * found then stands in a file beside the backup until it ends.
 */
export async function readRevoked(client: Client, organisation: string, path: string): Promise<Revoked> {
  const beside = `${path}.revoked`;
  const saved = existsSync(beside) ? (JSON.parse(readFileSync(beside, "utf8")) as Found) : null;
  const stands = await readAll(client, organisation);
  const read = saved !== null && stands !== null ? merged(saved, stands) : (stands ?? saved);
  const found = read ?? {};
  if (stands !== null) save(beside, found);
  const kept: string[] = [];
  const seen = new Set<string>();
  return {
    carry(page) {
      const { table, columns, rows } = page;
      const carried = CARRIED[table];
      if (carried === undefined && table !== SEALED.table) return page;
      const next = rows.map((row) => {
        const values = valuesOf(columns, row);
        const key = keyOf(table, values);
        const now = key === null ? undefined : found[table]?.[key];
        if (key === null || now === undefined) return row;
        if (carried === undefined) {
          if (JSON.stringify(now) === JSON.stringify(row)) seen.add(`${table} ${key}`);
          return row;
        }
        seen.add(`${table} ${key}`);
        if (isRevoked(carried, values)) return row;
        kept.push(textOf(table, key));
        return columns.map((column, at) => {
          const mark = carried.marks.indexOf(column);
          return mark < 0 ? (row[at] ?? null) : (now[mark] ?? null);
        });
      });
      return { table, columns, rows: next };
    },
    told() {
      // A token or a relay that the backup does not know is let in nowhere. An issuer is believed by its root.
      const missing = Object.keys(found).flatMap((table) =>
        table === "credential" || table === "zone_head"
          ? []
          : Object.keys(found[table] ?? {}).flatMap((key) => (seen.has(`${table} ${key}`) ? [] : [textOf(table, key)])),
      );
      const unread = read === null ? ["all that was revoked since: an earlier restore had begun already"] : [];
      return { kept: kept.sort(), unknown: [...missing.sort(), ...unread] };
    },
    done: () => rmSync(beside, { force: true }),
  };
}

function merged(saved: Found, stands: Found): Found {
  const tables = [...new Set([...Object.keys(saved), ...Object.keys(stands)])];
  return Object.fromEntries(tables.map((table) => [table, { ...saved[table], ...stands[table] }]));
}

function save(path: string, found: Found): void {
  try {
    rmSync(path, { force: true });
    writeFileSync(path, JSON.stringify(found), { flag: "wx", mode: 0o600 });
  } catch (error) {
    const what = "what was revoked since the backup could not be kept for the restore; nothing was sent";
    const fix = "copy the backup to a folder that you can write to, and restore it from there";
    throw new Failure("failed", { what, where: path, why: reasonOf(error), fix }, error);
  }
}

/** Null where a restore has begun that left no file here. */
async function readAll(client: Client, organisation: string): Promise<Found | null> {
  const found: Found = {};
  try {
    for (const table of [...Object.keys(CARRIED), SEALED.table]) {
      for (let after: readonly unknown[] | null = []; after !== null; ) {
        const query = { table, after: JSON.stringify(after), freeze: "1" } as const;
        const page: BackupPage = await client.call("backup", { params: { organisation }, query });
        note(found, page);
        after = page.next?.table === table ? page.next.after : null;
      }
    }
  } catch (error) {
    if (error instanceof Fault && error.code === "conflict") return null;
    // Nothing stands that anything could be revoked of.
    if (!(error instanceof Fault) || error.code !== "absent") throw error;
  }
  return found;
}

function note(found: Found, { table, columns, rows }: FilePage): void {
  const carried = CARRIED[table];
  for (const row of rows) {
    const values = valuesOf(columns, row);
    const key = keyOf(table, values);
    if (key === null || (carried !== undefined && !isRevoked(carried, values))) continue;
    found[table] = {
      ...found[table],
      [key]: carried === undefined ? row : carried.marks.map((mark) => values[mark] ?? null),
    };
  }
}

function valuesOf(columns: readonly string[], row: Row): Values {
  return Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null]));
}

function isRevoked({ marks }: Carried, values: Values): boolean {
  const mark = values[marks[0] ?? ""] ?? null;
  return mark !== null && mark !== 0;
}

/** Null for a resource that holds no revocations. */
function keyOf(table: string, values: Values): string | null {
  const carried = CARRIED[table];
  if (carried !== undefined) return carried.key.map((column) => String(values[column])).join("/");
  const name = String(values.name);
  return SEALED.name.test(name) ? name : null;
}

function textOf(table: string, key: string): string {
  return `${CARRIED[table]?.what ?? "revoked dataplane tokens, Secret"} ${key}`;
}
