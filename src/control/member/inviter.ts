// Who invited, at the moment that somebody accepts: whether they may still give that role.
import type { ControlDeps } from "#control/deps.ts";
import { Fault } from "#model/fault.ts";
import type { InvitationRow } from "#store/face/member.ts";
import type { Store } from "#store/store.ts";
import { scopesOf } from "#trust/role.ts";
import { may, WHOLE } from "#trust/scope.ts";
import { hasOwner } from "./role.ts";

type Deps = Pick<ControlDeps, "store" | "clock">;

/**
 * Fault `stale` where the inviter could not invite to the role now: a member who went or is less, a token that was revoked or has
 * expired, or one that named an owner before there was any.
 */
export async function refuseLapsed(
  { store, clock }: Deps,
  { organisation, role, invitedBy }: Pick<InvitationRow, "organisation" | "role" | "invitedBy">,
  title: string,
): Promise<void> {
  const scopes = await scopesNow(store, organisation, invitedBy, clock());
  const stands = mayInvite(scopes) && (role !== "owner" || mayName(scopes) || !(await hasOwner(store, organisation)));
  if (stands) return;
  throw new Fault(
    "stale",
    "Who invited you may not do so any more, and the invitation ended with that: ask for a new one",
    {
      title,
    },
  );
}

const mayInvite = (scopes: readonly string[]): boolean => may(scopes, "manage-members", undefined, WHOLE);
const mayName = (scopes: readonly string[]): boolean => may(scopes, "manage-owners", undefined, WHOLE);

/** What an actor may do now. */
async function scopesNow(store: Store, organisation: string, actor: string, now: number): Promise<readonly string[]> {
  const [kind, id = ""] = actor.split(":");
  if (kind === "user") return scopesOf((await store.members.roleOf(organisation, id)) ?? "");
  const token = await store.within(organisation).credential(id);
  if (token === null || token.revokedAt !== null) return [];
  return token.expiresAt !== null && Date.parse(token.expiresAt) <= now ? [] : token.scopes;
}
