// Blobs: values stored under the hash of their canonical text.

import { canonical } from "#model/canonical.ts";
import type { Bindings, Digest, Hash, Json } from "#model/json.ts";
import type { Group, ProxyEntry, Template } from "./template.ts";

/** Puts values in and finds their text by hash. Frozen values that come again (same object) are hashed once. */
export interface BlobStore {
  put(value: Template | Group): Hash;
  get(hash: Hash): string | undefined;
}

/**
 * A store of blobs in memory. `seed` gives what an earlier one held; only what is put again or reached is kept by
 * `buildSnapshot`, so an unreachable blob costs memory until the store is dropped and never a byte on the wire.
 */
export function createBlobStore(digest: Digest, seed: ReadonlyMap<Hash, string> = new Map()): BlobStore {
  const texts = new Map(seed);
  const known = new WeakMap<object, Hash>();
  return {
    put(value) {
      const before = known.get(value);
      if (before !== undefined) return before;
      const text = canonical(value as unknown as Json);
      const hash = digest(text);
      texts.set(hash, text);
      known.set(value, hash);
      return hash;
    },
    get: (hash) => texts.get(hash),
  };
}

/** Canonical text of a proxy's entry, as it stands in its section. */
export function entryText(entry: ProxyEntry): string {
  let groups = "";
  for (const [hash, bindings] of entry.groups) {
    groups += `${groups === "" ? "" : ","}["${hash}",${bindingsText(bindings)}]`;
  }
  return `{"groups":[${groups}]}`;
}

/** Half of a proxy's groups have nothing of its own in them. */
function bindingsText(bindings: Bindings): string {
  for (const _name in bindings) return canonical(bindings);
  return "{}";
}
