// Border 4: a zone's snapshot. A manifest names sections, a section names blobs, and all are addressed by content.
import type { Hash } from "#model/json.ts";

/** Number of the wire format; a relay refuses one that it does not know. */
export const FORMAT = 1;

/**
 * A section maps keys to values and is stored as a blob of its own, so that one edit rehashes one small section.
 * Section names: `proxies/<mesh>/<bucket>` (proxy name → ProxyEntry), `endpoints/<mesh>/<bucket>` (cluster → hash of an
 * EndpointSet blob), `secrets/<mesh>` (SDS name → hash of a template). `bucket` is a digit 0..f of a hash of the key.
 */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly zone: string;
  /** Section name → hash of the section's canonical JSON. */
  readonly sections: Readonly<Record<string, Hash>>;
}

export interface Snapshot {
  /** SHA-256 of the manifest's RFC 8785 JSON. */
  readonly version: Hash;
  readonly manifest: Manifest;
  /** Text of every blob that the manifest reaches: sections, groups, templates, endpoint sets. */
  readonly blobs: ReadonlyMap<Hash, string>;
}
