// A sign-in is kept for its person, and is a deed in each organisation of theirs: what came before it too, so that who guesses leaves a trace.
import { deed } from "#control/audit/deed.ts";
import type { SignInRefusal, SignInWay } from "#model/sign-in.ts";
import { toBase32 } from "#trust/bytes.ts";
import type { Call } from "./call.ts";
import { agentOf } from "./person.ts";

export interface SignInNote {
  /** One of SIGN_IN_WAYS, or the id of a provider. */
  readonly way: string;
  /** Wrong passwords for the address that came before, as far as they are still counted. */
  readonly refused?: number;
}

/** Writes it down. What cannot be written keeps nobody out, and is told of in the log. */
export async function noteSignIn(call: Call, user: string, { way, refused = 0 }: SignInNote): Promise<void> {
  const { app, request } = call;
  const details = { address: app.addressOf(request), agent: agentOf(request), way, ...(refused > 0 && { refused }) };
  const entry = deed({ actor: `user:${user}` }, app.clock(), "session.open", `user ${user}`, details);
  const audit = async (): Promise<void> => {
    const memberships = await app.store.members.organisationsOf(user);
    const standing = memberships.filter(({ organisation }) => organisation.ending === undefined);
    await Promise.all(standing.map(({ organisation }) => app.store.within(organisation.id).record({ audit: [entry] })));
  };
  await Promise.all([written(call, user, keep(call, user, way, null)), written(call, user, audit())]);
}

/** Keeps one that was refused here; those that the accounts refuse, they keep themselves. Never throws. */
export async function noteRefusal(call: Call, user: string, way: SignInWay, refused: SignInRefusal): Promise<void> {
  await written(call, user, keep(call, user, way, refused));
}

async function written({ app }: Call, user: string, work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => app.log("warn", "a sign-in was not written down", { user, error }));
}

function keep({ app, request }: Call, user: string, way: string, refused: SignInRefusal | null): Promise<void> {
  const at = new Date(app.clock()).toISOString();
  const browser = { agent: agentOf(request), address: app.addressOf(request) };
  return app.store.accounts.noteSignIn({ id: user }, { id: toBase32(app.chance(10)), at, way, refused, ...browser });
}
