// Zones: one-use tokens admit relays, relays enrol with their keys, and can be revoked.
import type { EnrolRequest, EnrolResponse, PublicJwk, Reach } from "#api/zone.ts";
import { deed } from "#control/audit/deed.ts";
import type { Caller, RelayCaller } from "#control/face/caller.ts";
import type { MintedCredential } from "#control/face/credential.ts";
import type { JoinBook } from "#control/join-note/book.ts";
import type { JoinCode } from "#control/join-note/code.ts";
import { findEnrolment } from "#control/join-note/enrolment-token.ts";
import { permit } from "#control/permission.ts";
import type { EnvelopeSigner } from "#control/secret/envelope-key.ts";
import { relayKey } from "#control/state.ts";
import { onNewest, type Tenant } from "#control/tenant.ts";
import { Fault, invalid } from "#model/fault.ts";
import { keyText } from "#model/resource.ts";
import { at, type Violation } from "#model/violation.ts";
import type { Commit } from "#store/face/commit.ts";
import type { CredentialRow } from "#store/face/credential.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import { toBase32 } from "#trust/bytes.ts";
import { readCaCertificates } from "#trust/ca-certificate.ts";
import { mintCredential } from "#trust/credential.ts";
import { KEY_USES, type KeyUse } from "#trust/key.ts";
import { isZone, noSuchZone } from "./names.ts";

const LONGEST_SECONDS = 7 * 86_400;

/** A token that admits one relay to the zone. Faults `forbidden`, `invalid`, `absent` (no such Zone). */
export function createEnrolment(
  tenant: Tenant,
  caller: Caller,
  zone: string,
  validSeconds: number,
): Promise<MintedCredential> {
  permit(caller, "enrol-zone", { zone, mesh: null });
  const violations: Violation[] = [];
  if (!(validSeconds >= 1 && validSeconds <= LONGEST_SECONDS)) {
    violations.push({ field: "validFor", reason: "must be at least 1s and at most 168h" });
  }
  // Relays name their zone between dots in each proof.
  if (!/^[a-z0-9-]+$/.test(zone))
    violations.push({ field: "zone", reason: "must be a name without dots to have relays" });
  if (violations.length > 0) throw invalid(violations, "Could not create an enrolment token");
  return onNewest(tenant, async (state) => {
    const { store, deps } = tenant;
    if (!isZone(state, zone)) throw new Fault("absent", `${noSuchZone(state, zone)}: create it first`);
    const { id, text, secretHash } = await mintCredential("enrolment", tenant.id, deps.chance);
    const now = deps.clock();
    const expiresAt = new Date(now + validSeconds * 1000).toISOString();
    const createdAt = new Date(now).toISOString();
    const row: CredentialRow = {
      id,
      kind: "enrolment",
      name: `relay of ${zone}`,
      secretHash,
      scopes: [],
      createdAt,
      expiresAt,
      revokedAt: null,
      zone,
      usedBy: null,
      mintedBy: null,
      lastUsedAt: null,
    };
    const details = { expiresAt, id };
    await store.addCredential(row, [deed(caller, now, "enrolment-token.create", `zone ${zone}`, details)]);
    return { id, token: text.reveal(), expiresAt };
  });
}

