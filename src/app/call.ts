// A call: one request with all that its handler may need to know, after authentication.

import type { Accounts } from "#account/accounts.ts";
import type { Auth } from "#api/route.ts";
import type { Operation } from "#api/routes.ts";
import type { Refusals } from "#control/audit/refusals.ts";
import type { ContactBook } from "#control/bell/contact.ts";
import type { Backups } from "#control/copy/backup.ts";
import type { Whole } from "#control/copy/whole.ts";
import type { Log } from "#control/deps.ts";
import type { Events } from "#control/event/hub.ts";
import type { AuditReader } from "#control/face/audit.ts";
import type { Caller, ProofUse, RelayCaller } from "#control/face/caller.ts";
import type { Members } from "#control/face/member.ts";
import type { Organisations } from "#control/face/organisation.ts";
import type { Poll } from "#control/face/poll.ts";
import type { Reader } from "#control/face/reader.ts";
import type { Writer } from "#control/face/writer.ts";
import type { Tiers } from "#control/limit/tiers.ts";
import type { Turns } from "#control/limit/turns.ts";
import type { Reseals } from "#control/secret/reseal.ts";
import type { TokenUses } from "#control/token/use.ts";
import type { UsageReader } from "#control/usage.ts";
import type { RequestMark } from "#control/watch/span.ts";
import type { Watch } from "#control/watch/watch.ts";
import type { Chance, Clock } from "#model/clock.ts";
import type { Digest } from "#model/json.ts";
import type { Sealed } from "#model/sealed.ts";
import type { SessionUser } from "#store/face/account.ts";
import type { Organisation } from "#store/face/organisation.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import type { Store } from "#store/store.ts";
import type { ConsoleFiles } from "./console.ts";

/** Where relays come to the bell. */
export interface BellDoor {
  /**
   * Answers a relay's call for a WebSocket, as the edge does it: the connection is handed over with the answer. Fault
   * `too-many` where there is no room.
   */
  open(relay: RelayCaller, request: Request): Promise<Response>;
}

/** What an edge gives the app. */
export interface AppOptions {
  readonly store: Store;
  readonly writer: Writer;
  readonly reader: Reader;
  readonly poll: Poll;
  /** The longest that a poll is held, seconds; absent = app/prefer.ts. */
  readonly longestWait?: number;
  /** Absent = relays poll. */
  readonly bell?: BellDoor;
  readonly organisations: Organisations;
  /** Absent = this edge takes no backups. */
  readonly backups?: Backups;
  readonly whole?: Whole;
  /** Absent = this edge seals nothing again. */
  readonly reseals?: Reseals;
  readonly members: Members;
  readonly audit: AuditReader;
  readonly usage: UsageReader;
  readonly tiers: Tiers;
  /** Organisations take turns at this process; absent = somebody else sees to it. */
  readonly turns?: Turns;
  readonly events: Events;
  /** What this process has heard of relays. */
  readonly contacts: ContactBook;
  /** The control plane's id: the audience of proofs. */
  readonly controlPlane: string;
  readonly operatorSecret: Sealed;
  /** HMAC key of nonces (trust/nonce.ts). */
  readonly nonceKey: CryptoKey;
  /** Signs people's sessions (trust/session-token.ts). */
  readonly accountKey: CryptoKey;
  /** What was signed by one of these counts too; absent = none. */
  readonly olderAccountKeys?: readonly CryptoKey[];
  /** Who somebody is; what it needs is loaded at its first call. */
  readonly accounts: Accounts;
  /** `https://weft.example` as people reach it: what links in mails lead to. */
  readonly originOf: (request: Request) => string;
  /** From where a call comes, as far as the edge can believe it; "" where it is not known. */
  readonly addressOf: (request: Request) => string;
  readonly clock: Clock;
  readonly chance: Chance;
  /** SHA-256 that answers at once, for the secrets of tokens; absent = WebCrypto's, each of which waits for a thread. */
  readonly digest?: Digest;
  readonly log: Log;
  /** Told of counts, durations and spans; absent = nobody wants to know. */
  readonly watch?: Watch;
  /** The counts of this process in Prometheus' text format; absent where nobody can scrape one process. */
  readonly metrics?: () => Promise<string>;
  readonly console: ConsoleFiles;
  /** Takes work that goes on after an answer, where the platform would end it; absent = it goes on by itself. */
  readonly background?: (work: Promise<unknown>) => void;
}

export interface Call {
  readonly app: AppOptions;
  readonly refusals: Refusals;
  readonly uses: TokenUses;
  readonly operation: Operation;
  readonly request: Request;
  readonly url: URL;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** In the answer, the log and problems. */
  readonly requestId: string;
  /** What it leads to tells of it. */
  readonly mark: RequestMark;
  /** The body: bytes within the route's limit; empty where there is none. */
  readonly bytes: () => Promise<Uint8Array<ArrayBuffer>>;
}

/** A call with an API token of the organisation in its path, or by the session of a member. */
export interface ApiCall extends Call {
  readonly organisation: Organisation;
  readonly caller: Caller;
  readonly holder: Holder;
}

/** Of the token, or of the person and the session. */
export interface Holder {
  readonly name: string;
  /** When the token or the session ends by itself; null = never. */
  readonly expiresAt: string | null;
}

/** A call by a person's session. */
export interface PersonCall extends Call, SessionUser {}

/** A call of who may found an organisation. */
export interface FounderCall extends Call {
  /** The person; null = the operator. */
  readonly user: SessionUser["user"] | null;
}

/** A call that a relay has proved. */
export interface RelayCall extends Call {
  readonly relay: RelayCaller;
  readonly proof: ProofUse;
  /** The row by which it was proved. */
  readonly head: ZoneHead;
}

export interface CallOf {
  readonly none: Call;
  readonly operator: Call;
  readonly api: ApiCall;
  readonly person: PersonCall;
  readonly founder: FounderCall;
  readonly relay: RelayCall;
}

export type Handler<A extends Auth> = (call: CallOf[A]) => Promise<Response> | Response;

/** The value of a path parameter. TypeError where the route has none of that name. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new TypeError(`The path of ${call.operation.name} has no {${name}}`);
  return value;
}
