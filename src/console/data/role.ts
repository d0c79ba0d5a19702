// Roles as people read and choose them.
import type { Say } from "#console/text/say.ts";
import { ROLE_NAMES, type RoleName, readRole } from "#model/role-name.ts";

export const ROLES = Object.keys(ROLE_NAMES) as readonly RoleName[];

/** `Editor of the mesh payments`; a text that is no role as it is. */
export function roleText(text: string, say: Say): string {
  const role = readRole(text);
  if (role === null) return text;
  const { name, zone, mesh } = role;
  if (zone !== undefined) return say("role.editor.zone", { zone });
  return mesh === undefined ? say(`role.${name}`) : say("role.editor.mesh", { mesh });
}

/** What a role may, in a sentence. */
export function roleAbout(text: string, say: Say): string {
  const role = readRole(text);
  if (role === null) return "";
  const { name, zone, mesh } = role;
  const isPlaced = zone !== undefined || mesh !== undefined;
  return isPlaced ? say("role.about.placed") : say(`role.about.${name}`);
}
