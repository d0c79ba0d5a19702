// The store's face: what may be asked of it, always inside a tenant. The directory is the one exception.
import type { AuditDraft, AuditEntry } from "#model/audit/entry.ts";
import type { Hash } from "#model/json.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import type { Spread } from "#model/spread.ts";
import type { AddressRow, Claim } from "#model/virtual/allot.ts";
import type { Notice } from "#model/webhook/event.ts";

export interface Store {
  readonly directory: Directory;
  /** The only object that has queries on tenants' tables. */
  within(tenant: string): TenantStore;
  close(): Promise<void>;
}

export interface Organisation {
  /** Random, 12 characters of base32; stands in credentials. */
  readonly id: string;
  /** What stands in URLs: RFC 1035 label, unique. */
  readonly name: string;
  readonly createdAt: string;
}

/** Who is where; a schema and a database of its own, never joined with tenants' tables. */
export interface Directory {
  /** Fault `conflict` when the name is taken. */
  createOrganisation(organisation: Organisation): Promise<void>;
  findOrganisation(by: { readonly name: string } | { readonly id: string }): Promise<Organisation | null>;
  listOrganisations(): Promise<readonly Organisation[]>;
}

export interface StoredResource {
  readonly resource: Resource;
  /** Changes whenever spec or labels do; the REST ETag. */
  readonly etag: string;
  /** The revision that wrote it last. */
  readonly revision: number;
}

export interface ListQuery {
  readonly type: string;
  /** Absent = across meshes. */
  readonly mesh?: string;
  /** Substring of the name. */
  readonly nameContains?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly offset: number;
  readonly size: number;
}

export interface Heads {
  readonly epoch: number;
  readonly revision: number;
  readonly sequence: number;
}

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
  /** Audit entries of what it does, appended in the same batch; where it makes a revision they name it. */
  readonly audit?: readonly AuditDraft[];
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

/** One life of a dataplane at a relay. */
export interface Registration {
  readonly mesh: string;
  readonly name: string;
  /** Random id of this life. */
  readonly id: string;
  readonly zone: string;
  readonly relay: string;
  /** `stream` ends with the stream and takes the resource along; `user` stays and shows offline. */
  readonly owner: "stream" | "user";
  readonly online: boolean;
  readonly since: string;
  /** Id (jti) of the dataplane token that it joined with; null = it joined without one. */
  readonly tokenId: string | null;
  /** Others may be told of it. Of a dataplane its inbounds say so, and this is true. */
  readonly ready: boolean;
}

export type RegistrationWrite =
  | { readonly set: Registration }
  /** Ignored unless `id` is the current registration. */
  | { readonly gone: { readonly mesh: string; readonly name: string; readonly id: string } };

/** Audit of one issued leaf; forgotten some time after it has expired. */
export interface CertificateRow {
  readonly serial: string;
  readonly mesh: string;
  readonly name: string;
  readonly zone: string;
  readonly issuer: string;
  readonly notAfter: string;
  /** Id (jti) of the token by which its dataplane joined; null for issuers, and where none was needed. */
  readonly tokenId: string | null;
}

/** What an earlier release wrote down of an answer that held a private key. */
export interface RevealRow {
  readonly time: string;
  readonly actor: string;
  readonly key: ResourceKey;
}

export interface RevisionRecord {
  readonly revision: number;
  readonly actor: string;
  /** The API token that the actor is; null where it is none. */
  readonly token: { readonly id: string; readonly name: string } | null;
  readonly reason: string;
  readonly time: string;
  readonly changes: readonly {
    readonly key: ResourceKey;
    readonly before: Resource | null;
    readonly after: Resource | null;
  }[];
}

/** Which revisions: those that wrote something that `type`, `mesh` (its Mesh included) and `name` describe, with those changes alone. */
export interface RevisionQuery {
  readonly before?: number;
  readonly size: number;
  readonly type?: string;
  readonly mesh?: string;
  readonly name?: string;
  /** An actor, or the id or name of an API token. */
  readonly actor?: string;
  /** RFC 3339. */
  readonly since?: string;
}

/** What the revisions of a range, taken together, did to one resource. */
export interface Passage {
  readonly key: ResourceKey;
  /** Before the first and after the last of them. */
  readonly before: Resource | null;
  readonly after: Resource | null;
  readonly first: number;
  readonly last: number;
  /** What stood before was a proxy of its stream, and no user's. */
  readonly stream: boolean;
  /** How many of them deleted it. */
  readonly deletions: number;
}

/** Revisions above `from`, up to `to`. */
export interface RevisionRange {
  readonly from: number;
  readonly to: number;
}

