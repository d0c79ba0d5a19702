// The face of control: the use cases and the writer, with no HTTP in sight. All values are plain, so that a writer may live elsewhere.
import type {
  CertificatesRequest,
  CertificatesResponse,
  EnrolRequest,
  EnrolResponse,
  IssuerRequest,
  IssuerResponse,
  ReportRequest,
  ReportResponse,
  SecretsRequest,
  SecretsResponse,
  SnapshotResponse,
} from "#api/zone.ts";
import type { Finding, Pair, Reach, ReachQuestion } from "#compile/access.ts";
import type { AccessDraft, DraftAsked } from "#compile/access-draft.ts";
import type { ProxyAsked, ProxyTold } from "#compile/inspect-proxy.ts";
import type { ZoneProxyInspection } from "#compile/inspect-zone-proxy.ts";
import type { AuditEntry } from "#model/audit/entry.ts";
import type { ZoneProxyKind } from "#model/proxy-kind.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import type { Violation } from "#model/violation.ts";
import type { UserRow } from "#store/face/account.ts";
import type { AuditQuery, AuditStanding } from "#store/face/audit.ts";
import type { CredentialRow } from "#store/face/credential.ts";
import type { InvitationRow, MemberRow } from "#store/face/member.ts";
import type { Ending, Organisation } from "#store/face/organisation.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import type { StoredResource } from "#store/face/resource.ts";
import type { PublicJwk } from "#trust/key.ts";
import type { TestResult, TestTurns } from "./access-test/turn.ts";
import type { Demand } from "./guard/demand.ts";
import type { Outcome } from "./outcome.ts";
import type { MeshCensus, ProxyTally, ZoneCensus } from "./overview/census.ts";
import type { Graph, GraphQuery } from "./overview/graph.ts";
import type { Problems } from "./overview/problem.ts";
import type { ProxyPage, ProxyQuery } from "./overview/proxy-list.ts";
import type { Hit } from "./overview/search.ts";
import type { ZoneState } from "./overview/standing-proxy.ts";
import type { Basis } from "./plan/basis.ts";
import type { RelayPresence, RevisionDelivery } from "./revision-delivery.ts";
import type { RequestMark } from "./watch/span.ts";

export type { Reach, ReachPath, ReachQuestion } from "#compile/access.ts";
export type { Place, ProxyAsked, ProxyConfig, ProxyTold, RulesOfType, Setting } from "#compile/inspect-proxy.ts";
export type { ZoneProxyInspection } from "#compile/inspect-zone-proxy.ts";
export { fieldOfRule, REASONS, type RuleRef, type Verdict } from "#compile/verdict.ts";
export type { TestResult, TestState, TestTurn, TestTurns } from "./access-test/turn.ts";
export type { Demand } from "./guard/demand.ts";
export type { Outcome } from "./outcome.ts";

/** Who asks, after authentication. */
export interface Caller {
  readonly tenant: string;
  /** `token:<id>`, `user:<id>` or `relay:<zone>/<relay>`; stands in revisions. */
  readonly actor: string;
  /** Why, in the caller's own words; absent where none were given. */
  readonly reason?: string;
  /** Why guard rails are to be overridden; absent where they are not. */
  readonly override?: string;
  /** The request in which it asks; absent where it is none of HTTP. */
  readonly request?: RequestMark;
  /** Nothing will be written: it is enough that the caller may plan. Set by control alone. */
  readonly planning?: true;
  /** `admin`, `read`, `write`, `secret:reveal`; the table is in trust/scope.ts. */
  readonly scopes: readonly string[];
}

export interface PutResource {
  readonly key: ResourceKey;
  /** Wire form as the user sent it (already parsed JSON). */
  readonly body: unknown;
  /** From If-Match; `*` = must exist. */
  readonly ifMatch?: string;
  /** It comes out of history: what is immutable while a resource stands may be as it was. */
  readonly restored?: true;
}

export interface DeleteResource {
  readonly key: ResourceKey;
  readonly ifMatch?: string;
}

/** Out of history: the users' resources as they stood after revision `to`, or revision `undo` alone taken back. */
export type Rollback = ({ readonly to: number } | { readonly undo: number }) & {
  /** What becomes of meshes and zones that were made since; without it a rollback that meets one is refused. */
  readonly created?: "keep" | "delete";
};

