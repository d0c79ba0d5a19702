// Passkeys and other ways in of the person who is signed in: added, named, listed, removed; one way in is always left.
import { checkBody } from "#api/check.ts";
import { newPasskey, type PasskeyBody, passkeyChange } from "#api/passkey.ts";
import { Fault } from "#model/fault.ts";
import type { PasskeyRow, Removal } from "#store/face/passkey.ts";
import { toBase32 } from "#trust/bytes.ts";
import { verifyRegistration } from "#trust/passkey/registration.ts";
import { visitorOf } from "./account.ts";
import { nothing, pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import { type Handler, type PersonCall, param } from "./call.ts";
import { creationOptions, redeem, refusedPasskey } from "./passkey-challenge.ts";

/** More than anybody has devices. */
const MOST = 30;

export const passkeyOptions: Handler<"person"> = async (call) => {
  const { app, user } = call;
  const known = await app.store.passkeys.listPasskeys(user.id);
  if (known.length >= MOST) {
    throw new Fault("conflict", `There are ${MOST} passkeys already, the most that one account has; remove one first`);
  }
  return pretty(await creationOptions(call, { for: "registration", user: user.id }, user, known));
};

export const addPasskey: Handler<"person"> = async (call) => {
  const { app, user } = call;
  const { name, credential } = checkBody(newPasskey, await readJson(call));
  const { id, response } = credential;
  const { meant, expected, spent } = await redeem(call, "registration", response.clientDataJSON, "invalid");
  if (meant.user !== user.id) throw refusedPasskey("invalid", "it was made for another account");
  const answer = { id, clientDataJson: response.clientDataJSON, authenticatorData: response.authenticatorData };
  const outcome = await verifyRegistration(answer, expected);
  if (!outcome.ok) throw refusedPasskey("invalid", outcome.reason);
  const row = newRow(call, { user: user.id, name, at: spent.at }, outcome.passkey);
  await app.store.passkeys.addPasskey(row, spent);
  await tell(call, "passkey-added", row);
  return pretty(bodyOf(row), 201);
};

/** The row of a passkey that has just been made. */
export function newRow(
  { app }: Pick<PersonCall, "app">,
  { user, name, at }: { readonly user: string; readonly name: string; readonly at: string },
  key: Pick<PasskeyRow, "credentialId" | "publicKey" | "signCount" | "isBackupEligible" | "isBackedUp" | "aaguid">,
): PasskeyRow {
  return { ...key, id: toBase32(app.chance(10)), user, name, createdAt: at, lastUsedAt: null };
}

export const listPasskeys: Handler<"person"> = async ({ app, user }) => {
  const rows = await app.store.passkeys.listPasskeys(user.id);
  return pretty({ items: rows.map(bodyOf) });
};

function bodyOf({ id, name, createdAt, lastUsedAt, isBackedUp }: PasskeyRow): PasskeyBody {
  return { id, name, createdAt, lastUsedAt, synced: isBackedUp };
}

export const renamePasskey: Handler<"person"> = async (call) => {
  const { name } = checkBody(passkeyChange, await readJson(call));
  const found = await call.app.store.passkeys.renamePasskey(call.user.id, param(call, "passkey"), name);
  if (!found) throw noPasskey();
  return nothing();
};

export const deletePasskey: Handler<"person"> = async (call) => {
  const { app, user } = call;
  const id = param(call, "passkey");
  const row = (await app.store.passkeys.listPasskeys(user.id)).find((one) => one.id === id);
  if (row === undefined) throw noPasskey();
  answerRemoval(await app.store.passkeys.removePasskey(user.id, id), noPasskey());
  await tell(call, "passkey-removed", row);
  return nothing();
};

/** In the log, and to the person by mail: what was done stands whether or not the mail goes out. */
async function tell(
  call: PersonCall,
  deed: "passkey-added" | "passkey-removed",
  { id, name }: PasskeyRow,
): Promise<void> {
  const { app, user } = call;
  app.log("info", deed, { user: user.id, passkey: id });
  await app.accounts
    .tellPasskey(visitorOf(call), user.id, deed, name)
    .catch((error: unknown) => app.log("warn", "a mail about a passkey was not sent", { error }));
}

export const listLogins: Handler<"person"> = async ({ app, user }) => {
  const { password, logins } = await app.store.passkeys.otherWaysIn(user.id);
  return pretty({ password, items: logins });
};

export const deleteLogin: Handler<"person"> = async (call) => {
  const { app, user } = call;
  const gone = await app.store.passkeys.removeLogin(user.id, param(call, "login"));
  answerRemoval(gone, new Fault("absent", "There is no such account at a provider among your ways in"));
  return nothing();
};

function noPasskey(): Fault {
  return new Fault("absent", "There is no such passkey among yours");
}

function answerRemoval(removal: Removal, absent: Fault): void {
  if (removal === "absent") throw absent;
  if (removal === "removed") return;
  throw new Fault("conflict", "This is the last way into your account: first add another passkey, or set a password");
}
