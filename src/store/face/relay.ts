// Relays: the row that a poll reads, and when each was heard of.
import type { AuditDraft } from "#model/audit/entry.ts";

/** One row a relay: what the poll path reads, and nothing else. */
export interface ZoneHead {
  readonly zone: string;
  readonly relay: string;
  /** JWK of the relay's signing key (ES256), JSON text. */
  readonly signingKey: string;
  /** JWK of the relay's ECDH key, JSON text. */
  readonly encryptionKey: string;
  readonly revoked: boolean;
  /** Its organisation is to be deleted: it is answered no more until that is taken back. Absent = it is not. */
  readonly closed?: true;
  readonly epoch: number;
  readonly sequence: number;
  /** Empty before the first compile. */
  readonly version: string;
  readonly lastEvent: number;
  readonly enrolledAt: string;
  /** `host:port` where the zone's proxies and its other relays reach it; empty until it has said so. */
  readonly address: string;
  /** PEM of the CA of its certificate; empty until it has said so. */
  readonly ca: string;
}

/** What a relay is to have. */
export interface Newest {
  /** Empty before the first compile. */
  readonly version: string;
  /** Compact JWS over the envelope of that snapshot; empty before the first. */
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
  /** How it hears what is new, as it said last: `bell`, `held` or `plain`; empty = it has not. */
  readonly way: string;
  /** When its connection to the bell ended, and it was heard of no more; null = it was not lost. */
  readonly lostAt: string | null;
}

/** That a relay was heard of, and nothing more. */
export type Seen = Pick<ContactRow, "zone" | "relay" | "seenAt">;

/** All queries on one tenant's relays. */
export interface TenantRelays {
  /**
   * Enrols in one batch: marks the token used by this relay and adds the row. The same token and keys again answer the row
   * that was added first, whatever relay id they come with. Fault `forbidden` when another relay used the token, or it is
   * unknown, expired, revoked or another zone's; Fault `conflict` when the relay id is taken.
   */
  enrol(tokenId: string, head: ZoneHead, audit?: readonly AuditDraft[]): Promise<ZoneHead>;
  zoneHead(zone: string, relay: string): Promise<ZoneHead | null>;
  /** What the relay is to have, with its envelope, which is as long as the organisation has meshes. */
  newest(zone: string, relay: string): Promise<Newest | null>;
  zoneHeads(zone?: string): Promise<readonly ZoneHead[]>;
  revokeRelay(zone: string, relay: string, audit?: readonly AuditDraft[]): Promise<boolean>;
  /** Closes all relays, or opens them; what was revoked stays so. */
  closeRelays(closed: boolean, audit?: readonly AuditDraft[]): Promise<void>;
  /**
   * Writes one row over whatever was known of the relay's contact, but never an older `seenAt` over a newer one; nor is a
   * `leftAt` older than it.
   */
  keepContact(row: ContactRow): Promise<void>;
  /** Writes a later `seenAt` into the row. Nothing where there is none, or the relay has said that it stops. */
  keepSeen(seen: Seen): Promise<void>;
  /** By zone then relay; a relay that was never heard of has none. */
  contacts(zone?: string): Promise<readonly ContactRow[]>;
}