/**
 * A selection that the change manages as a whole: what is in it and not among `put` is deleted. Never what nobody wrote
 * (proxies of streams, generated services, keys, untouched defaults of a mesh).
 */
export interface Prune {
  /** All of these; then everything that is put must have them. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly meshes?: readonly string[];
  /** Left out: the types that are put, but for Mesh, Zone and secrets. */
  readonly types?: readonly string[];
  /** Nothing is put, and everything selected shall go. */
  readonly empty?: boolean;
}

/** The plan that a change commits, and where it was made: elsewhere it holds while its basis does. */
export interface PlannedAt {
  readonly plan: string;
  readonly epoch: number;
  readonly revision: number;
  /** Null: too large to keep, or of an earlier release; then no revision may have come since. */
  readonly basis: Basis | null;
}

/** Whether a plan can still be committed, and what guard rails demand of it today. */
export interface PlanStanding {
  /** Null = it holds, or it has been committed. */
  readonly stale: {
    readonly reason: string;
    /** What moved, and what would come out differently: keys of resources, `effect`, `access`, `faults`. */
    readonly moved: readonly Violation[];
  } | null;
  readonly demands: readonly Demand[];
}

export interface Change {
  readonly put: readonly PutResource[];
  readonly delete: readonly DeleteResource[];
  readonly reason: string;
  /** Unique for the attempt; a retry with the same id answers what the first did. */
  readonly writeId: string;
  /** Then `put` and `delete` are empty: the writer fills them in. */
  readonly rollback?: Rollback;
  readonly prune?: Prune;
  /** Commits this plan and nothing else; `put` and the like are then empty, or the same as were planned. */
  readonly planId?: string;
  /** Set by the writer alone. */
  readonly planned?: PlannedAt & { readonly author: string };
}

/** A resource that differs from what a rollback goes back to, and stays as it is. */
export interface Left extends ResourceKey {
  readonly why: string;
}

export interface Applied {
  readonly revision: number;
  readonly sequence: number;
  /** In the order of `put`. */
  readonly results: readonly {
    readonly created: boolean;
    readonly etag: string;
    readonly warnings: readonly string[];
  }[];
  /** What was written, what came with it included; empty where everything stood already. */
  readonly changes: readonly (ResourceKey & { readonly change: "created" | "updated" | "deleted" })[];
  /** Of a rollback alone. */
  readonly left?: readonly Left[];
}

/** A change that was looked at: what it would do, and where it was made. */
export interface Plan {
  readonly id: string;
  /** Where it was made. */
  readonly revision: number;
  readonly actor: string;
  readonly reason: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** The revision that committed it; null = none has. */
  readonly committed: number | null;
  /** In the order in which they are committed; contents of secrets and keys of CAs are withheld. */
  readonly changes: readonly PlannedChange[];
  readonly warnings: readonly PlanWarning[];
  /** What guard rails demand before it is committed. */
  readonly demands: readonly Demand[];
  /** What it does to access tests; the first of each. */
  readonly tests: TestTurns;
  /** Of a rollback: what differs from the past and stays as it is. */
  readonly left?: readonly Left[];
  readonly outcome: Outcome;
}

export interface PlannedChange extends ResourceKey {
  readonly change: "created" | "updated" | "deleted";
  readonly before: Resource | null;
  readonly after: Resource | null;
}

export interface PlanWarning extends ResourceKey {
  readonly text: string;
}

/** A relay whose proof has been verified. */
export interface RelayCaller {
  readonly tenant: string;
  readonly zone: string;
  readonly relay: string;
}

/** The proof's id of a writing call; a repeat answers the first status (ProofRepeated). */
export interface ProofUse {
  readonly id: string;
  readonly expiresAt: number;
}

/** How an organisation stands. */
export interface Overview {
  readonly revision: number;
  readonly sequence: number;
  /** RFC 3339. */
  readonly at: string;
  readonly counts: {
    readonly meshes: number;
    readonly services: number;
    readonly proxies: ProxyTally;
    /** Zones' ingresses and egresses. */
    readonly gates: ProxyTally;
    readonly zones: Readonly<Record<ZoneState | "total", number>>;
    readonly relays: { readonly total: number; readonly online: number };
  };
  /** The first of them, by name; so are the zones. */
  readonly meshes: readonly MeshCensus[];
  readonly zones: readonly ZoneCensus[];
  readonly problems: Problems;
  /** The newest first. */
  readonly revisions: readonly Pick<
    RevisionDelivery,
    "revision" | "actor" | "reason" | "committedAt" | "state" | "proxies" | "offline"
  >[];
}

