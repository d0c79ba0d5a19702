// Copies of whole organisations: pages of a backup, and a restore from them.
import type { Organisation } from "./organisation.ts";

/** Values in the order of the table's columns. */
export type CopyRow = readonly (string | number | null)[];

/** Where an organisation stood when a page was read: pages that tell the same are of one moment. */
export interface CopyMoment {
  readonly epoch: number;
  readonly revision: number;
  readonly sequence: number;
  /** Number of the newest audit entry; 0 = none. */
  readonly audit: number;
}

export interface CopyPage {
  readonly at: CopyMoment;
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly CopyRow[];
  /** Where the next page begins; null = this was the last. */
  readonly next: CopyPlace | null;
}

export interface CopyPlace {
  readonly table: string;
  readonly after: readonly (string | number)[];
}

/** Rows of each table, and a digest over them all. */
export type CopySums = Readonly<Record<string, { readonly rows: number; readonly digest: string }>>;

export interface Restoring {
  readonly organisation: Organisation;
  /** Of those that restore the same, the last to begin goes on; all earlier ones are refused. */
  readonly session: number;
}

export interface Copies {
  /**
   * A page of a backup. `freeze`: nothing is written for ten seconds from now on, unless another page is read before. Fault
   * `invalid` for a table that there is not, `conflict` where the organisation is being restored, or a freeze finds it on its way.
   */
  page(tenant: string, from: CopyPlace | null, freeze: boolean): Promise<CopyPage>;
  /** Ends a freeze of `page`. */
  thaw(tenant: string): Promise<void>;
  /**
   * Begins a restore, or begins one again: until it ends nothing is written of the organisation, and a tenant that the
   * directory does not know is placed. Fault `conflict` where it is being moved, or its name is another's.
   */
  beginRestore(organisation: Organisation, region?: string): Promise<Restoring>;
  /** Empties a part of what stood before; true = there is more. Fault `conflict` where another restore has begun since. */
  emptyForRestore(restoring: Restoring): Promise<boolean>;
  /** Puts a page. Faults `invalid` for a table or columns that there are not, `conflict` as above. */
  restorePage(restoring: Restoring, page: Pick<CopyPage, "table" | "columns" | "rows">): Promise<void>;
  /**
   * Compares what stands with the sums of the backup, raises the epoch, and has the directory know the organisation. Gives the
   * epoch: the millisecond of the restore, so that none is given twice, whatever else was lost. Fault `conflict` where something differs: restore again.
   */
  endRestore(restoring: Restoring, sums: CopySums): Promise<number>;
  /** Lets the organisation be written again. Fault `conflict` as above. */
  openRestored(restoring: Restoring): Promise<void>;
}
