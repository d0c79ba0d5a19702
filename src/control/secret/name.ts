// Names of the Secrets that Weft reads or makes itself, as Kuma 2.14 names them.
import type { ResourceKey } from "#model/resource.ts";

/** Certificate of a builtin CA, base64 of PEM. */
export function caCertificateName(mesh: string, backend: string): string {
  return `${mesh}.ca-builtin-cert-${backend}`;
}

/** Private key of a builtin CA, base64 of PEM. */
export function caKeyName(mesh: string, backend: string): string {
  return `${mesh}.ca-builtin-key-${backend}`;
}

/** The key with this serial that signs a mesh's dataplane tokens, base64 of PEM; the highest serial signs. */
export function tokenKeyName(mesh: string, serial: number): string {
  return `dataplane-token-signing-key-${mesh}-${serial}`;
}

/** Serial of a dataplane token's signing key, or null for any other Secret. */
export function tokenKeySerial({ mesh, name }: Pick<ResourceKey, "mesh" | "name">): number | null {
  const start = `dataplane-token-signing-key-${mesh}-`;
  const digits = name.startsWith(start) ? name.slice(start.length) : "";
  return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : null;
}

/** Comma-separated ids of revoked dataplane tokens. */
export function revocationsName(mesh: string): string {
  return `dataplane-token-revocations-${mesh}`;
}

const ZONE_KEY = "zone-token-signing-key-";

/** The GlobalSecret whose key with this serial signs zone tokens, base64 of PEM; the highest serial signs. */
export function zoneTokenKeyName(serial: number): string {
  return `${ZONE_KEY}${serial}`;
}

/** Serial of a zone token's signing key, or null for any other GlobalSecret. */
export function zoneTokenKeySerial({ type, name }: Pick<ResourceKey, "type" | "name">): number | null {
  const digits = type === "GlobalSecret" && name.startsWith(ZONE_KEY) ? name.slice(ZONE_KEY.length) : "";
  return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : null;
}

/** The GlobalSecret with comma-separated ids of revoked zone tokens. */
export const ZONE_REVOCATIONS = "zone-token-revocations";

/** Whether a Secret is of what trust is made: keys that sign tokens, builtin CAs, lists of what was revoked. */
export function isTrustSecret(key: ResourceKey): boolean {
  if (isGeneratedKey(key)) return true;
  if (key.type === "GlobalSecret") return /^(zone|user)-token-revocations$/.test(key.name);
  if (key.type !== "Secret") return false;
  return key.name === revocationsName(key.mesh) || key.name.startsWith(caCertificateName(key.mesh, ""));
}

/** Whether a Secret holds a private key of the mesh itself: listed with its data withheld. */
export function isGeneratedKey(key: ResourceKey): boolean {
  if (key.type === "GlobalSecret") return /^(zone|user)-token-signing-key-\d+$/.test(key.name);
  if (key.type !== "Secret") return false;
  return tokenKeySerial(key) !== null || key.name.startsWith(caKeyName(key.mesh, ""));
}
