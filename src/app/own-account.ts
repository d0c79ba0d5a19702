// Handlers of accounts for who is signed in: verification, name, password, second factor, sessions, the end of the account.
import type { Opened } from "#account/accounts.ts";
import {
  accountChange,
  type FarewellBody,
  type PersonSessionBody,
  type PersonSignInBody,
  passwordChange,
  passwordProof,
  totpConfirm as totpConfirmShape,
  verificationConfirm,
} from "#api/account.ts";
import { checkBody } from "#api/check.ts";
import { readPageQuery, slicePage } from "#api/page.ts";
import { Fault } from "#model/fault.ts";
import { signInsKeptSince } from "#model/sign-in.ts";
import type { SessionRow } from "#store/face/account.ts";
import { visitorOf } from "./account.ts";
import { nothing, pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import { type Handler, type PersonCall, param } from "./call.ts";
import { personCookie } from "./person.ts";
import { personBody } from "./session.ts";
import { isSecure, sessionCookie } from "./session-cookie.ts";

export const sendVerification: Handler<"person"> = async (call) => {
  await call.app.accounts.requestVerification(visitorOf(call), call.user.id);
  return new Response(null, { status: 202 });
};

export const confirmVerification: Handler<"person"> = async (call) => {
  const { token } = checkBody(verificationConfirm, await readJson(call));
  await call.app.accounts.confirmVerification(visitorOf(call), call.user.id, token);
  return nothing();
};

export const changeAccount: Handler<"person"> = async (call) => {
  const { name } = checkBody(accountChange, await readJson(call));
  await call.app.store.accounts.renameUser(call.user.id, name);
  return pretty(personBody({ ...call.user, name }));
};

/** Organisations that would be left without an owner; the store's own guard decides, and these say why. */
async function ownedAlone({ app, user }: PersonCall): Promise<FarewellBody["organisations"]> {
  const all = await app.store.members.organisationsOf(user.id);
  const owned = all.filter(({ organisation, role }) => role === "owner" && organisation.ending === undefined);
  const told = await Promise.all(
    owned.map(async ({ organisation: { id, name } }) => {
      const others = (await app.store.members.listMembers(id)).filter((one) => one.user.id !== user.id);
      return others.some(({ role }) => role === "owner") ? [] : [{ name, members: others.length }];
    }),
  );
  return told.flat();
}

export const readFarewell: Handler<"person"> = async (call) => pretty({ organisations: await ownedAlone(call) });

export const deleteAccount: Handler<"person"> = async (call) => {
  const alone = await ownedAlone(call);
  if (alone.length > 0) {
    const detail = `You alone own ${alone.map(({ name }) => name).join(", ")}: make somebody else an owner there, or delete it`;
    throw new Fault("conflict", detail, { title: "Could not delete the account" });
  }
  await call.app.store.accounts.deleteUser(call.user.id);
  const response = nothing();
  response.headers.set("set-cookie", sessionCookie(isSecure(call.request), "", 0));
  return response;
};

export const changePassword: Handler<"person"> = async (call) => {
  const change = checkBody(passwordChange, await readJson(call));
  return goesOn(call, await call.app.accounts.changePassword(visitorOf(call), call.session.token, change));
};

export const startTotp: Handler<"person"> = async (call) => {
  const { password } = checkBody(passwordProof, await readJson(call));
  return pretty(await call.app.accounts.startTotp(visitorOf(call), call.session.token, password));
};

export const confirmTotp: Handler<"person"> = async (call) => {
  const { code } = checkBody(totpConfirmShape, await readJson(call));
  return goesOn(call, await call.app.accounts.confirmTotp(visitorOf(call), call.session.token, code));
};

export const stopTotp: Handler<"person"> = async (call) => {
  const { password } = checkBody(passwordProof, await readJson(call));
  return goesOn(call, await call.app.accounts.stopTotp(visitorOf(call), call.session.token, password));
};

export const renewRecoveryCodes: Handler<"person"> = async (call) => {
  const { password } = checkBody(passwordProof, await readJson(call));
  const codes = await call.app.accounts.renewRecoveryCodes(visitorOf(call), call.session.token, password);
  return pretty({ recoveryCodes: codes });
};

export const listSessions: Handler<"person"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  const now = new Date(call.app.clock()).toISOString();
  const rows = await call.app.store.accounts.listSessions(call.user.id, now);
  const items = rows.map((row) => sessionBody(row, call.session.id));
  return pretty(slicePage(call.url.href, query, items));
};

export const listSignIns: Handler<"person"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  const rows = await call.app.store.accounts.listSignIns(call.user.id, signInsKeptSince(call.app.clock()));
  const items = rows.map(({ agent, address, ...row }): PersonSignInBody => {
    return { ...row, agent: known(agent), address: known(address) };
  });
  return pretty(slicePage(call.url.href, query, items));
};

export const endSession: Handler<"person"> = async (call) => {
  const ended = await call.app.store.accounts.endSession(call.user.id, param(call, "session"));
  if (!ended) throw new Fault("absent", "There is no such session of yours; it may have ended");
  return nothing();
};

export const endOtherSessions: Handler<"person"> = async (call) => {
  await call.app.store.accounts.endSessions(call.user.id, call.session.id);
  return nothing();
};

function sessionBody({ id, createdAt, lastSeenAt, agent, address }: SessionRow, current: string): PersonSessionBody {
  return { id, createdAt, lastSeenAt, agent: known(agent), address: known(address), current: id === current };
}

function known(text: string): string | null {
  return text === "" ? null : text;
}

/** The session goes on under a token that nobody had before. */
async function goesOn(call: PersonCall, { token }: Opened): Promise<Response> {
  const response = nothing();
  response.headers.set("set-cookie", await personCookie(call, token));
  return response;
}
