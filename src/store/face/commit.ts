// What changes an organisation: one batch each.
import type { AuditDraft } from "#model/audit/entry.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import type { AddressRow, Claim } from "#model/virtual/allot.ts";
import type { CertificateRow, IssuerWrites } from "./certificate.ts";
import type { DeliveryRow, RevisionDeliveryRow } from "./delivery.ts";
import type { RegistrationWrite } from "./registration.ts";
import type { ZoneHead } from "./relay.ts";
import type { Heads, StoredResource } from "./resource.ts";

export interface Write {
  readonly key: ResourceKey;
  /** What must stand there: an etag, `absent`, `present` or `any`; anything else aborts the whole commit (Fault `stale`). */
  readonly expect: { readonly etag: string } | "absent" | "present" | "any";
  /** Null deletes. `creationTime` and `modificationTime` are set by the store (creation is kept on update). */
  readonly after: Resource | null;
}

export interface Commit {
  /** Unique for each attempt of a caller's change: after a lost answer the store finds the revision by it. */
  readonly writeId: string;
  /** `revision` raises revision and sequence; `step` only the sequence (registrations, health, CA steps). */
  readonly kind: "revision" | "step";
  readonly actor: string;
  readonly reason: string;
  readonly writes: readonly Write[];
  /** When given, the commit aborts (Fault `conflict`) unless the revision still is this one: for checks that read other resources. */
  readonly readRevision?: number;
  /** Deletes every resource of these meshes, the Mesh itself included, in the same batch (with history); their registrations, issuers, signing keys and virtual addresses go too. */
  readonly dropMeshes?: readonly string[];
  /** In order. A write that deletes the Dataplane of a `gone` counts only when that life was the current one and its stream's. Deleting a Dataplane ends its registration. */
  readonly registrations?: readonly RegistrationWrite[];
  /** Last event number taken from relays, with the commit that took it; a repeat (number not above the stored one) aborts with Fault `conflict`. */
  readonly events?: readonly { readonly zone: string; readonly relay: string; readonly number: number }[];
  /** A writing zone proof's id, the time (milliseconds since 1970) from which it may be forgotten, and the status to answer a repeat with. A repeated id aborts with ProofRepeated. */
  readonly proof?: { readonly id: string; readonly expiresAt: number; readonly status: number };
  readonly certificates?: readonly CertificateRow[];
  readonly issuers?: IssuerWrites;
  /** Where a relay is reached from now on; one that is revoked moves no more. */
  readonly reach?: Pick<ZoneHead, "zone" | "relay" | "address" | "ca">;
  /** What follows from the rest (control/derive.ts): written as `writes` are, but no user wrote it, so it stands in no history. */
  readonly derived?: readonly Write[];
  /** Statuses that follow from the rest, merged into what stands after `writes` and `derived`; a resource that is gone has none. */
  readonly statuses?: readonly StatusWrite[];
  /** Virtual addresses that are given, or whose names come or go. */
  readonly addresses?: readonly AddressWrite[];
  /** What zones have given while they were cut off: looked at by what is derived, and not stored as such. */
  readonly claims?: readonly (Claim & { readonly mesh: string })[];
  /** Revisions older than this time (RFC 3339) are forgotten, a few with each revision. */
  readonly forgetBefore?: string;
  /** When given, the commit aborts (Fault `conflict`) unless the sequence still is this one: for what was derived from everything else. */
  readonly readSequence?: number;
  /** How many resources there may be after it; where somebody else has committed since they were counted, they are counted again. Fault `conflict`. */
  readonly quotas?: CommitQuotas;
  /** Audit entries of what it does, appended in the same batch; where it makes a revision they name it. */
  readonly audit?: readonly AuditDraft[];
}

export interface CommitQuotas {
  /** Where the writer has counted. */
  readonly sequence: number;
  /** Resources of these types (none = of all): at most so many. */
  readonly each: readonly { readonly types: readonly string[]; readonly most: number }[];
}

/** A virtual address of a name of one mesh; written over whatever the address was. */
export interface AddressWrite extends AddressRow {
  readonly mesh: string;
}

/** Members of a status and what they shall be: JSON merge patch (RFC 7396), so null removes. Changes no ETag. */
export interface StatusWrite {
  readonly key: ResourceKey;
  readonly patch: Readonly<Record<string, unknown>>;
}

/** What a call leaves behind without moving the heads. */
export interface RecordEntry {
  readonly proof?: NonNullable<Commit["proof"]>;
  readonly certificates?: readonly CertificateRow[];
  readonly issuers?: IssuerWrites;
  readonly delivery?: DeliveryRow;
  /** Of one relay, oldest revision first. */
  readonly revisions?: readonly RevisionDeliveryRow[];
  readonly audit?: readonly AuditDraft[];
  /** How many days audit entries are kept from now on. */
  readonly retentionDays?: number;
}

export interface Committed extends Heads {
  /** Resources as they now stand, in the order of `writes`, then of `derived`, then of `statuses`; null = deleted. */
  readonly resources: readonly (StoredResource | null)[];
  readonly created: readonly boolean[];
}

/** All writing of one tenant's resources, and of what comes with it. */
export interface TenantCommits {
  /**
   * One change, whole or not at all, and once: a repeated write id is answered with what it did the first time.
   * Faults: `stale` (an expectation), `conflict` (readRevision, events), `too-large` (a resource above 900,000 bytes of
   * JSON), `unavailable` (no answer: ask again with the same write id); ProofRepeated. TypeError when it contradicts itself.
   */
  commit(commit: Commit): Promise<Committed>;
  findWrite(writeId: string): Promise<Heads | null>;
  /** Writes a status; changes neither revision nor sequence nor ETag. */
  setStatus(key: ResourceKey, status: unknown): Promise<void>;
  /** Merges members into a status, as a commit's `statuses` do; others' members stay. */
  mergeStatus(key: ResourceKey, patch: StatusWrite["patch"]): Promise<void>;
  /** Writes in one batch what changes neither revision nor sequence: audit of renewed leaves, audit entries, a delivery row, the proof of the call. A repeated proof id aborts with ProofRepeated. */
  record(entry: RecordEntry): Promise<void>;
  /** The status to repeat when this proof id was used, else null. */
  proofStatus(id: string): Promise<number | null>;
}
