// The store's face: what may be asked of it, always inside a tenant. The directory is the one exception.
import type { AccountStore } from "./face/account.ts";
import type { TenantAudit } from "./face/audit.ts";
import type { TenantCertificates } from "./face/certificate.ts";
import type { TenantCommits } from "./face/commit.ts";
import type { Copies } from "./face/copy.ts";
import type { TenantCredentials } from "./face/credential.ts";
import type { TenantDeliveries } from "./face/delivery.ts";
import type { TenantHistory } from "./face/history.ts";
import type { TenantJoinNotes } from "./face/join-note.ts";
import type { MemberStore } from "./face/member.ts";
import type { Mover } from "./face/move.ts";
import type { Directory } from "./face/organisation.ts";
import type { PasskeyStore } from "./face/passkey.ts";
import type { Places } from "./face/placement.ts";
import type { TenantPlans } from "./face/plan.ts";
import type { TenantRegistrations } from "./face/registration.ts";
import type { TenantRelays } from "./face/relay.ts";
import type { TenantResources } from "./face/resource.ts";
import type { TenantSealed } from "./face/sealed.ts";
import type { TenantSnapshots } from "./face/snapshot.ts";
import type { TenantWebhooks } from "./face/webhook.ts";
import type { WholeCopies } from "./face/whole-copy.ts";

export interface Store {
  readonly directory: Directory;
  /** The databases of tenants, and who is in which. */
  readonly places: Places;
  /** Backups and restores of whole organisations. */
  readonly copies: Copies;
  /** The directory's part of a backup of everything. */
  readonly whole: WholeCopies;
  /** Moves organisations between the databases. */
  readonly mover: Mover;
  /** People and their sessions: in the directory too. */
  readonly accounts: AccountStore;
  /** Members of organisations and invitations: in the directory too. */
  readonly members: MemberStore;
  /** Their passkeys and other ways in: there as well. */
  readonly passkeys: PasskeyStore;
  /** The only object that has queries on tenants' tables. */
  within(tenant: string): TenantStore;
  /**
   * Removes an organisation that is marked as ended and whose time has come: a move that is under way is ended first, then all of
   * its rows go, by about so many statements, then its name. False = call again, which may be in another process.
   */
  remove(tenant: string, statements: number): Promise<boolean>;
  /** Resolves when every database that was opened has answered; its error where one does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** All that may be asked of one tenant. */
export interface TenantStore
  extends TenantAudit,
    TenantCertificates,
    TenantCommits,
    TenantCredentials,
    TenantDeliveries,
    TenantHistory,
    TenantJoinNotes,
    TenantPlans,
    TenantRegistrations,
    TenantRelays,
    TenantResources,
    TenantSealed,
    TenantSnapshots {
  readonly tenant: string;
  readonly webhooks: TenantWebhooks;
  /**
   * Deletes what the tenant has, by at most so many statements, each of a bounded number of rows. True once a look at every table
   * has found nothing more: until then it is to be called again, which may be in another process.
   */
  purge(statements: number): Promise<boolean>;
}
