// What the platform binds to the workers: names as in wrangler.toml and wrangler.poll.toml.
import type { Writer } from "#control/control.ts";
import type { LogLevel } from "./log.ts";
import type { Outcome } from "./outcome.ts";

/** What is called of an organisation's writer (organisation-writer.ts). */
export interface WriterObject extends Rpc.DurableObjectBranded {
  perform(tenant: string, method: keyof Writer, args: readonly unknown[]): Promise<Outcome>;
}

export interface PollEnvironment {
  readonly TENANTS: D1Database;
  /** The API worker. */
  readonly API: Fetcher;
  /** Id of the control plane; the same in both workers. */
  readonly CONTROL_PLANE: string;
  /** Secret: 32 bytes or more, base64url; the same in both workers. */
  readonly NONCE_KEY: string;
  /** `info` unless given. */
  readonly LOG_LEVEL?: LogLevel;
}

export interface ApiEnvironment {
  readonly DIRECTORY: D1Database;
  readonly TENANTS: D1Database;
  readonly WRITER: DurableObjectNamespace<WriterObject>;
  readonly CONTROL_PLANE: string;
  /** Where writers are made: the region of the tenants' database, as a Durable Object's location hint. */
  readonly WRITER_LOCATION?: DurableObjectLocationHint;
  /** Secret: 32 bytes, base64url. */
  readonly KEY_ENCRYPTION_KEY: string;
  /** `info` unless given. */
  readonly LOG_LEVEL?: LogLevel;
  readonly NONCE_KEY: string;
  /** How many days revisions are kept; 400 unless given. */
  readonly HISTORY_DAYS?: string;
  /** Secret that creates organisations. */
  readonly OPERATOR_SECRET: string;
}
