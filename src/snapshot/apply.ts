// Applies a difference from elsewhere to a base, believing nothing that its hash does not prove.
import { type Digest, type Hash, isJsonObject } from "#model/json.ts";
import { versionOf } from "./build.ts";
import type { Snapshot } from "./manifest.ts";
import { type Corrupt, openedOf, openSnapshot, readManifest } from "./opened.ts";
import { isHash } from "./section.ts";

export type Applied = { readonly snapshot: Snapshot } | Corrupt;

/**
 * The snapshot that a difference (`SnapshotDiff`, as parsed JSON) makes of `base`. Checks the format number, the base's
 * version, the hash of every blob that came, the resulting version, and that all that is reached is there and has the
 * right shape. Whatever is wrong is an outcome; `base` is never changed.
 */
export function applyDiff(base: Snapshot | null, diff: unknown, digest: Digest): Applied {
  if (!isJsonObject(diff)) return { corrupt: "the snapshot is no JSON object" };
  const { format, zone, sections, blobs, version } = diff;
  if (diff.base !== null && (diff.base === undefined || diff.base !== base?.version)) {
    return {
      corrupt: `the difference is relative to ${JSON.stringify(diff.base)}, and the base is ${base?.version ?? "empty"}`,
    };
  }
  if (!isJsonObject(sections) || !isJsonObject(blobs)) return { corrupt: "the snapshot has no sections or no blobs" };
  const merged = new Map<string, unknown>(diff.base === null ? [] : Object.entries(base?.manifest.sections ?? {}));
  for (const [name, hash] of Object.entries(sections)) {
    if (hash === null) merged.delete(name);
    else merged.set(name, hash);
  }
  const manifest = readManifest(format, zone, merged);
  if ("corrupt" in manifest) return manifest;
  const actual = versionOf(manifest, digest);
  if (actual !== version) {
    return { corrupt: `the sections make the version ${actual}, and ${JSON.stringify(version)} was announced` };
  }
  const fresh = new Map<Hash, string>();
  for (const [hash, text] of Object.entries(blobs)) {
    if (typeof text !== "string" || !isHash(hash)) return { corrupt: `${JSON.stringify(hash)} is no blob` };
    if (digest(text) !== hash) return { corrupt: `the blob ${hash} does not have that hash` };
    fresh.set(hash, text);
  }
  const had = base === null ? undefined : openedOf(base);
  const opened = openSnapshot(actual, manifest, (hash) => fresh.get(hash) ?? base?.blobs.get(hash), had);
  return "corrupt" in opened ? opened : { snapshot: opened.snapshot };
}

/** As `applyDiff`, from bytes: a file or an answer's body. */
export function openDiff(base: Snapshot | null, text: string, digest: Digest): Applied {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { corrupt: "the snapshot is no JSON: cut short or damaged" };
  }
  return applyDiff(base, json, digest);
}
