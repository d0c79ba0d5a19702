// What a person may, and where: the organisations that somebody is a member of.
import type { SessionBody } from "#api/session.ts";
import type { UserRow } from "#store/face/account.ts";
import * as grant from "#trust/role.ts";
import type { AppOptions } from "./call.ts";

type Places = Pick<AppOptions, "store">;

/** What the person may in the organisation with this id; null = no member. */
export async function scopesOf(
  { store }: Places,
  user: UserRow,
  organisation: string,
): Promise<readonly string[] | null> {
  const role = await store.members.roleOf(organisation, user.id);
  return role === null ? null : grant.scopesOf(role);
}

/** Organisations that the person is a member of, by name. */
export async function organisationsOf({ store }: Places, user: UserRow): Promise<SessionBody["organisations"]> {
  const all = await store.members.organisationsOf(user.id);
  return all.map(({ organisation: { name, ending }, role }) => ({
    ...{ name, role, scopes: [...grant.scopesOf(role)] },
    ...(ending !== undefined && { ending }),
  }));
}
