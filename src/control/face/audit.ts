// The face of control: the audit log.
import type { AuditEntry } from "#model/audit/entry.ts";
import type { AuditQuery, AuditStanding } from "#store/face/audit.ts";
import type { PublicJwk } from "#trust/key.ts";
import type { Caller } from "./caller.ts";

/** The part of an export: entries from the first at or after `since` to the last before `until` (RFC 3339). */
export interface AuditRange {
  readonly since?: string;
  readonly until?: string;
}

/** The audit log; every call needs the verb `read-audit`. */
export interface AuditReader {
  list(caller: Caller, query: AuditQuery): Promise<readonly AuditEntry[]>;
  standing(caller: Caller): Promise<AuditStanding>;
  /** Public halves of the keys that sign exports and checkpoints. */
  keys(caller: Caller): Promise<readonly PublicJwk[]>;
  /** NDJSON, some lines at once (model/audit/verify.ts reads it). */
  export(caller: Caller, range: AuditRange): Promise<AsyncGenerator<string>>;
}
