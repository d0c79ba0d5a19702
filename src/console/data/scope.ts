// Scopes that an API token can be given, in the order in which they are offered.
import { MESH_SCOPES, type ScopeName, ZONAL_SCOPES } from "#model/scope-name.ts";

export const SCOPES: readonly ScopeName[] = [
  "read",
  "plan",
  "write",
  "admin",
  "secret:write",
  "secret:reveal",
  "token:read",
  "token:dataplane",
  "token:zone",
  "zone:enrol",
  "audit:read",
  "webhook:write",
  "plan:approve",
  "guard:override",
  "member:read",
  "owner",
];

/**
 * The chosen scopes as a token takes them. `where` is a zone, or a mesh as `mesh:payments`; those that can be are for there
 * alone. Empty = everywhere.
 */
export function scopesFor(chosen: readonly ScopeName[], where: string): readonly string[] {
  const placed = where.startsWith("mesh:") ? MESH_SCOPES : ZONAL_SCOPES;
  return chosen.map((scope) => (where !== "" && placed.includes(scope) ? `${scope}@${where}` : scope));
}
