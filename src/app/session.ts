// A browser's session: an API token or a person's, in a cookie that no script can read and only the console's own pages may use.
import type { PersonBody } from "#api/account.ts";
import { checkBody } from "#api/check.ts";
import { newSession, type SessionBody } from "#api/session.ts";
import { Fault } from "#model/fault.ts";
import type { UserRow } from "#store/face/account.ts";
import { isSessionText, openSessionToken } from "#trust/session-token.ts";
import { nothing, pretty } from "./answer.ts";
import { type Held, holderOf } from "./auth.ts";
import { readJson } from "./body.ts";
import type { Handler } from "./call.ts";
import { organisationsOf } from "./membership.ts";
import { personOf } from "./person.ts";
import { isFromHere, isSecure, sessionCookie, sessionIn } from "./session-cookie.ts";

/** Opens a session with an API token, which is checked as in every call. */
export const openSession: Handler<"none"> = async (call) => {
  refuseOthers(call.request);
  const { token } = checkBody(newSession, await readJson(call));
  const held = await holderOf(call, token);
  return pretty(tokenBody(held), 201, { "set-cookie": sessionCookie(isSecure(call.request), token) });
};

/** Who the browser is signed in as. Fault `unauthenticated` where it is not. */
export const readSession: Handler<"none"> = async (call) => {
  const text = sessionIn(call.request);
  if (text === null) throw new Fault("unauthenticated", "This browser is not signed in");
  if (!isSessionText(text)) return pretty(tokenBody(await holderOf(call, text)));
  const { user } = await personOf(call, text);
  const body: SessionBody = { user: personBody(user), organisations: [...(await organisationsOf(call.app, user))] };
  return pretty(body);
};

/** Ends the browser's session, a person's for good; an API token lives on until it is revoked. */
export const closeSession: Handler<"none"> = async ({ app, request }) => {
  refuseOthers(request);
  const token = await openSessionToken(app.accountKey, sessionIn(request) ?? "", app.olderAccountKeys);
  const found = token === null ? null : await app.store.accounts.sessionOf(token);
  if (found !== null) await app.store.accounts.endSession(found.user.id, found.session.id);
  const response = nothing();
  response.headers.set("set-cookie", sessionCookie(isSecure(request), "", 0));
  return response;
};

/** A page of another host must not sign a browser in or out. Fault `forbidden`. */
export function refuseOthers(request: Request): void {
  const site = request.headers.get("sec-fetch-site");
  // Who says neither is no browser, or one that a page of another host cannot make say so little.
  if (site === null ? !request.headers.has("origin") || isFromHere(request) : site === "same-origin") return;
  throw new Fault("forbidden", "Sessions are opened and closed by the console's own pages alone");
}

/** What the person is told of itself. */
export function personBody({ id, name, email, emailVerified, secondFactor }: UserRow): PersonBody {
  return { id, name, email, emailVerified, secondFactor };
}

function tokenBody({ organisation, row }: Held): SessionBody {
  return {
    token: { id: row.id, name: row.name, expiresAt: row.expiresAt },
    organisations: [
      {
        ...{ name: organisation.name, scopes: [...row.scopes] },
        ...(organisation.ending !== undefined && { ending: organisation.ending }),
      },
    ],
  };
}
