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
  /** What the zone's snapshot of the version `from` had and this one has not; absent = it is not known. */
  readonly dropped?: { readonly from: Hash; readonly hashes: readonly Hash[] };
  /** Compact JWS; without the end of its payload that is shared. */
  readonly envelope: string;
  /** That end, which belongs before the last dot; absent = the envelope is whole. */
  readonly shared?: SharedText;
}

/** What other envelopes have too: it is stored once. */
export interface SharedText {
  readonly hash: Hash;
  /** base64url. */
  readonly text: string;
}

/** All queries on one tenant's snapshots. */
export interface TenantSnapshots {
  /** Stores a compiled snapshot: new blobs, the manifest, and the heads of the zone's relays, in one batch. Ignored (false) when the heads hold a newer (epoch, sequence). */
  publish(snapshot: PublishedSnapshot): Promise<boolean>;
  manifest(zone: string, version: Hash): Promise<string | null>;
  blobs(hashes: readonly Hash[]): Promise<ReadonlyMap<Hash, string>>;
  /**
   * Which of these hashes are not stored yet, or are noted as unused. What is told to be there stays for an hour, whoever
   * else publishes.
   */
  missingBlobs(hashes: readonly Hash[]): Promise<readonly Hash[]>;
  /** When the first of those that are noted as unused was noted, milliseconds since 1970; null = none is. */
  unusedSince(): Promise<number | null>;
  /** The oldest of those that were noted as unused by this time. */
  unusedBlobs(by: number, size: number): Promise<readonly Hash[]>;
  /** Hashes of stored blobs behind this one, in their order, whether they are used or not. */
  storedBlobs(behind: Hash, size: number): Promise<readonly Hash[]>;
  /** Notes as unused what is stored and not noted yet. */
  noteUnused(hashes: readonly Hash[]): Promise<void>;
  /**
   * Deletes the `gone` and their notes, and the notes of the `used`. False, with nothing done, where a relay was given a
   * snapshot that is none of `versions`: then it is not known what is used.
   */
  collect(found: CollectedBlobs): Promise<boolean>;
}

export interface CollectedBlobs {
  readonly gone: readonly Hash[];
  readonly used: readonly Hash[];
  readonly versions: readonly { readonly zone: string; readonly version: Hash }[];
}
