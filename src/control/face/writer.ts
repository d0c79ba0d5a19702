// The face of control: the writer, which alone commits, compiles and rings for an organisation. All values are plain, so that it may live elsewhere.
import type {
  CertificatesRequest,
  CertificatesResponse,
  EnrolRequest,
  EnrolResponse,
  IssuerRequest,
  IssuerResponse,
  ReportRequest,
  ReportResponse,
} from "#api/zone.ts";
import type { Graph, GraphQuery } from "#control/overview/graph.ts";
import type { ProxyPage, ProxyQuery } from "#control/overview/proxy-list.ts";
import type { Hit } from "#control/overview/search.ts";
import type { RelayPresence } from "#control/revision-delivery.ts";
import type { Ending } from "#store/face/organisation.ts";
import type { MeshFinding } from "./access.ts";
import type { Caller, ProofUse, RelayCaller } from "./caller.ts";
import type { Applied, Change } from "./change.ts";
import type { MintedCredential } from "./credential.ts";
import type { Overview } from "./overview.ts";
import type { Plan, PlanStanding } from "./plan.ts";
import type { NewWebhook, WebhookSecret } from "./webhook.ts";

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
