// What a member may do: the table of grants, role → scopes. People are judged by it as tokens are by theirs.
import { type RoleName, readRole } from "#model/role-name.ts";
import type { Scope } from "./scope.ts";

/** Role → scopes. An owner is an admin who may also say who is an owner. */
export const GRANTS: Readonly<Record<RoleName, readonly Scope[]>> = {
  owner: ["admin", "owner"],
  admin: ["admin"],
  editor: ["write", "token:dataplane", "plan:approve", "member:read"],
  viewer: ["read", "member:read"],
};

/** What an editor of one zone or one mesh has there; beyond it as much as every member. */
const THERE: readonly Scope[] = ["write", "token:dataplane"];

/** The scopes of a role: `editor@mesh:pay` has `write@mesh:pay`. None for a text that is no role. */
export function scopesOf(text: string): readonly string[] {
  const role = readRole(text);
  if (role === null) return [];
  const { name, zone, mesh } = role;
  const place = zone ?? (mesh === undefined ? undefined : `mesh:${mesh}`);
  if (place === undefined) return GRANTS[name];
  return [...THERE.map((scope) => `${scope}@${place}`), "member:read"];
}
