// Sealed texts wherever they lie, for sealing them under another key.
import type { CopyPlace } from "./copy.ts";

/** Tables that hold sealed texts. */
export type SealedTable = "resource" | "revision_change" | "plan_part" | "signing_key" | "issuer" | "webhook";

export interface SealedPage {
  readonly table: SealedTable;
  /** By column: those of the key, and those in which sealed texts lie. */
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
  /** Where the next page begins; null = this was the last. */
  readonly next: CopyPlace | null;
}

export interface SealedChange {
  readonly row: SealedPage["rows"][number];
  /** A sealed text of the row, and the one in its place. */
  readonly before: string;
  readonly after: string;
}

export interface TenantSealed {
  /** A page of the rows that may hold sealed texts. Fault `invalid` for a place that there is not. */
  sealedPage(from: CopyPlace | null): Promise<SealedPage>;
  /** Replaces each text wherever it still stands in its row, and nothing else; gives the changes that found it. */
  replaceSealed(table: SealedTable, changes: readonly SealedChange[]): Promise<readonly SealedChange[]>;
}
