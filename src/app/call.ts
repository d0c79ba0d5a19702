// A call: one request with all that its handler may need to know, after authentication.

import type { Auth } from "#api/route.ts";
import type { Operation } from "#api/routes.ts";
import type { ContactBook } from "#control/contact.ts";
import type {
  AuditReader,
  Caller,
  Organisations,
  Poll,
  ProofUse,
  Reader,
  RelayCaller,
  Writer,
} from "#control/control.ts";
import type { Log } from "#control/deps.ts";
import type { Chance, Clock } from "#model/clock.ts";
import type { Sealed } from "#model/sealed.ts";
import type { CredentialRow, Organisation, Store, ZoneHead } from "#store/store.ts";

/** What an edge gives the app. */
export interface AppOptions {
  readonly store: Store;
  readonly writer: Writer;
  readonly reader: Reader;
  readonly poll: Poll;
  readonly organisations: Organisations;
  readonly audit: AuditReader;
  /** What this process has heard of relays. */
  readonly contacts: ContactBook;
  /** The control plane's id: the audience of proofs. */
  readonly controlPlane: string;
  readonly operatorSecret: Sealed;
  /** HMAC key of nonces (trust/nonce.ts). */
  readonly nonceKey: CryptoKey;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export interface Call {
  readonly app: AppOptions;
  readonly operation: Operation;
  readonly request: Request;
  readonly url: URL;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** In the answer, the log and problems. */
  readonly requestId: string;
  /** The body: bytes within the route's limit; empty where there is none. */
  readonly bytes: () => Promise<Uint8Array<ArrayBuffer>>;
}

/** A call with an API token of the organisation in its path. */
export interface ApiCall extends Call {
  readonly organisation: Organisation;
  readonly caller: Caller;
  readonly credential: CredentialRow;
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
  readonly relay: RelayCall;
}

export type Handler<A extends Auth> = (call: CallOf[A]) => Promise<Response> | Response;

/** The value of a path parameter. TypeError where the route has none of that name. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new TypeError(`The path of ${call.operation.name} has no {${name}}`);
  return value;
}
