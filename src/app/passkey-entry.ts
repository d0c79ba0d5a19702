// Signing in and up by a passkey alone: it is two factors, for the device has verified who holds it.
import { checkBody } from "#api/check.ts";
import { passkeyPerson, passkeySignIn as passkeySignInBody, passkeySignUp as passkeySignUpBody } from "#api/passkey.ts";
import { verifyAssertion } from "#trust/passkey/assertion.ts";
import { verifyRegistration } from "#trust/passkey/registration.ts";
import { createSessionToken } from "#trust/session-token.ts";
import { visitorOf } from "./account.ts";
import { pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import type { Call, Handler } from "./call.ts";
import { newRow } from "./passkey.ts";
import { creationOptions, redeem, refusedPasskey, requestOptions, userHandleOf } from "./passkey-challenge.ts";
import { endFormer, openPersonSession } from "./person.ts";
import { refuseOthers } from "./session.ts";
import { noteRefusal, noteSignIn } from "./sign-in-note.ts";

export const passkeySignInOptions: Handler<"none"> = async (call) => pretty(await requestOptions(call));

export const passkeySignIn: Handler<"none"> = async (call) => {
  const { app, request } = call;
  refuseOthers(request);
  const { id, response } = checkBody(passkeySignInBody, await readJson(call)).credential;
  const { expected, spent } = await redeem(call, "sign-in", response.clientDataJSON, "unauthenticated");
  const kept = await app.store.passkeys.findPasskey(id);
  if (kept === null) throw refusedPasskey("unauthenticated", "no account here has it; sign in another way and add it");
  const answer = {
    id,
    clientDataJson: response.clientDataJSON,
    authenticatorData: response.authenticatorData,
    signature: response.signature,
    userHandle: response.userHandle ?? null,
  };
  const outcome = await verifyAssertion(answer, expected, { ...kept, userHandle: userHandleOf(kept.user) });
  if (!outcome.ok) {
    app.log("warn", "a passkey was refused", { passkey: kept.id, reason: outcome.reason });
    await noteRefusal(call, kept.user, "passkey", "passkey");
    throw refusedPasskey("unauthenticated", outcome.reason);
  }
  if (!(await app.store.passkeys.usePasskey(kept.id, outcome, spent))) {
    await noteRefusal(call, kept.user, "passkey", "passkey");
    throw refusedPasskey("unauthenticated", "it signed in elsewhere at the same moment; try again");
  }
  await noteSignIn(call, kept.user, { way: "passkey" });
  return opened(call, kept.user, 200);
};

export const passkeySignUpOptions: Handler<"none"> = async (call) => {
  refuseOthers(call.request);
  const { name, email } = checkBody(passkeyPerson, await readJson(call));
  // As long as those of the library of accounts.
  const user = createSessionToken(call.app.chance).slice(0, 32);
  return pretty(await creationOptions(call, { for: "sign-up", user, name, email }, { id: user, name, email }, []));
};

export const passkeySignUp: Handler<"none"> = async (call) => {
  const { app, request } = call;
  refuseOthers(request);
  const { id, response } = checkBody(passkeySignUpBody, await readJson(call)).credential;
  const { meant, expected, spent } = await redeem(call, "sign-up", response.clientDataJSON, "invalid");
  const answer = { id, clientDataJson: response.clientDataJSON, authenticatorData: response.authenticatorData };
  const outcome = await verifyRegistration(answer, expected);
  if (!outcome.ok) throw refusedPasskey("invalid", outcome.reason);
  const { user, name, email } = meant;
  await app.accounts.admit(visitorOf(call), email);
  const person = { id: user, name, email, emailVerified: false, secondFactor: false, createdAt: spent.at };
  const row = newRow(call, { user, name: "Passkey", at: spent.at }, outcome.passkey);
  await app.store.passkeys.addUserWithPasskey(person, row, spent);
  app.log("info", "somebody signed up by a passkey", { user });
  // The account is there already: a mail that cannot be sent is sent again from the account's page.
  await app.accounts
    .requestVerification(visitorOf(call), user)
    .catch((error: unknown) => app.log("warn", "a verification was not sent", { error }));
  return opened(call, user, 201);
};

async function opened(call: Call, user: string, status: number): Promise<Response> {
  await endFormer(call, user);
  return pretty({ secondFactor: false }, status, { "set-cookie": await openPersonSession(call, user) });
}
