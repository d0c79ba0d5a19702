// Handlers of the zone protocol.
import { checkBody } from "#api/check.ts";
import type { Envelope } from "#api/zone.ts";
import { certificatesRequest, enrolRequest, issuerRequest, reportRequest, secretsRequest } from "#api/zone-shape.ts";
import { formatBase } from "#control/poll/base.ts";
import { Fault } from "#model/fault.ts";
import { fromBase64Url, textOf } from "#trust/bytes.ts";
import { parseCredential } from "#trust/credential.ts";
import { compact, compactText, quoted, readEtags, unchanged } from "./answer.ts";
import { readJson } from "./body.ts";
import type { Handler, RelayCall } from "./call.ts";
import { idleAnswer, readPoll } from "./poll.ts";

/** The token proves the caller; the writer finds its row, compares and marks it used in one batch. */
export const enrol: Handler<"none"> = async (call) => {
  const body = checkBody(enrolRequest, await readJson(call));
  const credential = parseCredential(body.token);
  if (credential === null || credential.kind !== "enrolment") {
    throw new Fault("unauthenticated", "The enrolment token is malformed: it begins with weft_enrolment_");
  }
  return compact(await call.app.writer.enrol(credential.tenant, body));
};

export const snapshot: Handler<"relay"> = async (call) => {
  const began = call.app.clock();
  const query = readPoll(call.request, call.app.longestWait);
  const applied: Record<string, string> =
    query.waitSeconds > 0 ? { "preference-applied": `wait=${query.waitSeconds}` } : {};
  const idle = idleAnswer(query, call.head);
  if (idle !== null) return idle;
  const body = await call.app.poll.snapshot(call.relay, query.base, query.waitSeconds, call.head);
  if (body !== null) {
    const answeredAt = call.app.clock();
    const times = { answeredAt, heldMs: Math.max(0, answeredAt - began) };
    return compact({ ...body, ...times }, { etag: quoted(baseOf(body.envelope)), ...applied });
  }
  if (query.base !== null) return unchanged(query.base, applied);
  throw new Fault("unavailable", "The zone's first snapshot is not compiled yet", { retryAfter: 1 });
};

/**
 * The ETag of a snapshot: its version and the position of its envelope, so that a relay which sends it back also hears
 * of new token keys and event numbers while the version stays. The bare version is a good If-None-Match, too.
 */
function baseOf(envelope: string): string {
  const payload = textOf(fromBase64Url(envelope.split(".")[1] ?? "") ?? new Uint8Array(0)) ?? "";
  const { version, epoch, sequence } = JSON.parse(payload) as Envelope;
  return formatBase(version, epoch, sequence);
}

/** The zone is rung for over a WebSocket; what has come is then polled for. */
export const bell: Handler<"relay"> = (call) => {
  if (call.app.bell === undefined) throw new Fault("absent", "This control plane has no bell: poll");
  if (call.request.headers.get("upgrade")?.toLowerCase() !== "websocket")
    throw new Fault("malformed", "The bell is a WebSocket, and the call asks for none: does a proxy take its Upgrade?");
  return call.app.bell.open(call.relay, call.request);
};

export const view: Handler<"relay"> = async (call) => {
  const known = readEtags(call.request.headers.get("if-none-match"), true);
  if (known !== null) {
    const etag = etagOf(await call.app.store.within(call.relay.tenant).heads());
    if (known.includes(etag)) return unchanged(etag);
  }
  const { text, ...at } = await call.app.reader.view(call.relay);
  return compactText(text, { etag: quoted(etagOf(at)) });
};

function etagOf({ epoch, sequence }: { readonly epoch: number; readonly sequence: number }): string {
  return `${epoch}-${sequence}`;
}

export const certificates: Handler<"relay"> = async (call) => {
  const body = checkBody(certificatesRequest, await readJson(call));
  return compact(await call.app.writer.certificates(...provedBy(call), body));
};

export const issuer: Handler<"relay"> = async (call) => {
  const body = checkBody(issuerRequest, await readJson(call));
  return compact(await call.app.writer.issuer(...provedBy(call), body));
};

export const secrets: Handler<"relay"> = async (call) => {
  const body = checkBody(secretsRequest, await readJson(call));
  return compact(await call.app.reader.secrets(call.relay, call.head.encryptionKey, body));
};

export const report: Handler<"relay"> = async (call) => {
  const body = checkBody(reportRequest, await readJson(call));
  if (body.presence === "leaving") call.app.contacts.left(call.relay);
  return compact(await call.app.writer.report(...provedBy(call), body));
};

function provedBy({ relay, proof }: RelayCall): [RelayCall["relay"], RelayCall["proof"]] {
  return [relay, proof];
}
