// An audit entry: what is written down of one deed, and the one text of it that its hash is made over.
import { canonical } from "#model/canonical.ts";
import type { Hash, JsonObject } from "#model/json.ts";

/** What a use case says of a deed; the store gives it number, revision and its place in the chain. Holds no secret. */
export interface AuditDraft {
  /** RFC 3339. */
  readonly time: string;
  /** `token:<id>`, `user:<id>`, `relay:<zone>/<relay>`, `operator` or `control-plane`. */
  readonly actor: string;
  /** Id of the API token; null where none was used. */
  readonly token: string | null;
  /** One of `AUDIT_ACTIONS`. */
  readonly action: string;
  /** What it was done to, as `MeshTimeout default/slow` or `token k3v7`. */
  readonly subject: string;
  readonly details: JsonObject;
}

/** One link of an organisation's chain. */
export interface AuditEntry extends AuditDraft {
  /** Id of the organisation. */
  readonly organisation: string;
  /** From 1, without gaps. */
  readonly number: number;
  /** The revision that it made; null = it changed no resource. */
  readonly revision: number | null;
  /** Hash of the entry before; empty before the first. */
  readonly previous: Hash;
  /** SHA-256 of `auditText` in base64url. */
  readonly hash: Hash;
}

/** RFC 8785 JSON of an entry without its hash. */
export function auditText({ hash: _, ...entry }: Omit<AuditEntry, "hash"> & { readonly hash?: Hash }): string {
  return canonical(entry as unknown as JsonObject);
}

/** `typ` of a seal's JWS. Another than an envelope's: neither can be shown for the other. */
export const AUDIT_SEAL_TYPE = "weft-audit+jws";

/**
 * What a signature of the organisation's key stands under. `export`: these entries are all, from the one after `previous` to
 * the one with `hash`. `checkpoint`: the chain has this entry. `anchor`: what is older was dropped when its time had passed.
 */
export interface AuditSeal {
  readonly kind: "export" | "checkpoint" | "anchor";
  readonly organisation: string;
  /** Of the last entry that is meant; 0 = none. */
  readonly number: number;
  /** Of that entry; empty = none. */
  readonly hash: Hash;
  readonly time: string;
  /** Exports: number of the first entry, and the hash before it. */
  readonly from?: number;
  readonly previous?: Hash;
}