/** The one place that commits, compiles and rings for an organisation. In process on Node, a Durable Object on Workers. */
export interface Writer {
  apply(caller: Caller, change: Change): Promise<Applied>;
  /** What the change would do; commits nothing, and keeps the plan for a day. Faults as `apply`. */
  plan(caller: Caller, change: Change): Promise<Plan>;
  /** Whether the plan holds on what stands now: it is made again and compared. Fault `absent`. */
  planStanding(caller: Caller, plan: string): Promise<PlanStanding>;
  /** Of all plans that are kept, by id: by the versions of their resources alone. */
  planStandings(caller: Caller): Promise<Readonly<Record<string, PlanStanding>>>;
  /** What would be doubtful after the change, in the meshes that it is about; commits and keeps nothing. Faults as `apply`. */
  lint(caller: Caller, change: Change): Promise<readonly MeshFinding[]>;
  /** How all stands, and what needs attention first; `presences`: the relays as they are heard of. Reads alone. */
  overview(caller: Caller, presences: readonly RelayPresence[]): Promise<Overview>;
  /** A page of proxies. Reads alone. */
  proxies(caller: Caller, presences: readonly RelayPresence[], query: ProxyQuery): Promise<ProxyPage>;
  /** The services of a mesh, and who may call whom. Reads alone. Faults `forbidden`, `absent`. */
  graph(caller: Caller, presences: readonly RelayPresence[], query: GraphQuery): Promise<Graph>;
  /** What the caller may read and has these parts in its name; the best `size`. Reads alone. */
  search(
    caller: Caller,
    query: string,
    size: number,
  ): Promise<{ readonly total: number; readonly items: readonly Hit[] }>;
  /** Once more is as good as once. Faults `forbidden` (its author), `absent`, `stale` (it can be committed no more). */
  approvePlan(caller: Caller, plan: string): Promise<void>;
  /** Takes the caller's own approval back; one that was never given is as good. Faults `absent`, `stale`. */
  withdrawApproval(caller: Caller, plan: string): Promise<void>;
  createToken(
    caller: Caller,
    token: { name: string; scopes: readonly string[]; expiresAt: string | null },
  ): Promise<MintedCredential>;
  revokeToken(caller: Caller, id: string): Promise<void>;
  /** One-use token that admits one relay to the zone; the Zone must exist. `validSeconds` at most 7 days. */
  createEnrolment(caller: Caller, zone: string, validSeconds: number): Promise<MintedCredential>;
  /** The caller proves itself by the token inside. */
  enrol(tenant: string, request: EnrolRequest): Promise<EnrolResponse>;
  /** Kuma's `POST /tokens/dataplane`; returns the JWT. */
  createDataplaneToken(
    caller: Caller,
    request: {
      name: string;
      mesh: string;
      tags: Readonly<Record<string, readonly string[]>>;
      type: string;
      workload: string;
      validForSeconds: number;
    },
  ): Promise<string>;
  /** Kuma's `POST /tokens/zone`; returns the JWT. */
  createZoneToken(
    caller: Caller,
    request: { zone: string; scope: readonly string[]; validForSeconds: number },
  ): Promise<string>;
  certificates(relay: RelayCaller, proof: ProofUse, request: CertificatesRequest): Promise<CertificatesResponse>;
  issuer(relay: RelayCaller, proof: ProofUse, request: IssuerRequest): Promise<IssuerResponse>;
  report(relay: RelayCaller, proof: ProofUse, request: ReportRequest): Promise<ReportResponse>;
  revokeRelay(caller: Caller, zone: string, relay: string): Promise<void>;
  /** Revokes all relays of a zone; their ids. What any of their issuers has signed is trusted no more. */
  revokeZone(caller: Caller, zone: string): Promise<readonly string[]>;
  /**
   * The organisation is to be deleted: from now on its relays, tokens and members are refused. Once more is as good as once, and
   * brings the purge forward where it is asked for. Faults `forbidden`, `invalid` (another name), `conflict` (relays are online).
   */
  endOrganisation(caller: Caller, wanted: EndWanted): Promise<Ending>;
  /** Takes that back; one that stands is as good. Faults `forbidden`, `stale` (it is being purged). */
  restoreOrganisation(caller: Caller): Promise<void>;
  /** How many days audit entries are kept, 1 to 3650. Faults `forbidden`, `invalid`. */
  setAuditRetention(caller: Caller, days: number): Promise<void>;
  /** Faults `forbidden`, `invalid`, `conflict` (there are too many). */
  createWebhook(caller: Caller, wanted: NewWebhook): Promise<WebhookSecret>;
  /** Faults `forbidden`, `absent`; of the following, too. */
  deleteWebhook(caller: Caller, id: string): Promise<void>;
  /** A new secret; the one before signs too for a day. */
  rotateWebhook(caller: Caller, id: string): Promise<WebhookSecret>;
  /** Sends an event to this webhook alone; the event's id. */
  testWebhook(caller: Caller, id: string): Promise<string>;
  /** Sends again one event, or all since a time (RFC 3339); how many. */
  replayWebhook(
    caller: Caller,
    id: string,
    what: { readonly event: string } | { readonly since: string },
  ): Promise<number>;
}

