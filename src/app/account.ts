// Handlers of accounts for everybody: signing up and in, the second factor, reset.
import type { Opened, Visitor } from "#account/accounts.ts";
import {
  newAccount,
  passwordSignIn,
  resetConfirm,
  resetRequest,
  secondFactor as secondFactorShape,
} from "#api/account.ts";
import { checkBody } from "#api/check.ts";
import { Fault } from "#model/fault.ts";
import { nothing, pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import type { Call, Handler } from "./call.ts";
import { languageOf } from "./language.ts";
import { passkeyPlace } from "./passkey-place.ts";
import { agentOf, endFormer, personCookie } from "./person.ts";
import { refuseOthers } from "./session.ts";
import { errandCookie, errandIn } from "./session-cookie.ts";
import { noteSignIn } from "./sign-in-note.ts";

/** Who asks, for mails, limits and the list of sessions. */
export function visitorOf({ app, request }: Call): Visitor {
  return {
    address: app.addressOf(request),
    agent: agentOf(request),
    language: languageOf(request.headers.get("accept-language")),
    origin: app.originOf(request),
  };
}

export const accountWays: Handler<"none"> = async ({ app, request }) =>
  pretty({ ...(await app.accounts.ways()), passkey: passkeyPlace(app.originOf(request)) !== null });

export const signUp: Handler<"none"> = async (call) => {
  refuseOthers(call.request);
  const wanted = checkBody(newAccount, await readJson(call));
  return entered(call, await call.app.accounts.signUp(visitorOf(call), wanted), 201);
};

export const signIn: Handler<"none"> = async (call) => {
  refuseOthers(call.request);
  const proof = checkBody(passwordSignIn, await readJson(call));
  const answer = await call.app.accounts.signIn(visitorOf(call), proof);
  if (!("pending" in answer)) {
    await noteSignIn(call, answer.user, { ...answer, way: "password" });
    return entered(call, answer, 200);
  }
  return pretty({ secondFactor: true }, 200, { "set-cookie": errandCookie(call.request, "pending", answer.pending) });
};

export const accountSecondFactor: Handler<"none"> = async (call) => {
  refuseOthers(call.request);
  const proof = checkBody(secondFactorShape, await readJson(call));
  const pending = errandIn(call.request, "pending");
  if (pending === null) throw new Fault("unauthenticated", "The sign-in took too long; sign in again");
  const answer = await call.app.accounts.secondFactor(visitorOf(call), pending, proof);
  await noteSignIn(call, answer.user, {
    ...answer,
    way: "code" in proof ? "password and code" : "password and recovery code",
  });
  return entered(call, answer, 200);
};

export const requestReset: Handler<"none"> = async (call) => {
  refuseOthers(call.request);
  const { email } = checkBody(resetRequest, await readJson(call));
  await call.app.accounts.requestReset(visitorOf(call), email);
  return new Response(null, { status: 202 });
};

export const confirmReset: Handler<"none"> = async (call) => {
  refuseOthers(call.request);
  await call.app.accounts.confirmReset(visitorOf(call), checkBody(resetConfirm, await readJson(call)));
  return nothing();
};

/** The browser is signed in; what it began with is spent. */
async function entered(call: Call, { token, user }: Opened, status: number): Promise<Response> {
  await endFormer(call, user);
  const response = pretty({ secondFactor: false }, status);
  response.headers.append("set-cookie", await personCookie(call, token));
  if (errandIn(call.request, "pending") !== null) {
    response.headers.append("set-cookie", errandCookie(call.request, "pending", ""));
  }
  return response;
}
