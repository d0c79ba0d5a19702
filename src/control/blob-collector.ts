// Collects blobs that no newest snapshot of any zone names, an hour after that began: until then a relay may ask for them.
import type { Hash } from "#model/json.ts";
import { diffManifests } from "#snapshot/delta.ts";
import { FORMAT, type Manifest } from "#snapshot/manifest.ts";
import type { Tenant } from "./tenant.ts";

/**
 * Polls that have read of a snapshot are answered with its parts, were it not the newest any more; relays that hold it get less
 * sent while its parts are there; and a publication names what it was told to be there up to so long ago. Milliseconds.
 */
export const GRACE = 3600_000;

/** Looked at in one batch: what D1 deletes in a blink. */
const MOST = 500;
/** And so many batches in one go. */
const BATCHES = 20;

export interface BlobCollector {
  /** Does some of what is due; milliseconds since 1970 when it wants to be called again, null = not before the next publication. */
  tend(): Promise<number | null>;
}

/** Of one organisation's writer. */
export function openBlobCollector({ store, deps }: Pick<Tenant, "store" | "deps">): BlobCollector {
  const used = async (): Promise<Used | null> => {
    const heads = (await store.zoneHeads()).filter(({ revoked, version }) => !revoked && version !== "");
    const versions = [...new Map(heads.map(({ zone, version }) => [`${zone}/${version}`, { zone, version }])).values()];
    const hashes = new Set<Hash>();
    for (const { zone, version } of versions) {
      const text = await store.manifest(zone, version);
      // A restored organisation's snapshots are compiled anew: they are not there yet.
      if (text === null) return null;
      const nothing: Manifest = { format: FORMAT, zone, sections: {} };
      for (const hash of (await diffManifests(nothing, JSON.parse(text) as Manifest, (some) => store.blobs(some)))
        .lacking)
        hashes.add(hash);
    }
    return { versions, hashes };
  };
  const next = (now: number): Promise<readonly Hash[]> => store.unusedBlobs(now - GRACE, MOST);
  return {
    async tend() {
      const since = await store.unusedSince();
      if (since === null) return null;
      const now = deps.clock();
      if (since + GRACE > now) return since + GRACE;
      const known = await used();
      if (known === null) return now + GRACE;
      const isUsed = (hash: Hash): boolean => known.hashes.has(hash);
      for (let batch = 0, due = await next(now); due.length > 0 && batch < BATCHES; batch += 1, due = await next(now)) {
        const [gone, used] = [due.filter((hash) => !isUsed(hash)), due.filter(isUsed)];
        if (!(await store.collect({ gone, used, versions: known.versions }))) return now + GRACE;
      }
      // Notes may be missing, of what was stored by earlier releases for one: so some others are looked at, from anywhere on.
      const others = await store.storedBlobs(anyHash(deps.chance(8)), MOST);
      const first = others.length < MOST ? await store.storedBlobs("", MOST) : [];
      await store.noteUnused([...others, ...first].filter((hash) => !isUsed(hash)));
      const later = await store.unusedSince();
      return later === null ? null : later + GRACE;
    },
  };
}

interface Used {
  readonly versions: readonly { readonly zone: string; readonly version: Hash }[];
  readonly hashes: ReadonlySet<Hash>;
}

const DIGITS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

/** The beginning of one; hashes are base64url. */
function anyHash(bytes: Uint8Array): string {
  return [...bytes].map((byte) => DIGITS[byte % 64]).join("");
}
