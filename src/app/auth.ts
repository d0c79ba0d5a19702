// Who calls: API tokens of organisations, people by their sessions, and the operator's secret.

import { ABSENT_ORGANISATION } from "#api/absent-organisation.ts";
import { overrideIn } from "#api/override.ts";
import { reasonIn } from "#api/reason.ts";
import type { Operation } from "#api/routes.ts";
import type { Refusal } from "#control/audit/refusals.ts";
import { refuseEnding } from "#control/ending/refused-organisation.ts";
import type { Caller } from "#control/face/caller.ts";
import { Fault } from "#model/fault.ts";
import type { Sealed } from "#model/sealed.ts";
import type { CredentialRow } from "#store/face/credential.ts";
import type { Organisation } from "#store/face/organisation.ts";
import { sameSecret, utf8 } from "#trust/bytes.ts";
import { type Credential, checkCredential, parseCredential } from "#trust/credential.ts";
import { digestText } from "#trust/digest.ts";
import { may, scopeRefusal } from "#trust/scope.ts";
import { isSessionText } from "#trust/session-token.ts";
import type { ApiCall, Call, PersonCall } from "./call.ts";
import { refuseStale } from "./fresh.ts";
import { scopesOf } from "./membership.ts";
import { personOf } from "./person.ts";
import { sessionFor } from "./session-cookie.ts";

export type Authenticated = Pick<ApiCall, "organisation" | "caller" | "holder">;

/** Whose a token is. */
export interface Held {
  readonly organisation: Organisation;
  readonly row: CredentialRow;
}

/** The holder of an API token. Fault `unauthenticated` for a token that is none. */
export async function holderOf(call: Pick<Call, "app" | "refusals" | "uses">, token: string): Promise<Held> {
  const { app, refusals, uses } = call;
  const credential = parseCredential(token);
  if (credential === null || credential.kind !== "api") throw unauthenticated("The API token is missing or malformed");
  const row = await app.store.within(credential.tenant).credential(credential.id);
  const refusal = await refusalOf(credential, row, app);
  if (row === null || refusal !== null) {
    const { reason, detail } = refusal ?? UNKNOWN;
    await refusals.note(credential.tenant, reason, row?.kind === "api" ? row.id : null);
    throw unauthenticated(detail);
  }
  const organisation = await app.store.directory.findOrganisation({ id: credential.tenant });
  if (organisation === null) throw new Fault("absent", ABSENT_ORGANISATION);
  refusals.seen(organisation.id);
  uses.used(organisation.id, row);
  return { organisation, row };
}

/**
 * The caller of a route below `/o/{organisation}/`, by its token or by its browser's session. Fault `unauthenticated` for a token
 * that is none, `absent` where the path's organisation is not the token's (the same whether it exists or not), `forbidden`
 * where the scopes do not reach.
 */
export async function authenticate(call: Call): Promise<Authenticated> {
  const { request, params, operation } = call;
  const text = request.headers.has("authorization") ? bearerOf(request) : (sessionFor(request) ?? "");
  const { organisation, actor, scopes, holder } = isSessionText(text)
    ? await memberOf(call, text)
    : await tokenOf(call, text);
  if (organisation.name !== params.organisation) throw new Fault("absent", ABSENT_ORGANISATION);
  if (operation.route.whileEnding !== true) refuseEnding(organisation);
  const reason = reasonIn(request.headers);
  const override = overrideIn(request.headers);
  const caller: Caller = {
    tenant: organisation.id,
    actor,
    scopes,
    request: call.mark,
    ...(reason === "" ? {} : { reason }),
    ...(override === "" ? {} : { override }),
  };
  permit(caller, operation);
  return { organisation, caller, holder };
}

/** The organisation that a call's API token names, which nobody has looked at; null where it names none. */
export function claimedBy(request: Request): string | null {
  return parseCredential(bearerOf(request))?.tenant ?? null;
}

type Identity = Pick<Authenticated, "organisation" | "holder"> & Pick<Caller, "actor" | "scopes">;

async function tokenOf(call: Call, text: string): Promise<Identity> {
  const { organisation, row } = await holderOf(call, text);
  return { organisation, actor: `token:${row.id}`, scopes: row.scopes, holder: row };
}

/** Who is no member is told what everybody is told of an organisation that is not there. */
async function memberOf(call: Call, text: string): Promise<Identity> {
  const { user, session } = await personOf(call, text);
  refuseStale(call.operation, session, call.app.clock);
  const { directory } = call.app.store;
  const organisation = await directory.findOrganisation({ name: call.params.organisation ?? "" });
  const scopes = organisation === null ? null : await scopesOf(call.app, user, organisation.id);
  if (organisation === null || scopes === null) throw new Fault("absent", ABSENT_ORGANISATION);
  return { organisation, actor: `user:${user.id}`, scopes, holder: { name: user.name, expiresAt: session.expiresAt } };
}

/** The person who calls by a browser's session. Fault `unauthenticated` where nobody is signed in, or an API token is. */
export async function authenticatePerson(call: Call): Promise<PersonCall> {
  const text = sessionFor(call.request);
  if (text === null) throw unauthenticated("This browser is not signed in");
  if (!isSessionText(text)) {
    throw unauthenticated("This browser is signed in with an API token, which is no person; sign in with an account");
  }
  const person = await personOf(call, text);
  refuseStale(call.operation, person.session, call.app.clock);
  return { ...call, ...person };
}

const UNKNOWN = { reason: "unknown", detail: "The API token is not known" } as const;

/** Why a token is none; null = it holds. Who asks is told nothing that tells a wrong secret from an unknown id. */
async function refusalOf(
  credential: Credential,
  row: CredentialRow | null,
  { clock, digest }: Pick<Call["app"], "clock" | "digest">,
): Promise<{ readonly reason: Refusal; readonly detail: string } | null> {
  if (row === null || row.kind !== "api") return UNKNOWN;
  if (!(await checkCredential(credential, row.secretHash, digest))) return { ...UNKNOWN, reason: "wrong" };
  if (row.revokedAt !== null) return { reason: "revoked", detail: "The API token has been revoked" };
  if (row.expiresAt !== null && Date.parse(row.expiresAt) <= clock())
    return { reason: "expired", detail: `The API token expired at ${row.expiresAt}` };
  return null;
}

/** Fault `forbidden` unless the caller's scopes allow what the route asks for. */
function permit({ scopes }: Caller, { route: { verb }, kind }: Operation): void {
  if (verb === null) return;
  const about = kind ?? (verb === "read" ? PLAIN : undefined);
  // A read-only kind answers 405 to everybody, so that is not for scopes to say.
  if (kind?.readOnly === true && verb !== "read") return;
  if (may(scopes, verb, about)) return;
  const what = kind?.type ?? (verb === "read" ? "what is shown there" : "");
  throw new Fault("forbidden", scopeRefusal(scopes, verb, { ...(about && { kind: about }), what }));
}

/** What inspection routes show: everything but secrets. */
const PLAIN = { secret: false, readOnly: false };

/** Fault `unauthenticated` unless the bearer is the operator's secret; compares hashes in constant time. */
export async function authenticateOperator(request: Request, secret: Sealed): Promise<void> {
  const [given, wanted] = await Promise.all([digestText(bearerOf(request)), digestText(secret.reveal())]);
  if (!sameSecret(utf8(given), utf8(wanted))) {
    throw unauthenticated("This route wants the operator's secret of the control plane");
  }
}

function bearerOf(request: Request): string {
  return /^Bearer ([\x21-\x7e]{1,1024})$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
}

function unauthenticated(detail: string): Fault {
  return new Fault("unauthenticated", detail);
}
