// Takes a backup of everything: the directory's organisations page after page, each of them, then people.
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "#api/caller.ts";
import type { DirectoryPage } from "#api/copy.ts";
import { countText, numberOf, type Tell } from "#cli/progress.ts";
import { Fault } from "#model/fault.ts";
import { FORMAT, lineOf } from "./file.ts";
import { type Taken, TRIES, takeOrganisation } from "./take.ts";
import type { WholeEnd, WholeHead } from "./whole-file.ts";

/** So often it looks again for an organisation that is being moved or restored, and pauses before; milliseconds. */
const LOOKS = 60;
const PAUSE = 1000;

export type WholeTaken = Pick<WholeEnd, "organisations" | "rows" | "sha256"> & { readonly gone: number };

interface Lines {
  write(line: string): Promise<void>;
  /** What takes back all that is written after this. */
  mark(): () => Promise<void>;
  sha256(): string;
}

/** Writes the file, which there is not yet. */
export async function takeWhole(client: Client, path: string, signal: AbortSignal, tell: Tell): Promise<WholeTaken> {
  const file = await open(path, "ax", 0o600);
  const lines = linesInto(file);
  const gone: string[] = [];
  let organisations = 0;
  let rows = 0;
  try {
    for (let next: DirectoryPage["next"] | undefined; next !== null; ) {
      const query = next === undefined ? {} : { table: next.table, after: JSON.stringify(next.after) };
      const page: DirectoryPage = await client.call("backupDirectory", { query });
      const { of, table, columns } = page;
      const head: WholeHead = { weft: "whole", format: FORMAT, takenAt: new Date().toISOString(), of };
      if (next === undefined) await lines.write(lineOf(head));
      next = page.next;
      if (page.rows.length > 0) await lines.write(lineOf({ directory: { table, columns, rows: page.rows } }));
      if (table !== "organisation") continue;
      for (const one of organisationsOf(page)) {
        const taken = await section({ client, lines, signal, one }, (some) =>
          tell(`backing ${one.name} up, number ${countText(organisations + 1)}: ${numberOf(rows + some, "row")}`),
        );
        if (taken === null) gone.push(one.id);
        else {
          organisations++;
          rows += taken.rows;
        }
      }
    }
    const sha256 = lines.sha256();
    await lines.write(lineOf({ organisations, rows, gone, sha256 } satisfies WholeEnd));
    await file.sync();
    return { organisations, rows, sha256, gone: gone.length };
  } finally {
    await file.close();
  }
}

export interface Listed {
  readonly id: string;
  readonly name: string;
  /** From then on nothing is left of it; null = it stays. */
  readonly purgeAt: string | null;
}

/** The organisations of a page of theirs. */
export function organisationsOf({ columns, rows }: Pick<DirectoryPage, "columns" | "rows">): readonly Listed[] {
  const [id, name, purgeAt] = ["id", "name", "purge_at"].map((column) => columns.indexOf(column)) as [
    number,
    number,
    number,
  ];
  return rows.map((row) => ({ id: String(row[id]), name: String(row[name]), purgeAt: row[purgeAt] as string | null }));
}

export const isPurged = ({ purgeAt }: Pick<Listed, "purgeAt">): boolean =>
  purgeAt !== null && Date.parse(purgeAt) <= Date.now();

/** Null where the organisation has been deleted. */
async function section(
  { client, lines, signal, one }: { client: Client; lines: Lines; signal: AbortSignal; one: Listed },
  tell: (rows: number) => void,
): Promise<Taken | null> {
  const { id, name } = one;
  let looks = 0;
  for (let attempt = 1; ; attempt++) {
    const back = lines.mark();
    try {
      const freeze = attempt > TRIES;
      const taken = isPurged(one)
        ? "gone"
        : await takeOrganisation(client, { name, freeze, write: lines.write, tell }, id);
      // Its removal may have begun meanwhile.
      if (taken === "gone" || isPurged(one)) {
        await back();
        return null;
      }
      if (taken !== null) {
        await lines.write(lineOf({ tables: taken.tables }));
        return taken;
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.code === "absent") {
        await back();
        return null;
      }
      if (error.code !== "conflict") throw error;
      if (++looks > LOOKS) throw new Fault("conflict", `${name}: ${error.message}`, { cause: error });
      await sleep(PAUSE, undefined, { signal });
    }
    await back();
  }
}

function linesInto(file: FileHandle): Lines {
  let hash = createHash("sha256");
  let length = 0;
  return {
    async write(line) {
      const bytes = Buffer.from(line);
      hash.update(bytes);
      length += bytes.length;
      await file.appendFile(bytes);
    },
    mark() {
      const then = { hash: hash.copy(), length };
      return async () => {
        hash = then.hash.copy();
        length = then.length;
        await file.truncate(length);
      };
    },
    sha256: () => hash.copy().digest("hex"),
  };
}
