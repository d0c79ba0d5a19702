// Who calls: API tokens of organisations, and the operator's secret.

import { ABSENT_ORGANISATION } from "#api/absent-organisation.ts";
import { overrideIn } from "#api/override.ts";
import { reasonIn } from "#api/reason.ts";
import type { Operation } from "#api/routes.ts";
import type { Caller } from "#control/control.ts";
import { Fault } from "#model/fault.ts";
import type { Sealed } from "#model/sealed.ts";
import type { CredentialRow, Organisation } from "#store/store.ts";
import { sameSecret, utf8 } from "#trust/bytes.ts";
import { checkCredential, parseCredential } from "#trust/credential.ts";
import { digestText } from "#trust/digest.ts";
import { may, scopeRefusal } from "#trust/scope.ts";
import type { Call } from "./call.ts";

export interface Authenticated {
  readonly organisation: Organisation;
  readonly caller: Caller;
  readonly credential: CredentialRow;
}

/**
 * The caller of a route below `/o/{organisation}/`. Fault `unauthenticated` for a token that is none, `absent` where the
 * path's organisation is not the token's (the same whether it exists or not), `forbidden` where the scopes do not reach.
 */
export async function authenticate(call: Call): Promise<Authenticated> {
  const { app, request, params, operation } = call;
  const credential = parseCredential(bearerOf(request));
  if (credential === null || credential.kind !== "api") throw unauthenticated("The API token is missing or malformed");
  const row = await app.store.within(credential.tenant).credential(credential.id);
  if (row === null || row.kind !== "api" || !(await checkCredential(credential, row.secretHash))) {
    throw unauthenticated("The API token is not known");
  }
  if (row.revokedAt !== null) throw unauthenticated("The API token has been revoked");
  if (row.expiresAt !== null && Date.parse(row.expiresAt) <= app.clock()) {
    throw unauthenticated(`The API token expired at ${row.expiresAt}`);
  }
  const organisation = await app.store.directory.findOrganisation({ id: credential.tenant });
  if (organisation === null || organisation.name !== params.organisation) {
    throw new Fault("absent", ABSENT_ORGANISATION);
  }
  const reason = reasonIn(request.headers);
  const override = overrideIn(request.headers);
  const caller: Caller = {
    tenant: organisation.id,
    actor: `token:${row.id}`,
    scopes: row.scopes,
    ...(reason === "" ? {} : { reason }),
    ...(override === "" ? {} : { override }),
  };
  permit(caller, operation);
  return { organisation, caller, credential: row };
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
