// Where the audit chain stands, as one client of the store knows it.
import type { Hash } from "#model/json.ts";

export interface AuditPlace {
  /** Of the last entry; 0 = there is none. */
  readonly number: number;
  readonly hash: Hash;
  readonly revision: number;
}

/** What a client remembers, so that an entry costs no read; a guard tells when it is out of date. */
export interface AuditMemory {
  place: AuditPlace | null;
}
