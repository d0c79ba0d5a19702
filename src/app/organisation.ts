// Handlers of Weft's own routes: organisations, tokens, enrolment, relays, revisions, deliveries.
import { checkBody } from "#api/check.ts";
import { readPageQuery, slicePage } from "#api/page.ts";
import {
  type ApiToken,
  type IssuerBody,
  newApiToken,
  newEnrolment,
  newOrganisation,
  type RelayBody,
} from "#api/weft.ts";
import { durationMs } from "#model/duration.ts";
import { invalid } from "#model/fault.ts";
import type { IssuerRow } from "#store/face/certificate.ts";
import type { CredentialRow } from "#store/face/credential.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import { nothing, pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import { type ApiCall, type Handler, param } from "./call.ts";
import { type Held, heldIn, revisionOf } from "./held.ts";
import { type StandingRelay, standingRelays } from "./standing-relays.ts";

const HOUR = 3600;
/** Read for one list; those that end soonest fall off. */
const MOST_CERTIFICATES = 10_000;
const LONGEST_ENROLMENT = 7 * 24 * HOUR;

export const createOrganisation: Handler<"founder"> = async (call) => {
  const { name, region } = checkBody(newOrganisation, await readJson(call));
  const { organisations } = call.app;
  if (call.user === null) return pretty(await organisations.create(name, region), 201);
  return pretty({ organisation: await organisations.found(name, call.user.id, region) }, 201);
};

export const listOrganisations: Handler<"operator"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  const all = await call.app.store.directory.listOrganisations();
  const { name = "" } = query;
  return pretty(
    slicePage(
      call.url.href,
      query,
      all.filter((one) => one.name.includes(name)),
    ),
  );
};

export const listDatabases: Handler<"operator"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  return pretty(slicePage(call.url.href, query, await call.app.store.places.list()));
};

export const listTokens: Handler<"api"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  const rows = await call.app.reader.tokens(call.caller);
  return pretty(slicePage(call.url.href, query, rows.filter(({ kind }) => kind === "api").map(tokenBody)));
};

function tokenBody({ id, name, scopes, ...row }: CredentialRow): ApiToken {
  const { createdAt, expiresAt, revokedAt, mintedBy, lastUsedAt } = row;
  return { id, name, scopes: [...scopes], createdAt, expiresAt, revokedAt, mintedBy, lastUsedAt };
}

export const createToken: Handler<"api"> = async (call) => {
  const { name, scopes, expiresAt = null, validFor } = checkBody(newApiToken, await readJson(call));
  const until =
    validFor === undefined ? expiresAt : new Date(call.app.clock() + seconds(validFor) * 1000).toISOString();
  if (until !== null && Date.parse(until) <= call.app.clock()) {
    throw invalid([{ field: "expiresAt", reason: "must be in the future" }], "Invalid request");
  }
  return pretty(await call.app.writer.createToken(call.caller, { name, scopes, expiresAt: until }), 201);
};

export const revokeToken: Handler<"api"> = async (call) => {
  await call.app.writer.revokeToken(call.caller, param(call, "id"));
  return nothing();
};

export const createEnrolment: Handler<"api"> = async (call) => {
  const bytes = await call.bytes();
  const { validFor } = bytes.length === 0 ? {} : checkBody(newEnrolment, await readJson(call));
  const valid = validFor === undefined ? HOUR : seconds(validFor);
  if (valid > LONGEST_ENROLMENT) {
    throw invalid([{ field: "validFor", reason: "must be at most 168h" }], "Invalid request");
  }
  return pretty(await call.app.writer.createEnrolment(call.caller, param(call, "zone"), valid), 201);
};

/** Seconds of a Go duration; at least one. */
export function seconds(validFor: string): number {
  const milliseconds = durationMs(validFor);
  if (milliseconds === null || milliseconds < 1000) {
    throw invalid(
      [{ field: "validFor", reason: 'must be a duration of at least 1s, such as "24h"' }],
      "Invalid request",
    );
  }
  return Math.floor(milliseconds / 1000);
}

export const listRelays: Handler<"api"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  const { zone } = call.params;
  const [relays, held] = await Promise.all([
    standingRelays(call, zone),
    zone === undefined ? undefined : heldIn(call, zone),
  ]);
  const page = slicePage(call.url.href, query, relays);
  const revisions = await revisionsOf(
    call,
    page.items.map(({ head }) => head),
  );
  return pretty({
    ...page,
    items: page.items.map((one) => relayBody(one, revisions.get(publishedOf(one.head)) ?? 0, held)),
  });
};

/** What its zone's relays are to have: those that are to have the same have the same envelope. */
function publishedOf({ zone, epoch, sequence, version }: ZoneHead): string {
  return JSON.stringify([zone, epoch, sequence, version]);
}

/** The revisions of what they are to have. An envelope is as long as the organisation has meshes, so each is read once. */
async function revisionsOf({ app, caller }: ApiCall, heads: readonly ZoneHead[]): Promise<ReadonlyMap<string, number>> {
  const store = app.store.within(caller.tenant);
  const once = [...new Map(heads.map((head) => [publishedOf(head), head])).values()];
  const read = once.map(async (head) => {
    const newest = await store.newest(head.zone, head.relay);
    return [publishedOf(head), revisionOf(newest?.envelope ?? "")] as const;
  });
  return new Map(await Promise.all(read));
}

function relayBody(
  { head, online, lastContact, leftAt, way }: StandingRelay,
  revision: number,
  held: Held | undefined,
): RelayBody {
  const { relay, signingKey, encryptionKey, ca, ...told } = head;
  const holds = held === undefined ? {} : { holds: held.get(relay) ?? null };
  return { id: relay, ...told, online, lastContact, leftAt, way, revision, ...holds };
}

export const revokeRelay: Handler<"api"> = async (call) => {
  await call.app.writer.revokeRelay(call.caller, param(call, "zone"), param(call, "relay"));
  return nothing();
};

export const listDeliveries: Handler<"api"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  const rows = await call.app.store.within(call.caller.tenant).deliveries(param(call, "zone"));
  return pretty(slicePage(call.url.href, query, rows));
};

export const revokeZone: Handler<"api"> = async (call) => {
  return pretty({ relays: await call.app.writer.revokeZone(call.caller, param(call, "zone")) });
};

export const listIssuers: Handler<"api"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  const rows = await call.app.store.within(call.caller.tenant).issuers();
  return pretty(slicePage(call.url.href, query, rows.map(issuerBody)));
};

function issuerBody(row: IssuerRow): IssuerBody {
  const { mesh, zone, relay, keyId, sealedKey, notAfter, revokedAt, revokedBy } = row;
  const holder = sealedKey === null ? "relay" : "control-plane";
  return { mesh, zone, relay, keyId, holder, notAfter, revokedAt, revokedBy };
}

export const listCertificates: Handler<"api"> = async (call) => {
  const { searchParams } = call.url;
  const query = readPageQuery(searchParams);
  const [mesh, zone] = ["mesh", "zone"].map((name) => searchParams.get(name) ?? "");
  const rows = await call.app.store.within(call.caller.tenant).certificates({
    ...(mesh ? { mesh } : {}),
    ...(zone ? { zone } : {}),
    size: MOST_CERTIFICATES,
  });
  return pretty(slicePage(call.url.href, query, rows));
};
