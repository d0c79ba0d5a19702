// Sections: names, buckets and the texts of a manifest's parts.
import type { Hash } from "#model/json.ts";

export const SECTION_KINDS = ["proxies", "endpoints", "secrets"] as const;
export type SectionKind = (typeof SECTION_KINDS)[number];

/** How many buckets proxies and endpoint sets are spread over, so that one edit rehashes a sixteenth. */
export const BUCKETS = 16;

export interface SectionName {
  readonly kind: SectionKind;
  readonly mesh: string;
  /** 0..15; secrets have a single section and no bucket. */
  readonly bucket: number;
}

/** `proxies/default/a`, `secrets/default`. */
export function sectionText({ kind, mesh, bucket }: SectionName): string {
  return kind === "secrets" ? `secrets/${mesh}` : `${kind}/${mesh}/${bucket.toString(16)}`;
}

/** The parts of a section's name; null for a text that is none. */
export function parseSection(text: string): SectionName | null {
  const parts = text.split("/");
  const [kind, mesh, digit] = parts;
  // A zone's own proxies stand under the empty name.
  if (mesh === undefined) return null;
  if (kind === "secrets") return parts.length === 2 ? { kind, mesh, bucket: 0 } : null;
  if (kind !== "proxies" && kind !== "endpoints") return null;
  if (parts.length !== 3 || digit === undefined || !/^[0-9a-f]$/.test(digit)) return null;
  return { kind, mesh, bucket: Number.parseInt(digit, 16) };
}

/** Bucket of a proxy's or cluster's name: 32-bit FNV-1a over its UTF-16 units, mixed, modulo 16. Part of the wire format. */
export function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) & (BUCKETS - 1);
}

const HASH = /^[A-Za-z0-9_-]{43}$/;

/** Whether a text has the form of a content hash. */
export function isHash(value: unknown): value is Hash {
  return typeof value === "string" && HASH.test(value);
}