/** A change that was looked at before it is made. */
export interface PlanRow {
  readonly id: string;
  /** Where it was made; it holds there alone. */
  readonly epoch: number;
  readonly revision: number;
  readonly actor: string;
  readonly reason: string;
  readonly createdAt: string;
  /** RFC 3339; forgotten some time after. */
  readonly expiresAt: string;
  /** What it would do, JSON text. */
  readonly body: string;
  /** The revision that committed it: the one whose write id is `plan/<id>`; null = none has. */
  readonly committed: number | null;
}

/** One caller's approval of a plan. */
export interface PlanApproval {
  readonly plan: string;
  /** `token:<id>`. */
  readonly actor: string;
  /** RFC 3339. */
  readonly time: string;
  readonly reason: string;
}

/** What one or several revisions, published at once, did to a zone; zone "" = what is of no zone. */
export interface RevisionEffectRow {
  /** The last of them, and the first. */
  readonly revision: number;
  readonly first: number;
  readonly zone: string;
  /** JSON text. */
  readonly body: string;
}

/** An API token, an enrolment token or the like; only the hash of its secret is stored. */
export interface CredentialRow {
  readonly id: string;
  readonly kind: "api" | "enrolment";
  readonly name: string;
  /** SHA-256 of the secret, base64url. */
  readonly secretHash: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** Enrolment tokens: the zone it admits to, and the relay that used it. */
  readonly zone: string | null;
  readonly usedBy: string | null;
}

/** One row a relay: what the poll path reads, and nothing else. */
export interface ZoneHead {
  readonly zone: string;
  readonly relay: string;
  /** JWK of the relay's signing key (ES256), JSON text. */
  readonly signingKey: string;
  /** JWK of the relay's ECDH key, JSON text. */
  readonly encryptionKey: string;
  readonly revoked: boolean;
  readonly epoch: number;
  readonly sequence: number;
  /** Empty before the first compile. */
  readonly version: string;
  /** Compact JWS over the envelope of that snapshot; empty before the first. */
  readonly envelope: string;
  readonly lastEvent: number;
  readonly enrolledAt: string;
  /** `host:port` where the zone's proxies and its other relays reach it; empty until it has said so. */
  readonly address: string;
  /** PEM of the CA of its certificate; empty until it has said so. */
  readonly ca: string;
}

/** An intermediate of a mesh, which signs leaves of one relay's dataplanes: its newest certificate. */
export interface IssuerRow {
  readonly mesh: string;
  /** Hex of its key identifier; key and subject stay over renewals. */
  readonly keyId: string;
  readonly zone: string;
  readonly relay: string;
  /** Hex of the key identifier of the mesh's CA that signed it. */
  readonly root: string;
  readonly certificatePem: string;
  readonly notAfter: string;
  /** PKCS #8, sealed under the key-encryption key; null = the relay holds the key. */
  readonly sealedKey: string | null;
  readonly revokedAt: string | null;
  /** The actor who revoked it. */
  readonly revokedBy: string | null;
}

export interface IssuerWrites {
  /** A new certificate, or a revocation; one that is revoked stays so. */
  readonly put?: readonly IssuerRow[];
  readonly drop?: readonly Pick<IssuerRow, "mesh" | "keyId">[];
}

export interface SigningKeyRow {
  /** `dataplane-token`, `zone-token`, `user-token`, `envelope`. */
  readonly purpose: string;
  /** Empty for keys of the whole tenant. */
  readonly mesh: string;
  readonly kid: string;
  readonly publicJwk: string;
  readonly sealedKey: string;
  readonly createdAt: string;
}

export interface TenantStore {
  readonly tenant: string;

