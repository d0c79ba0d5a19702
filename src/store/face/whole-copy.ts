// Copies of everything: what the directory adds to the copies of its organisations.
import type { CopyPage, CopyPlace } from "./copy.ts";

/** A restore that has begun: of those that restore the same backup, the last to begin goes on. */
export interface WholeRestoring {
  /** SHA-256 of the backup. */
  readonly backup: string;
  readonly session: number;
}

export interface WholeCopies {
  /**
   * A page of the directory, its table of organisations first, in the order of their ids. Sessions, links that were mailed and
   * counts of attempts are left out. Fault `invalid` for a table that there is not.
   */
  page(from: CopyPlace | null): Promise<Omit<CopyPage, "at">>;
  /**
   * Begins, or goes on with the restore of the same backup; `done` is the id of the last organisation that stands, "" = none.
   * Fault `conflict` where there is anything in the directory, or of any organisation in a database: nothing was changed.
   */
  begin(backup: string): Promise<WholeRestoring & { readonly done: string }>;
  /**
   * Puts a page. An organisation goes to the database that it was in, and where there is none of the name to the one that has the fewest.
   * Faults `invalid` for a table or columns that there are not, `conflict` where another restore has begun since.
   */
  put(restoring: WholeRestoring, page: Pick<CopyPage, "table" | "columns" | "rows">): Promise<void>;
  /** Notes that this organisation is restored. Fault `conflict` as above. */
  note(restoring: WholeRestoring, organisation: string): Promise<void>;
  /** Drops what belongs to nobody that came along, and ends the restore. Gives what stands. Fault `conflict` as above. */
  end(restoring: WholeRestoring): Promise<{ readonly organisations: number; readonly people: number }>;
}