/** Enrols a relay by its token; the same token and keys again get the same answer. Faults `unauthenticated`, `forbidden`, `invalid`. */
export async function enrolRelay(
  tenant: Tenant,
  openSigner: () => Promise<EnvelopeSigner>,
  request: EnrolRequest,
  joins: JoinBook,
): Promise<EnrolResponse> {
  const { store, deps } = tenant;
  const row = await findEnrolment(deps.store, tenant.id, request.token);
  const refusing = (code: JoinCode): Promise<void> => joins.note(store, { zone: row.zone, subject: row.id, code });
  const signingKey = await readKey(request.signingKey, "signingKey", "sign");
  const encryptionKey = await readKey(request.encryptionKey, "encryptionKey", "agree");
  const { zone } = row;
  const head: ZoneHead = {
    zone,
    relay: toBase32(deps.chance(5)),
    signingKey,
    encryptionKey,
    revoked: false,
    epoch: 0,
    sequence: 0,
    version: "",
    lastEvent: 0,
    enrolledAt: new Date(deps.clock()).toISOString(),
    address: "",
    ca: "",
  };
  await onNewest(tenant, async (state) => {
    if (state.global.has(keyText({ type: "Zone", mesh: "", name: zone }))) return;
    await refusing("zone-absent");
    throw new Fault("forbidden", `The Zone ${zone} that the enrolment token is for has been deleted`);
  });
  const self = { actor: `relay:${relayKey(head)}` };
  const details = { enrolmentToken: row.id };
  const fresh = row.usedBy === null;
  const audit = fresh ? [deed(self, deps.clock(), "relay.enrol", `relay ${relayKey(head)}`, details)] : [];
  const admitted = await store.enrol(row.id, head, audit).catch(async (error: unknown) => {
    if (error instanceof Fault && error.code === "forbidden") await refusing(await codeOf(tenant, row));
    throw error;
  });
  if (admitted.relay === head.relay) await announce(tenant, admitted, "enrolled");
  const signer = await openSigner();
  const organisation = await deps.store.directory.findOrganisation({ id: tenant.id });
  return {
    controlPlane: deps.controlPlane,
    tenant: tenant.id,
    organisation: organisation?.name ?? "",
    zone,
    relay: admitted.relay,
    jwks: { keys: signer.jwks },
    bell: deps.bellUrl?.(tenant.id, zone) ?? null,
  };
}

/** Why a token that is the right one admits nobody. */
async function codeOf({ store }: Tenant, { id, zone }: CredentialRow): Promise<JoinCode> {
  // Another relay may have used it a moment ago.
  const row = await store.credential(id);
  if (row === null || row.revokedAt !== null) return "token-revoked";
  if (row.usedBy === null) return "token-expired";
  const head = await store.zoneHead(zone ?? "", row.usedBy);
  return head?.revoked === true ? "relay-revoked" : "token-used";
}

/**
 * Notes where a relay is reached; other relays and bootstraps learn it from the envelope. The same again changes nothing. Fault
 * `invalid` for a CA that is none: beside it Envoys would read no other.
 */
export async function takeReach(tenant: Tenant, { zone, relay }: RelayCaller, reach: Reach): Promise<void> {
  const head = await tenant.store.zoneHead(zone, relay);
  if (head === null || head.revoked || (head.address === reach.address && head.ca === reach.ca)) return;
  if ((await readCaCertificates(reach.ca)) === null)
    throw invalid([{ field: "reach.ca", reason: "must be PEM of certificates" }], "Could not take the report");
  const { address, ca } = reach;
  await announce(tenant, head, `reached${toBase32(tenant.deps.chance(5))}`, { reach: { zone, relay, address, ca } });
}

/** Relays know of each other by their envelopes, so a change of relays is a step: each envelope is made again. */
async function announce(tenant: Tenant, head: ZoneHead, what: string, more: Pick<Commit, "reach"> = {}): Promise<void> {
  const state = await tenant.state();
  state.relays.set(relayKey(head), head);
  const key = relayKey(head);
  await tenant.commit({
    writeId: `${what}/${key}`,
    kind: "step",
    actor: `relay:${key}`,
    reason: what,
    writes: [],
    ...more,
  });
}

/** The public key as it is stored: its members alone and in one order, so that equal keys are equal texts. */
async function readKey(jwk: PublicJwk, field: string, use: KeyUse): Promise<string> {
  const { kty, crv, x, y } = jwk;
  const key = { kty, crv, x, y };
  const wrong = (["kty", "crv", "x", "y"] as const).filter((name) => typeof key[name] !== "string");
  if (wrong.length > 0)
    throw invalid(
      wrong.map((name) => ({ field: at(field, name), reason: "must be text" })),
      "Could not enrol",
    );
  try {
    const usages: KeyUsage[] = use === "sign" ? ["verify"] : [];
    await crypto.subtle.importKey("jwk", key as JsonWebKey, KEY_USES[use].algorithm, true, usages);
  } catch {
    throw invalid([{ field, reason: "must be a public key on P-256 (kty EC, crv P-256, x, y)" }], "Could not enrol");
  }
  return JSON.stringify(key);
}