/** How an organisation is to be deleted. */
export interface EndWanted {
  /** Its name, typed again. */
  readonly name: string;
  /** Relays that are online, as `zone/relay`. */
  readonly online: readonly string[];
  /** Although there are some. */
  readonly force: boolean;
  /** Without the days in which it could be taken back. */
  readonly now: boolean;
}

export interface NewWebhook {
  readonly url: string;
  /** Of model/webhook/event.ts. */
  readonly events: readonly string[];
  readonly description: string;
}

export interface WebhookSecret {
  readonly id: string;
  /** `whsec_…`; shown once. */
  readonly secret: string;
  /** Until when the secret before it signs, too; null = there was none. */
  readonly olderUntil: string | null;
}

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

/** A finding of lint. */
export type MeshFinding = Finding & { readonly mesh: string };

/** Who may call whom; every call needs to read dataplanes. */
export interface AccessReader {
  /** What is doubtful, the gravest first; in one mesh where it is said. Fault `absent`. */
  lint(caller: Caller, mesh: string | null): Promise<readonly MeshFinding[]>;
  /** Every pair of services between which there is a way, sorted by mesh, client and callee; of one mesh where it is said. Fault `absent`. */
  pairs(caller: Caller, mesh: string | null): Promise<readonly (Pair & { readonly mesh: string })[]>;
  /** Those of one mesh, in no particular order: to sort a quarter of a million takes longer than to find them. Fault `absent`. */
  unsortedPairs(caller: Caller, mesh: string): Promise<readonly Pair[]>;
  /** A permission that leads to what is wanted, and changes least beside it. Faults `absent`, `invalid` (none does, and why). */
  draft(caller: Caller, mesh: string, asked: DraftAsked): Promise<AccessDraft>;
  /** Every access test and whether it holds, sorted by mesh and name; of one mesh where it is said. Fault `absent`. */
  tests(caller: Caller, mesh: string | null): Promise<readonly TestResult[]>;
  /** Faults `absent`: no such mesh, or a name that nobody has. */
  reach(caller: Caller, mesh: string, question: ReachQuestion): Promise<Reach>;
}

export interface MintedCredential {
  readonly id: string;
  /** The whole credential text; shown once and never stored. */
  readonly token: string;
  readonly expiresAt: string | null;
}

/** What is told from a tenant's rows. */
export interface RowReader {
  get(caller: Caller, key: ResourceKey): Promise<StoredResource>;
  list(
    caller: Caller,
    query: {
      type: string;
      mesh?: string;
      nameContains?: string;
      labels?: Readonly<Record<string, string>>;
      offset: number;
      size: number;
    },
  ): Promise<{ readonly total: number; readonly items: readonly StoredResource[] }>;
  tokens(caller: Caller): Promise<readonly CredentialRow[]>;
}

