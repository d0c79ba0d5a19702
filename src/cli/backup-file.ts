// A backup as a file: lines of JSON, the first says whose, the last has counts and digests. Checked whole before any of it is used.
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { BackupPage, CopyOf } from "#api/copy.ts";
import { addRows, type CopySum, NO_ROWS } from "#model/copy-sum.ts";
import { Failure, reasonOf } from "./failure.ts";

export const FORMAT = 1;

export type Moment = BackupPage["at"];
export type FilePage = Pick<BackupPage, "table" | "columns" | "rows">;

export interface BackupHead {
  readonly weft: "backup";
  readonly format: number;
  readonly takenAt: string;
  readonly of: CopyOf;
  readonly at: Moment;
}

export interface BackupEnd {
  readonly tables: Readonly<Record<string, CopySum>>;
  /** SHA-256 of all lines before, in hex. */
  readonly sha256: string;
}

/** Sums up pages in the order in which they come. */
export function openSums(): { add(page: FilePage): void; tables(): Readonly<Record<string, CopySum>> } {
  const sums = new Map<string, CopySum>();
  const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");
  return {
    add: ({ table, rows }) => void sums.set(table, addRows(sums.get(table) ?? NO_ROWS, rows, digest)),
    tables: () => Object.fromEntries(sums),
  };
}

/** Its lines, each with its newline. */
export function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** Reads the whole file. Throws Failure unless every byte is as it was written. */
export async function checkBackup(
  path: string,
  named: string,
): Promise<{ readonly head: BackupHead; readonly end: BackupEnd }> {
  const sums = openSums();
  const hash = createHash("sha256");
  let head: BackupHead | undefined;
  let end: BackupEnd | undefined;
  try {
    for await (const line of linesOf(path)) {
      if (end !== undefined) throw damaged(named, "lines follow its end");
      const value = parse(line, named);
      if ("sha256" in value) end = checkEnd(value as unknown as BackupEnd, hash, sums.tables(), named);
      else hash.update(`${line}\n`);
      if (head === undefined) head = checkHead(value as unknown as BackupHead, named);
      else if ("table" in value) sums.add(value as unknown as FilePage);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("failed", { what: "the backup cannot be read", where: named, why: reasonOf(error) }, error);
  }
  if (head === undefined || end === undefined)
    throw damaged(named, "it has no end: it was not written to its end, or was cut off");
  return { head, end };
}

/** The pages of a file that was checked. */
export async function* pagesOf(path: string): AsyncGenerator<FilePage> {
  for await (const line of linesOf(path)) {
    const value = JSON.parse(line) as object;
    if ("table" in value) yield value as FilePage;
  }
}

function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
}

function parse(line: string, named: string): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Told below.
  }
  throw damaged(named, "a line of it is no JSON object");
}

function checkHead(head: BackupHead, named: string): BackupHead {
  if (head.weft !== "backup") throw damaged(named, "it does not begin as a backup does");
  if (head.format === FORMAT) return head;
  throw damaged(named, `it has the format ${head.format}, and this weft reads ${FORMAT}`);
}

function checkEnd(end: BackupEnd, hash: Hash, tables: Readonly<Record<string, CopySum>>, named: string): BackupEnd {
  if (end.sha256 !== hash.digest("hex")) throw damaged(named, "its digest is another: a byte of it was changed");
  if (JSON.stringify(end.tables) === JSON.stringify(tables)) return end;
  throw damaged(named, "its last line does not sum up what stands before it");
}

function damaged(named: string, why: string): Failure {
  const fix = "take another copy of the file, or an older backup";
  return new Failure("failed", { what: "the backup is not whole; nothing was sent", where: named, why, fix });
}
