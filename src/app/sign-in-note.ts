// A sign-in is a deed in each organisation of the person: what came before it too, so that who guesses leaves a trace.
import { deed } from "#control/audit/deed.ts";
import type { Call } from "./call.ts";
import { agentOf } from "./person.ts";

export interface SignInNote {
  /** `password`, `password and code`, `password and recovery code`, `passkey`, or the id of a provider. */
  readonly way: string;
  /** Wrong passwords for the address that came before, as far as they are still counted. */
  readonly refused?: number;
}

/** Writes it down. A log that cannot be written keeps nobody out, and is told of in the other one. */
export async function noteSignIn(
  { app, request }: Call,
  user: string,
  { way, refused = 0 }: SignInNote,
): Promise<void> {
  const details = { address: app.addressOf(request), agent: agentOf(request), way, ...(refused > 0 && { refused }) };
  const entry = deed({ actor: `user:${user}` }, app.clock(), "session.open", `user ${user}`, details);
  try {
    const memberships = await app.store.members.organisationsOf(user);
    const standing = memberships.filter(({ organisation }) => organisation.ending === undefined);
    await Promise.all(standing.map(({ organisation }) => app.store.within(organisation.id).record({ audit: [entry] })));
  } catch (error) {
    app.log("warn", "a sign-in was not written down", { user, error });
  }
}
