// What an edge gives the control floor.
import type { Chance, Clock } from "#model/clock.ts";
import type { Digest } from "#model/json.ts";
import type { Store } from "#store/store.ts";
import type { KeyRing } from "#trust/seal.ts";
import type { Receivers } from "./webhook/receiver.ts";

/** Writes one line. Labels are static text, values go in fields; `fields` hold no secret. */
export type Log = (
  level: "debug" | "info" | "warn" | "error",
  label: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

export interface Bell {
  /** Tells whoever waits that the zone's snapshot has reached this sequence. Never throws. */
  ring(tenant: string, zone: string, sequence: number): void;
}

export interface ControlDeps {
  readonly store: Store;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Seals every private key and every secret at rest. */
  readonly keyEncryptionKey: KeyRing;
  /** The control plane's id: named in envelopes and in each relay's proofs. */
  readonly controlPlane: string;
  /** Told after each publication; held polls in this process are woken without it. */
  readonly bell: Bell;
  readonly log: Log;
  /** URL of a tenant's bell for a zone, as enrolled relays are told; absent = there is none. */
  readonly bellUrl?: (tenant: string, zone: string) => string;
  /** How webhooks reach their receivers; absent = this process delivers none. */
  readonly receivers?: Receivers;
  /**
   * Awaited before each commit that a compile must follow. On Workers it sets the alarm that makes good a crash between
   * the two (see `TenantWriter.recover`); a process that lives on needs none.
   */
  readonly beforeCommit?: (tenant: string) => Promise<void>;
  /** How long revisions are kept, in days; 400 unless given. The newest stays. */
  readonly historyDays?: number;
  /**
   * Asked to have the tenant's writer recover no later than `at` (milliseconds since 1970), because time alone changes
   * something then. Absent, the writer sets a timer in its own process.
   */
  readonly wake?: (tenant: string, at: number) => Promise<void>;
}