  heads(): Promise<Heads>;
  get(key: ResourceKey): Promise<StoredResource | null>;
  /** Ordered by mesh, then name (by bytes). */
  list(query: ListQuery): Promise<{ readonly total: number; readonly items: readonly StoredResource[] }>;
  /** Everything of one mesh (its Mesh resource included) or, without mesh, of global scope; with the heads of the same read. */
  readMesh(mesh: string): Promise<{
    readonly heads: Heads;
    readonly items: readonly StoredResource[];
    readonly registrations: readonly Registration[];
    readonly addresses: readonly AddressRow[];
  }>;
  /**
   * One change, whole or not at all, and once: a repeated write id is answered with what it did the first time.
   * Faults: `stale` (an expectation), `conflict` (readRevision, events), `too-large` (a resource above 900,000 bytes of
   * JSON), `unavailable` (no answer: ask again with the same write id); ProofRepeated. TypeError when it contradicts itself.
   */
  commit(commit: Commit): Promise<Committed>;
  /** Writes a status; changes neither revision nor sequence nor ETag. */
  setStatus(key: ResourceKey, status: unknown): Promise<void>;
  /** Merges members into a status, as a commit's `statuses` do; others' members stay. */
  mergeStatus(key: ResourceKey, patch: StatusWrite["patch"]): Promise<void>;
  findWrite(writeId: string): Promise<Heads | null>;
  /** Writes in one batch what changes neither revision nor sequence: audit of renewed leaves, audit entries, a delivery row, the proof of the call. A repeated proof id aborts with ProofRepeated. */
  record(entry: RecordEntry): Promise<void>;
  /** Newest first. */
  revisions(query: RevisionQuery): Promise<readonly RevisionRecord[]>;
  /** By mesh, type and name, a page at a time; only resources that a revision of the range wrote are read. */
  passages(
    range: RevisionRange,
    page: {
      readonly offset: number;
      readonly size: number;
      readonly type?: string;
      readonly mesh?: string;
      readonly name?: string;
    },
  ): Promise<readonly Passage[]>;
  /** The first later revision that wrote a resource which this one wrote, or one in a mesh that this one made; by mesh, type and name. */
  overwrites(revision: number): Promise<readonly { readonly key: ResourceKey; readonly by: number }[]>;
  /** The oldest revision that is kept; null where there is none. */
  oldestRevision(): Promise<{ readonly revision: number; readonly time: string } | null>;

  /**
   * Keeps a plan with what it was asked for, sealed and in parts. Forgets plans that have expired, and all but the newest
   * `keep`.
   */
  addPlan(row: Omit<PlanRow, "committed">, parts: readonly string[], keep: number): Promise<void>;
  plan(id: string): Promise<PlanRow | null>;
  /** Oldest first; those of tokens that have been revoked since do not count, and are left out. */
  approvals(plan: string): Promise<readonly PlanApproval[]>;
  /** The same caller's second approval changes nothing. */
  addApproval(row: PlanApproval, audit: readonly AuditDraft[]): Promise<void>;
  dropApproval(plan: string, actor: string, audit: readonly AuditDraft[]): Promise<void>;
  /** The parts in order; empty where there is no such plan. */
  planParts(id: string): Promise<readonly string[]>;
  /** Newest first, expired ones too as long as they are kept. */
  plans(query: { readonly size: number }): Promise<readonly PlanRow[]>;

  /** Over what was known of the same revision and zone. */
  addEffects(rows: readonly RevisionEffectRow[]): Promise<void>;
  /** Those of the publication that covered the revision, by zone; empty where none was stored. */
  effects(revision: number): Promise<readonly RevisionEffectRow[]>;

  registrations(query: { readonly mesh?: string; readonly zone?: string }): Promise<readonly Registration[]>;

  /** Fault `conflict` when the id is taken. */
  addCredential(row: CredentialRow, audit?: readonly AuditDraft[]): Promise<void>;
  credential(id: string): Promise<CredentialRow | null>;
  listCredentials(kind: CredentialRow["kind"]): Promise<readonly CredentialRow[]>;
  /** False when there is none; the time of the first revocation stays. */
  revokeCredential(id: string, at: string, audit?: readonly AuditDraft[]): Promise<boolean>;

  /**
   * Enrols in one batch: marks the token used by this relay and adds the row. The same token and keys again answer the row
   * that was added first, whatever relay id they come with. Fault `forbidden` when another relay used the token, or it is
   * unknown, expired, revoked or another zone's; Fault `conflict` when the relay id is taken.
   */
  enrol(tokenId: string, head: ZoneHead, audit?: readonly AuditDraft[]): Promise<ZoneHead>;
  /** Where the relay is reached. False when there is no such relay, or it is revoked. */
  setReach(zone: string, relay: string, reach: { readonly address: string; readonly ca: string }): Promise<boolean>;
  zoneHead(zone: string, relay: string): Promise<ZoneHead | null>;
  zoneHeads(zone?: string): Promise<readonly ZoneHead[]>;
  revokeRelay(zone: string, relay: string, audit?: readonly AuditDraft[]): Promise<boolean>;
  /** Writes one row over whatever was known of the relay's contact. */
  keepContact(row: ContactRow): Promise<void>;
  /** By zone then relay; a relay that was never heard of has none. */
  contacts(zone?: string): Promise<readonly ContactRow[]>;
  /** Stores a compiled snapshot: new blobs, the manifest, and the heads of the zone's relays, in one batch. Ignored (false) when the heads hold a newer (epoch, sequence). */
  publish(snapshot: PublishedSnapshot): Promise<boolean>;
  manifest(zone: string, version: Hash): Promise<string | null>;
  blobs(hashes: readonly Hash[]): Promise<ReadonlyMap<Hash, string>>;
  /** Which of these hashes are not stored yet. */
  missingBlobs(hashes: readonly Hash[]): Promise<readonly Hash[]>;

