// Approvals that stand: who gave one may approve still. A token's end with the token, a member's with a role that allows it.
import type { PlanApproval } from "#store/face/plan.ts";
import type { Store } from "#store/store.ts";
import { scopesOf } from "#trust/role.ts";
import { may, WHOLE } from "#trust/scope.ts";

const PERSON = "user:";

/** Of one plan, or (null) of all; oldest first. Roles are read now, and only where a member has approved. */
export async function standingApprovals(
  { within, members }: Pick<Store, "within" | "members">,
  tenant: string,
  plan: string | null,
): Promise<readonly PlanApproval[]> {
  const given = await within(tenant).approvals(plan);
  const people = [...new Set(given.flatMap(({ actor }) => personOf(actor) ?? []))];
  if (people.length === 0) return given;
  const roles = await members.rolesOf(tenant, people);
  return given.filter(({ actor }) => {
    const person = personOf(actor);
    return person === null || may(scopesOf(roles.get(person) ?? ""), "approve-plan", undefined, WHOLE);
  });
}

/** The user that an actor is; null where it is none. */
function personOf(actor: string): string | null {
  return actor.startsWith(PERSON) ? actor.slice(PERSON.length) : null;
}
