// Stored values: canonical text under its hash, and groups of them with what the proxies that share them must know.
import type { Bindings, Digest, Hash, Json } from "#model/json.ts";
import type { LocalityRules } from "#model/locality.ts";
import type { PolicyFault } from "#xds/explain.ts";

/** A stored value: its canonical text and the hash of that. */
export interface Blob {
  readonly hash: Hash;
  readonly text: string;
}

export interface GroupBlob extends Blob {
  /** How a proxy names it that has nothing of its own to say to it. */
  readonly bare: readonly [Hash, Bindings];
  /** Each once; the same list for groups that have the same. */
  readonly templates: readonly Blob[];
  /** Names of the holes that the proxy has to fill, sorted. */
  readonly holes: readonly string[];
  readonly faults: readonly PolicyFault[];
  /** Clusters whose endpoints come by EDS. */
  readonly clusters: readonly string[];
  /** Clusters whose endpoints are arranged for the proxy. */
  readonly variants: readonly Variant[];
  /** Something that matching found is not served: a clash, or a destination that no route leads to. */
  readonly partial: boolean;
  /** It names the mesh's trust bundle. */
  readonly secured: boolean;
  /** What of the proxy itself cannot be served; said of each proxy that has this group. */
  readonly clashes: readonly Clash[];
}

/** An endpoint set that is arranged by rules of a client. */
export interface Variant {
  /** The cluster whose endpoints it has. */
  readonly cluster: string;
  /** Its name, where it depends on the proxy in the notation of templates. */
  readonly name: Json;
  readonly rules: LocalityRules;
}

/** A mistake in a dataplane. */
export interface Clash {
  readonly field: string;
  readonly reason: string;
}

/** Canonical text of a batch (snapshot/template.ts): its templates' hashes, and bindings as text. */
export function batchText(templates: readonly Blob[], bindings: readonly string[]): string {
  return `[[${templates.map(({ hash }) => `"${hash}"`).join()}],[${bindings.join()}]]`;
}

export function blobFrom(text: string, digest: Digest): Blob {
  return { hash: digest(text), text };
}
