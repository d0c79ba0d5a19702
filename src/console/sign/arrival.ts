// Where a sign-in leads: to the page that was asked for, else to an organisation's, else to where one is made.
import type { SessionBody } from "#api/session.ts";

/** Pages of no organisation that a sign-in may lead back to. */
const OWN = /^\/(?:account|invitation|new-organisation|signed-in|verify)(?:[/?#]|$)/;

/**
 * Path below /console. `from` is what was asked for, by whoever made the link: it counts only where it is a page of this console
 * that the session may see; `last` is the organisation that was looked at last.
 */
export function arrival(
  { user, organisations }: Pick<SessionBody, "user" | "organisations">,
  from: string | undefined,
  last: string | null,
): string {
  const names = organisations.map(({ name }) => name);
  const [, asked] = /^\/o\/([a-z0-9-]+)(?:[/?#]|$)/.exec(from ?? "") ?? [];
  if (from !== undefined && asked !== undefined && names.includes(asked)) return from;
  if (from !== undefined && user !== undefined && OWN.test(from)) return from;
  const home = last !== null && names.includes(last) ? last : names[0];
  return home === undefined ? "/new-organisation" : `/o/${home}`;
}