  /** By mesh and key id. */
  issuers(mesh?: string): Promise<readonly IssuerRow[]>;
  addSigningKey(row: SigningKeyRow): Promise<void>;
  /** Newest first; without mesh, those of every mesh and of the whole tenant. */
  signingKeys(purpose: string, mesh?: string): Promise<readonly SigningKeyRow[]>;

  /** The status to repeat when this proof id was used, else null. */
  proofStatus(id: string): Promise<number | null>;
  /** One row a (zone, relay, sequence): counts and laggards; at most two rows written a call. */
  recordDelivery(delivery: DeliveryRow): Promise<void>;
  /** Newest first; the last 50 of each relay. */
  deliveries(zone: string): Promise<readonly DeliveryRow[]>;
  /** At each relay, of this revision and of all later ones; the last 200 revisions are kept. */
  revisionDeliveries(from: {
    readonly epoch: number;
    readonly revision: number;
  }): Promise<readonly RevisionDeliveryRow[]>;
  /** Newest first. */
  revisionMoments(range: { readonly from: number; readonly to: number }): Promise<readonly RevisionMoment[]>;
  /** Those that live longest first. */
  certificates(query: {
    readonly mesh?: string;
    readonly zone?: string;
    readonly size: number;
  }): Promise<readonly CertificateRow[]>;
  /** Dataplanes of the mesh that a leaf which has not expired was issued to, sorted. */
  certified(mesh: string): Promise<readonly string[]>;

  audit(query: AuditQuery): Promise<readonly AuditEntry[]>;
  auditStanding(): Promise<AuditStanding>;
  /** By number; of the entry before the first only an anchor can be there. */
  auditSeals(range: { readonly from: number; readonly to: number }): Promise<readonly AuditSealRow[]>;
  addAuditSeal(row: AuditSealRow): Promise<void>;
  /** Drops all entries up to the anchor's. Conflict where that entry is not as it says. */
  trimAudit(anchor: AuditSealRow): Promise<void>;
  readonly webhooks: TenantWebhooks;
  /** Moves up to `size` revealed keys of an earlier release into the audit log; how many they were. */
  takeReveals(size: number, draftOf: (row: RevealRow) => AuditDraft): Promise<number>;
}

/** All queries on webhooks of one tenant. */
export interface TenantWebhooks {
  add(row: WebhookRow, audit: readonly AuditDraft[]): Promise<void>;
  update(id: string, change: Partial<Omit<WebhookRow, "id">>, audit: readonly AuditDraft[]): Promise<void>;
  remove(id: string, audit: readonly AuditDraft[]): Promise<void>;
  list(): Promise<readonly WebhookRow[]>;
  deliveries(query: {
    readonly id: string;
    readonly state?: WebhookDeliveryRow["state"];
    readonly event?: string;
    readonly size: number;
    readonly offset: number;
  }): Promise<readonly WebhookDeliveryRow[]>;
  due(query: { readonly id: string; readonly now: number; readonly size: number }): Promise<readonly DueDelivery[]>;
  next(except: readonly string[]): Promise<number | null>;
  note(outcome: WebhookOutcome, notices: readonly Notice[]): Promise<void>;
  replay(
    id: string,
    what: { readonly event: string } | { readonly since: string },
    audit: readonly AuditDraft[],
  ): Promise<number>;
  tell(
    notices: readonly Notice[],
    marks: readonly { readonly name: string; readonly value: string | null }[],
  ): Promise<void>;
  marks(): Promise<ReadonlyMap<string, string>>;
  tidy(query: { readonly before: string; readonly most: number; readonly why: string }): Promise<number>;
}

export interface WebhookRow {
  readonly id: string;
  readonly url: string;
  /** Of model/webhook/event.ts. */
  readonly events: readonly string[];
  readonly description: string;
  /** Sealed; the older one signs too until `olderUntil`. */
  readonly secret: string;
  readonly olderSecret: string | null;
  readonly olderUntil: string | null;
  readonly createdAt: string;
  /** When and why nothing is sent any more; null = it is. */
  readonly disabledAt: string | null;
  readonly disabledWhy: string | null;
}

