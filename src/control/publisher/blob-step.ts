// Blobs from one snapshot of a zone to the next: which the store lacks, and which are used no more.
import type { Tenant } from "#control/tenant.ts";
import type { Hash } from "#model/json.ts";
import { BlobMissing, blobsIn, diffManifests, type LoadBlobs } from "#snapshot/delta.ts";
import type { Manifest, Snapshot } from "#snapshot/manifest.ts";
import { addedKeys } from "#snapshot/union.ts";
import type { PublishedSnapshot } from "#store/face/snapshot.ts";
import type { OwnPart } from "./own-part.ts";

/** What a snapshot has no more that the one of the version `from` had. */
export type Dropped = NonNullable<PublishedSnapshot["dropped"]>;

/** By memory, else by what is stored: a process that has just started knows nothing of what it replaces. */
export async function droppedBlobs(
  { store }: Pick<Tenant, "store">,
  { zone, previous, version }: OwnPart,
  stored: Snapshot | null,
  snapshot: Snapshot,
): Promise<Dropped> {
  if (previous === "" || previous === version) return { from: previous, hashes: [] };
  if (stored?.version === previous) return { from: previous, hashes: [...addedKeys(stored.blobs, snapshot.blobs)] };
  const text = await store.manifest(zone, previous);
  const inMemory = blobsIn(snapshot);
  const load: LoadBlobs = async (hashes) => {
    const found = await inMemory(hashes);
    return new Map([...found, ...(await store.blobs(hashes.filter((hash) => !found.has(hash))))]);
  };
  try {
    if (text === null) throw new BlobMissing("its manifest is not there");
    const { lacking } = await diffManifests(snapshot.manifest, JSON.parse(text) as Manifest, load);
    return { from: previous, hashes: lacking };
  } catch (error) {
    // Of a restored organisation, what it had then may be gone: then it is not known.
    if (error instanceof BlobMissing) return { from: "", hashes: [] };
    throw error;
  }
}

/** Blobs that the store lacks: told by what was stored last, or by asking when this process stored nothing yet. */
export async function lackingBlobs(
  { store }: Pick<Tenant, "store">,
  { blobs }: Snapshot,
  stored: Snapshot | null,
): Promise<ReadonlyMap<Hash, string>> {
  const fresh = stored === null ? await store.missingBlobs([...blobs.keys()]) : [...addedKeys(blobs, stored.blobs)];
  return new Map(fresh.map((hash) => [hash, blobs.get(hash) as string]));
}
