// A backup of everything as a file: the directory's pages, behind each page of organisations these organisations, and an end.
import { createHash } from "node:crypto";
import type { WholeOf } from "#api/copy.ts";
import { Failure, reasonOf } from "#cli/failure.ts";
import {
  type BackupEnd,
  type BackupHead,
  checkFormat,
  checkLast,
  damaged,
  type FilePage,
  linesOf,
  parse,
} from "./file.ts";

export interface WholeHead {
  readonly weft: "whole";
  readonly format: number;
  readonly takenAt: string;
  readonly of: WholeOf;
}

export interface WholeEnd {
  readonly organisations: number;
  /** Of all organisations. */
  readonly rows: number;
  /** Ids of those that were deleted while it was taken: the directory's pages have them still. */
  readonly gone: readonly string[];
  /** SHA-256 of all lines before, in hex. */
  readonly sha256: string;
}

/** A line between the first and the last. */
export type WholeLine =
  | { readonly directory: FilePage }
  | BackupHead
  | FilePage
  /** An organisation's end. */
  | Pick<BackupEnd, "tables">;

/** Reads the whole file. Throws Failure unless every byte is as it was written. */
export async function checkWhole(
  path: string,
  named: string,
): Promise<{ readonly head: WholeHead; readonly end: WholeEnd }> {
  const hash = createHash("sha256");
  let head: WholeHead | undefined;
  let end: WholeEnd | undefined;
  try {
    for await (const line of linesOf(path)) {
      if (end !== undefined) throw damaged(named, "lines follow its end");
      const value = parse(line, named) as Partial<WholeHead & WholeEnd>;
      if (head === undefined) {
        checkFormat(value, "whole", named);
        head = value as WholeHead;
      }
      if (value.sha256 !== undefined) end = checkLast(value as WholeEnd, line, hash, named);
      else hash.update(`${line}\n`);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("failed", { what: "the backup cannot be read", where: named, why: reasonOf(error) }, error);
  }
  if (head === undefined || end === undefined)
    throw damaged(named, "it has no end: it was not written to its end, or was cut off");
  return { head, end };
}

/** What stands between the first line and the last, of a file that was checked. */
export async function* wholeLinesOf(path: string): AsyncGenerator<WholeLine> {
  for await (const line of linesOf(path)) {
    const value = JSON.parse(line) as Partial<WholeHead & WholeEnd>;
    if (value.weft !== "whole" && value.sha256 === undefined) yield value as unknown as WholeLine;
  }
}
