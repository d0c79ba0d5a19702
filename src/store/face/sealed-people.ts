// Texts of the directory that lie sealed under the account key.

/** Table → its columns that may hold such a text, what a text of it is called, and the table that follows. */
export const SEALED_OF_PEOPLE = {
  two_factor: { columns: ["secret", "backup_codes"], kind: "second factors", next: "account" },
  account: { columns: ["access_token", "refresh_token"], kind: "providers' tokens", next: null },
} as const;

export type SealedPeopleTable = keyof typeof SEALED_OF_PEOPLE;

/** Where a pass has come to; `after` = the id of the row before, "" = before all. */
export interface SealedPeoplePlace {
  readonly table: SealedPeopleTable;
  readonly after: string;
}

export interface SealedPeopleText {
  readonly table: SealedPeopleTable;
  readonly id: string;
  readonly column: string;
  readonly text: string;
}

export interface SealedPeople {
  /** Null = there is no more. */
  page(from: SealedPeoplePlace): Promise<{
    readonly texts: readonly SealedPeopleText[];
    readonly next: SealedPeoplePlace | null;
  }>;
  /** Notes in the directory that something lies under the account key, or will. */
  noteKey(id: string, since: string): Promise<void>;
  /** Only where it still stands; false = somebody has written there meanwhile. */
  replace(text: SealedPeopleText, after: string): Promise<boolean>;
}
