// Compiled snapshots.
import type { Hash } from "#model/json.ts";

export interface PublishedSnapshot {
  readonly zone: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly version: Hash;
  /** RFC 8785 JSON of the manifest. */
  readonly manifest: string;
  readonly blobs: ReadonlyMap<Hash, string>;
  /** Compact JWS. */
  readonly envelope: string;
}

/** All queries on one tenant's snapshots. */
export interface TenantSnapshots {
  /** Stores a compiled snapshot: new blobs, the manifest, and the heads of the zone's relays, in one batch. Ignored (false) when the heads hold a newer (epoch, sequence). */
  publish(snapshot: PublishedSnapshot): Promise<boolean>;
  manifest(zone: string, version: Hash): Promise<string | null>;
  blobs(hashes: readonly Hash[]): Promise<ReadonlyMap<Hash, string>>;
  /** Which of these hashes are not stored yet. */
  missingBlobs(hashes: readonly Hash[]): Promise<readonly Hash[]>;
}
