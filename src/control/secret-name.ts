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

/** Whether a Secret holds a private key of the mesh itself: listed with its data withheld. */
export function isGeneratedKey(key: ResourceKey): boolean {
  if (key.type === "GlobalSecret") return /^(zone|user)-token-signing-key-\d+$/.test(key.name);
  if (key.type !== "Secret") return false;
  return tokenKeySerial(key) !== null || key.name.startsWith(caKeyName(key.mesh, ""));
}
