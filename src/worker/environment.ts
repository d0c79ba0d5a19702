// What the platform binds to the workers: names as in their wrangler files.
import type { AccountMethod } from "#account/accounts.ts";
import type { Writer } from "#control/face/writer.ts";
import type { LogLevel } from "./log.ts";
import type { Outcome } from "./outcome.ts";
import type { ViewMethod } from "./view-call.ts";

/** What is called of an organisation's writer (organisation-writer.ts). */
export interface WriterObject extends Rpc.DurableObjectBranded {
  perform(tenant: string, method: keyof Writer, args: readonly unknown[]): Promise<Outcome>;
  restart(tenant: string, wake: boolean): Promise<Outcome>;
  hear(tenant: string): Promise<Outcome>;
}

/** What is called of the accounts worker (accounts.ts). */
export interface AccountsService {
  perform(method: AccountMethod, args: readonly unknown[]): Promise<Outcome>;
}

/** What is called of the writers' worker besides its objects (writer.ts). */
export interface ViewsService {
  perform(method: ViewMethod, args: readonly unknown[]): Promise<Outcome>;
}

export interface AccountsEnvironment {
  readonly DIRECTORY: D1Database;
  /** Secret: 32 bytes, base64url; the same as the API worker's. */
  readonly ACCOUNT_KEY: string;
  /** Secret: account keys that still open, with commas or white space between; absent = none. The same as the API worker's. */
  readonly OLDER_ACCOUNT_KEYS?: string;
  /** Where mail is handed over; absent = mails are shown in the log. */
  readonly MAIL_URL?: string;
  readonly MAIL_FROM?: string;
  /** Secret: bearer token for MAIL_URL. */
  readonly MAIL_TOKEN?: string;
  /** Secret: JSON list of OIDC providers. */
  readonly OIDC_PROVIDERS?: string;
  /** `0`: nobody signs up by themselves. */
  readonly SIGN_UP?: string;
  /** `info` unless given. */
  readonly LOG_LEVEL?: LogLevel;
}

export interface PollEnvironment {
  readonly TENANTS: D1Database;
  /** Who is in which database; needed where DATABASES names several. */
  readonly DIRECTORY?: D1Database;
  /** As the API worker's. */
  readonly DATABASES?: string;
  /** The API worker. */
  readonly API: Fetcher;
  /** Id of the control plane; the same in both workers. */
  readonly CONTROL_PLANE: string;
  /** Secret: 32 bytes or more, base64url; the same in both workers. */
  readonly NONCE_KEY: string;
  /** As the API worker's: how often an address and a relay may poll. */
  readonly USUAL_TIER?: string;
  /** `info` unless given. */
  readonly LOG_LEVEL?: LogLevel;
}

/** What the API worker and the writers' worker both need. */
export interface FloorEnvironment {
  readonly DIRECTORY: D1Database;
  readonly TENANTS: D1Database;
  /** JSON table of the organisations' databases (store/placement/database-table.ts); absent = TENANTS alone. */
  readonly DATABASES?: string;
  readonly CONTROL_PLANE: string;
  /** Secret: 32 bytes, base64url. */
  readonly KEY_ENCRYPTION_KEY: string;
  /** Secret: key-encryption keys that still open, with commas or white space between; absent = none. */
  readonly OLDER_KEYS?: string;
  /** `info` unless given. */
  readonly LOG_LEVEL?: LogLevel;
  /** How many days revisions are kept; 400 unless given. */
  readonly HISTORY_DAYS?: string;
  /** What organisations have unless the operator says otherwise: `free` unless given (model/limit/limit.ts). */
  readonly USUAL_TIER?: string;
  /** Analytics Engine's dataset for the control plane's own metrics; absent where nobody wants them. */
  readonly METRICS?: AnalyticsEngineDataset;
  /** OTLP collector that traces are sent to; absent = nowhere. */
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  /** Secret: headers for it, `name=value` with commas between. */
  readonly OTEL_EXPORTER_OTLP_HEADERS?: string;
  /** The name of the service in traces; `weft` unless given. */
  readonly OTEL_SERVICE_NAME?: string;
}

export type WriterEnvironment = FloorEnvironment;

export interface ApiEnvironment extends FloorEnvironment {
  /** The console's files; absent where it was not built. */
  readonly ASSETS?: Fetcher;
  /** Objects of the writers' worker. */
  readonly WRITER: DurableObjectNamespace<WriterObject>;
  /** The writers' worker, for what is told from views. */
  readonly VIEWS: ViewsService;
  /** The accounts worker; absent where nobody is to sign in. */
  readonly ACCOUNTS?: AccountsService;
  /** `https://weft.example`: how people reach it; the address that was called unless given. */
  readonly PUBLIC_URL?: string;
  /** Where writers are made whose database is in no named region, as a Durable Object's location hint. */
  readonly WRITER_LOCATION?: DurableObjectLocationHint;
  readonly NONCE_KEY: string;
  /** Secret: 32 bytes, base64url; the same as the accounts worker's. */
  readonly ACCOUNT_KEY: string;
  /** Secret: account keys that still open; the same as the accounts worker's. */
  readonly OLDER_ACCOUNT_KEYS?: string;
  /** Secret that creates organisations. */
  readonly OPERATOR_SECRET: string;
}
