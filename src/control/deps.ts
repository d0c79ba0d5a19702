// What an edge gives the control floor.
import type { Chance, Clock } from "#model/clock.ts";
import type { Digest } from "#model/json.ts";
import type { Tier } from "#model/limit/limit.ts";
import type { Position } from "#model/position.ts";
import type { Store } from "#store/store.ts";
import type { KeyRing } from "#trust/seal.ts";
import type { ContactBook } from "./bell/contact.ts";
import type { Tell } from "./event/hub.ts";
import type { RelayCaller } from "./face/caller.ts";
import type { Pace } from "./pace.ts";
import type { Watch } from "./watch/watch.ts";
import type { Receivers } from "./webhook/receiver.ts";

/** Writes one line. Labels are static text, values go in fields; `fields` hold no secret. */
export type Log = (
  level: "debug" | "info" | "warn" | "error",
  label: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

export interface Bell {
  /** Tells whoever waits that the zone's snapshot has reached this position. Never throws. */
  ring(tenant: string, zone: string, position: Position): void;
  /** The relay has been revoked: it hears the bell no more. Never throws. */
  dismiss(relay: RelayCaller): void;
}

/** How long revisions are kept unless the edge says otherwise: as long as the audit. */
export const HISTORY_DAYS = 400;

export interface ControlDeps {
  readonly store: Store;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Seals every private key and every secret at rest. */
  readonly keyEncryptionKey: KeyRing;
  /** The control plane's id: named in envelopes and in each relay's proofs. */
  readonly controlPlane: string;
  /** Relays on WebSockets: told after each publication; held polls in this process are woken without it. */
  readonly bell: Bell;
  /** Shared by all organisations of the process; absent = each has its own. */
  readonly pace?: Pace;
  /** Told of each write; absent = nobody can listen. */
  readonly tell?: Tell;
  readonly log: Log;
  /** Awaited between the pieces of a write and what follows from it: others have their turn. Absent = a breath after each long one. */
  readonly rest?: (tenant: string) => Promise<void>;
  /** Told of counts, durations and spans; absent = nobody wants to know. */
  readonly watch?: Watch;
  /** URL of a tenant's bell for a zone, as enrolled relays are told; absent = where they reach the control plane. */
  readonly bellUrl?: (tenant: string, zone: string) => string;
  /** What this process hears of relays, where every call of every relay comes to it; absent = their rows alone say who is there. */
  readonly contacts?: Pick<ContactBook, "standing">;
  /** What organisations have unless the operator says otherwise; absent = `self-hosted`. */
  readonly usualTier?: Tier;
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
   * Compiles are kept while an organisation's proxies times its zones are at most so many; absent = always. A larger one takes
   * more time at each change and less memory, and its revisions tell no effect.
   */
  readonly keptProxies?: number;
  /**
   * Asked to have the tenant's writer recover no later than `at` (milliseconds since 1970), because time alone changes
   * something then. Absent, the writer sets a timer in its own process.
   */
  readonly wake?: (tenant: string, at: number) => Promise<void>;
}
