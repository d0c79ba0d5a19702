// Asking again: what a stolen session must not do wants a person who has signed in a moment ago, by whichever way. One rule, one place.
import type { Operation } from "#api/routes.ts";
import type { Clock } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import type { SessionRow } from "#store/face/account.ts";

/** How long a sign-in counts as one of this moment; milliseconds. A session that was renewed by the password counts from then. */
export const FRESH = 10 * 60_000;

/** Fault `unproved` where the route wants a fresh sign-in (`fresh` in its row) and the session's is older. API tokens have no session. */
export function refuseStale(
  { route }: Pick<Operation, "route">,
  { createdAt }: Pick<SessionRow, "createdAt">,
  clock: Clock,
): void {
  if (route.fresh !== true || clock() - Date.parse(createdAt) < FRESH) return;
  throw new Fault("unproved", "You signed in a while ago: sign in again, and what you asked for goes on");
}
