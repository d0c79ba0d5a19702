// Roles of members: their names, and those for one zone or one mesh. What each may do is where scopes are judged.

/** Role → what it is for, for people; the mightiest first. */
export const ROLE_NAMES = {
  owner: "everything, and who is an owner",
  admin: "everything but who is an owner",
  editor: "read and change resources, issue tokens of proxies, approve plans",
  viewer: "read",
} as const;

export type RoleName = keyof typeof ROLE_NAMES;

/** A role as it is written. */
export interface Role {
  readonly name: RoleName;
  /** An editor's one zone or one mesh. */
  readonly zone?: string;
  readonly mesh?: string;
}

const ROLE = /^(owner|admin|editor|viewer)(?:@(zone|mesh):([a-z0-9-]{1,63}))?$/;

/** What a role's text says: `owner`, `editor@zone:east`, `editor@mesh:payments`; null where it is none. */
export function readRole(text: string): Role | null {
  const [, name, what, place] = ROLE.exec(text) ?? [];
  if (name === undefined) return null;
  if (what === undefined || place === undefined) return { name: name as RoleName };
  if (name !== "editor") return null;
  return what === "zone" ? { name, zone: place } : { name, mesh: place };
}

/** What a member's role can be, for people. */
export const ROLE_TEXTS: readonly string[] = [...Object.keys(ROLE_NAMES), "editor@zone:<zone>", "editor@mesh:<mesh>"];
