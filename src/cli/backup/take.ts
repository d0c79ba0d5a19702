// All that an organisation has, page after page, as lines of a backup.
import type { Client } from "#api/caller.ts";
import type { BackupPage } from "#api/copy.ts";
import { Fault } from "#model/fault.ts";
import { type BackupEnd, type BackupHead, FORMAT, lineOf, type Moment, openSums } from "./file.ts";

export interface Take {
  readonly name: string;
  /** Changes wait until it is done. */
  readonly freeze: boolean;
  write(line: string): Promise<void>;
  /** Hears how many rows there are. */
  tell(rows: number): void;
}

export interface Taken {
  readonly rows: number;
  readonly at: Moment;
  readonly tables: BackupEnd["tables"];
}

/** So often it begins again, where something was changed meanwhile; then changes wait until it is done. */
export const TRIES = 3;

/**
 * Null where the organisation was changed meanwhile: what was written is of no use. Fault `absent` where it is gone; with `id`
 * also where another has its name.
 */
export async function takeOrganisation(
  client: Client,
  { name, freeze, write, tell }: Take,
  id?: string,
): Promise<Taken | null> {
  const params = { organisation: name };
  const sums = openSums();
  let rows = 0;
  let at: Moment | null = null;
  for (let next: BackupPage["next"] | undefined; next !== null; ) {
    const from = next === undefined ? {} : { table: next.table, after: JSON.stringify(next.after) };
    const page: BackupPage = await client.call("backup", {
      params,
      query: { ...from, ...(freeze && { freeze: "1" }) },
    });
    if (id !== undefined && page.of.organisation.id !== id) throw new Fault("absent", `${name} is another by now`);
    if (at === null) await write(lineOf(headOf(page)));
    else if (JSON.stringify(page.at) !== JSON.stringify(at)) return null;
    at = page.at;
    next = page.next;
    if (page.rows.length === 0) continue;
    const { table, columns } = page;
    sums.add(page);
    await write(lineOf({ table, columns, rows: page.rows }));
    rows += page.rows.length;
    tell(rows);
  }
  if (freeze) await client.call("endBackup", { params });
  return at && { rows, at, tables: sums.tables() };
}

function headOf({ of, at }: BackupPage): BackupHead {
  return { weft: "backup", format: FORMAT, takenAt: new Date().toISOString(), of, at };
}
