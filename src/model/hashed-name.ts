// Names of what zones make: the name that its user knows, and a hash that keeps those of two zones apart (Kuma's HashedName).
import { fnv1a64 } from "./sni.ts";

/** Kubernetes' alphabet of generated names, which spells no words. */
const LETTERS = "bcdfghjklmnpqrstvwxz2456789";
/** So that the whole stays within 253 characters. */
const LONGEST = 236;

/** `backend-w7bd58f7zwdd4885`: as a global control plane stores what a zone calls `name`. */
export function hashedName(mesh: string, name: string, ...more: readonly string[]): string {
  const hash = fnv1a64([mesh, name, ...more].join(""));
  const letters = [...hash].map((digit) => LETTERS[digit.charCodeAt(0) % LETTERS.length]);
  return `${name.slice(0, LONGEST)}-${letters.join("")}`;
}