/** How one event's way to one webhook stands. */
export interface WebhookDeliveryRow {
  readonly webhook: string;
  readonly event: string;
  readonly type: string;
  /** Of the event. */
  readonly time: string;
  /** `dead`: given up after a day; `dropped`: more waited than an organisation may have. */
  readonly state: "pending" | "delivered" | "dead" | "dropped";
  readonly attempts: number;
  /** Of the next attempt, milliseconds since 1970. */
  readonly due: number;
  /** Of the last attempt; null before the first, `status` too where there was no answer. */
  readonly triedAt: string | null;
  readonly status: number | null;
  readonly problem: string | null;
}

export type WebhookOutcome = Omit<WebhookDeliveryRow, "type" | "time">;

export interface DueDelivery {
  readonly webhook: string;
  readonly event: string;
  readonly type: string;
  readonly attempts: number;
  readonly payload: string;
}

export interface AuditQuery {
  /** Numbers between these, themselves not included. */
  readonly after?: number;
  readonly before?: number;
  readonly actor?: string;
  readonly action?: string;
  /** Part of the subject or of the details. */
  readonly subject?: string;
  /** RFC 3339; `until` itself not included. */
  readonly since?: string;
  readonly until?: string;
  readonly newestFirst: boolean;
  readonly size: number;
}

/** What the organisation's key has signed of the chain (model/audit/entry.ts). */
export interface AuditSealRow {
  readonly kind: "checkpoint" | "anchor";
  /** Of the entry whose hash was signed. */
  readonly number: number;
  readonly hash: Hash;
  readonly time: string;
  readonly jws: string;
}

export interface AuditStanding {
  readonly last: { readonly number: number; readonly hash: Hash } | null;
  readonly first: { readonly number: number; readonly time: string; readonly previous: Hash } | null;
  readonly checkpoint: { readonly number: number; readonly time: string } | null;
  readonly retentionDays: number;
}

export interface PublishedSnapshot {
  readonly zone: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly version: Hash;
  /** RFC 8785 JSON of the manifest. */
  readonly manifest: string;
  readonly blobs: ReadonlyMap<Hash, string>;
  /** Compact JWS. */
  readonly envelope: string;
}

/** When a relay was heard of; times are ISO texts. Coalesced (control/contact.ts), so it may be older than the last call. */
export interface ContactRow {
  readonly zone: string;
  readonly relay: string;
  /** Since when it is heard of again and again. */
  readonly connectedAt: string;
  readonly seenAt: string;
  /** When it said that it stops; null = it has not. */
  readonly leftAt: string | null;
}

export interface Laggard {
  readonly proxy: string;
  readonly reason: string;
  /** It is registered, and its Envoy has no stream; absent = it has one. */
  readonly connected?: false;
}

export interface DeliveryRow {
  readonly zone: string;
  readonly relay: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly acked: number;
  readonly nacked: number;
  readonly pending: number;
  /** Names of up to 20 proxies that have not ACKed, with Envoy's words where it refused. */
  readonly laggards: readonly Laggard[];
  readonly at: string;
}

/** Where and when a revision was committed, without what it changed. */
export interface RevisionMoment {
  readonly revision: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly actor: string;
  readonly reason: string;
  readonly time: string;
}

/** How far a revision has come at a relay. */
export interface RevisionDeliveryRow {
  readonly epoch: number;
  readonly revision: number;
  readonly zone: string;
  readonly relay: string;
  readonly sequence: number;
  /** When the relay's poll was answered with it, milliseconds since 1970; null = it was loaded from disk. */
  readonly answeredAt: number | null;
  readonly acked: number;
  readonly nacked: number;
  readonly pending: number;
  /** Registered there, without a stream. */
  readonly absent: number;
  /** Of those that have it: nothing was sent to them for it. */
  readonly untouched: number;
  /** Since the relay's receipt. */
  readonly pushed: Spread;
  readonly taken: Spread;
  /** Up to 20 proxies that lack it. */
  readonly laggards: readonly RevisionLaggard[];
  readonly at: string;
}

export interface RevisionLaggard extends Laggard {
  readonly state: "fetched" | "pushed" | "nacked" | "absent";
  /** The revision that was served when it began to refuse. */
  readonly since?: number;
  /** What its Envoy refuses, and by which rules of which policies that is as it is. */
  readonly refused?: readonly RefusedResource[];
}

export interface RefusedResource {
  readonly kind: string;
  readonly name: string;
  readonly writers: readonly { readonly kri: string; readonly rule: string }[];
}
