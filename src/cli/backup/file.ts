// A backup as a file: lines of JSON, the first says whose, the last has counts and digests. Checked whole before any of it is used.
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { BackupPage, CopyOf } from "#api/copy.ts";
import { Failure, reasonOf } from "#cli/failure.ts";
import { addRows, type CopySum, NO_ROWS } from "#model/copy-sum.ts";

export const FORMAT = 1;

export type Moment = BackupPage["at"];
export type FilePage = Pick<BackupPage, "table" | "columns" | "rows">;

type Kind = "backup" | "whole";

/** What is said of the other kind. */
const OTHER = {
  backup: {
    kind: "whole",
    what: "this is a backup of everything; nothing was sent",
    fix: "--all restores it into a control plane that is empty",
  },
  whole: { kind: "backup", what: "this is a backup of one organisation; nothing was sent", fix: "leave --all out" },
} as const;

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
      if ("sha256" in value) end = checkEnd(checkLast(value as BackupEnd, line, hash, named), sums.tables(), named);
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

/** Whole lines alone. Node's own reader would hold a thousand of them, and end lines at U+2028 too, which JSON leaves as it is. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let open: string[] = [];
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
    const [first = "", ...lines] = decoder.decode(chunk, { stream: true }).split("\n");
    open.push(first);
    for (const line of lines) {
      yield open.join("");
      open = [line];
    }
  }
}

export function parse(line: string, named: string): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Told below.
  }
  throw damaged(named, "a line of it is no JSON object");
}

function checkHead(head: BackupHead, named: string): BackupHead {
  checkFormat(head, "backup", named);
  return head;
}

/** Throws Failure where the first line is not that of such a backup. */
export function checkFormat(
  { weft, format }: { readonly weft?: string; readonly format?: number },
  wanted: Kind,
  named: string,
): void {
  const other = OTHER[wanted];
  if (weft === other.kind) throw new Failure("failed", { what: other.what, where: named, fix: other.fix });
  if (weft !== wanted) throw damaged(named, "it does not begin as a backup does");
  if (format !== FORMAT) throw damaged(named, `it has the format ${format}, and this weft reads ${FORMAT}`);
}

/** The last line, where it is as it was written and the digest in it that of all lines before. */
export function checkLast<T extends { readonly sha256: string }>(end: T, line: string, hash: Hash, named: string): T {
  if (end.sha256 === hash.digest("hex") && line === JSON.stringify(end)) return end;
  throw damaged(named, "its digest is another: a byte of it was changed");
}

function checkEnd(end: BackupEnd, tables: Readonly<Record<string, CopySum>>, named: string): BackupEnd {
  if (JSON.stringify(end.tables) === JSON.stringify(tables)) return end;
  throw damaged(named, "its last line does not sum up what stands before it");
}

export function damaged(named: string, why: string): Failure {
  const fix = "take another copy of the file, or an older backup";
  return new Failure("failed", { what: "the backup is not whole; nothing was sent", where: named, why, fix });
}