/** What is told from a tenant's views, all of its resources at once: with matching, compilation and certificates. */
export interface ViewReader {
  /** A dataplane as its zone sees it now, whether its relay has taken that or not. Fault `absent`. */
  inspect<const Asked extends ProxyAsked>(
    caller: Caller,
    mesh: string,
    dataplane: string,
    asked: Asked,
  ): Promise<ProxyTold<Asked>>;
  /** An ingress or egress as its zone would serve it now. Fault `absent`. */
  inspectZoneProxy(caller: Caller, type: ZoneProxyKind, name: string): Promise<ZoneProxyInspection>;
  /** Dataplanes of all zones that a policy or a MeshService selects, sorted by name. Fault `absent`. */
  selected(caller: Caller, key: ResourceKey): Promise<readonly Resource[]>;
  /** Who may call whom. */
  readonly access: AccessReader;
  /** ZoneIngresses with the services that other zones reach behind them, in their order. */
  offered(tenant: string, ingresses: readonly Resource[]): Promise<readonly Resource[]>;
  view(relay: RelayCaller): Promise<ViewText>;
  /** Contents of secrets that proxies of the relay's zone use, sealed to its key (JWK text); of others a refusal. */
  secrets(relay: RelayCaller, encryptionKey: string, request: SecretsRequest): Promise<SecretsResponse>;
}

/** A relay's view as it is sent: `text` is the JSON of a ViewResponse, which is large, and no one on its way looks into it. */
export interface ViewText {
  readonly epoch: number;
  readonly sequence: number;
  readonly text: string;
}

/** What never commits. */
export type Reader = RowReader & ViewReader;

/** The poll path: one row for "nothing new"; imported by the poll worker, so it pulls in no certificate library. */
export interface Poll {
  /**
   * Null = nothing newer than `base`, which is `<version>`, or `<version>:<epoch>.<sequence>` from a relay that also wants
   * envelopes whose version is the same (revoked tokens, relays, event numbers). `waitSeconds` > 0 holds the answer until
   * there is, at most so long. `head` is the relay's row as the caller has just read it, to read no second one.
   * Faults `unauthenticated` (no such relay), `forbidden` (revoked).
   */
  snapshot(
    relay: RelayCaller,
    base: string | null,
    waitSeconds: number,
    head?: ZoneHead,
  ): Promise<SnapshotResponse | null>;
}

export interface Organisations {
  /**
   * The operator's: the organisation, its first admin token and its keys; in a database of the region, or wherever there are
   * fewest. Faults `invalid`, `conflict` when the name is taken.
   */
  create(
    name: string,
    region?: string,
  ): Promise<{ readonly organisation: Organisation; readonly token: MintedCredential }>;
  /** A person's, who is its first owner. Faults as `create`; `conflict` where the person owns as many as one may. */
  found(name: string, owner: string, region?: string): Promise<Organisation>;
}

/** An invitation as it was made: the token of its link is told once. */
export interface MadeInvitation {
  readonly invitation: InvitationRow;
  readonly token: string;
}

/** Who belongs to an organisation. Roles are those of model/role-name.ts. */
export interface Members {
  /** Faults `forbidden`. */
  list(caller: Caller): Promise<readonly MemberRow[]>;
  /** Faults `forbidden`, `invalid`, `absent`; `conflict` for the last owner. */
  setRole(caller: Caller, user: string, role: string): Promise<void>;
  /** Oneself, too: to leave needs no scope. Faults `forbidden`, `absent`; `conflict` for the last owner. */
  remove(caller: Caller, user: string): Promise<void>;
  /** Those that stand open, expired ones too. Fault `forbidden`. */
  invitations(caller: Caller): Promise<readonly InvitationRow[]>;
  /** In place of an earlier one of the address. Faults `forbidden`, `invalid`, `conflict` (a member already, or too many). */
  invite(caller: Caller, asked: { readonly email: string; readonly role: string }): Promise<MadeInvitation>;
  /** Faults `forbidden`, `absent`. */
  revoke(caller: Caller, id: string): Promise<void>;
  /** What a link offers. Fault `absent`. */
  look(token: string): Promise<{ readonly invitation: InvitationRow; readonly organisation: Organisation }>;
  /** Faults `absent`, `forbidden` (another address, or one that is not verified), `stale` (ended or spent). */
  accept(token: string, user: UserRow): Promise<{ readonly organisation: Organisation; readonly role: string }>;
}
