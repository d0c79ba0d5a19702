// Kuma's zone tokens: JWTs with which an ingress or egress joins its zone, signed by the organisation's newest key for them.

import { deed } from "#control/audit/deed.ts";
import type { Caller } from "#control/face/caller.ts";
import type { Writer } from "#control/face/writer.ts";
import { permit } from "#control/permission.ts";
import { zoneTokenKeyName } from "#control/secret/name.ts";
import { dataOf } from "#control/secret/text.ts";
import type { TenantState } from "#control/state.ts";
import { onNewest, type Tenant } from "#control/tenant.ts";
import { zoneTrustOf } from "#control/view/view.ts";
import { isZone, noSuchZone } from "#control/zone/names.ts";
import { invalid } from "#model/fault.ts";
import { at, type Violation } from "#model/violation.ts";
import { toBase32 } from "#trust/bytes.ts";
import { importPrivateKey } from "#trust/key.ts";
import { createTokenId } from "#trust/token.ts";
import { issueZoneToken as signToken, ZONE_TOKEN_SCOPES } from "#trust/zone-token.ts";
import { createTokenKeyPem, type TokenKey } from "./key.ts";

export type ZoneTokenRequest = Parameters<Writer["createZoneToken"]>[1];

const TITLE = "Could not issue a token";
const LONGEST_SECONDS = 10 * 365 * 86_400;

/** The JWT. The organisation's first one makes the key that signs it. Faults `forbidden`, `invalid`. */
export function issueZoneToken(tenant: Tenant, caller: Caller, request: ZoneTokenRequest): Promise<string> {
  permit(caller, "issue-zone-token", { zone: request.zone === "" ? null : request.zone, mesh: null });
  return onNewest(tenant, async (state) => {
    const violations = requestViolations(state, request);
    if (violations.length > 0) throw invalid(violations, TITLE);
    const { serial, privateKey } = await signerOf(tenant, caller, state);
    const { zone, scope, validForSeconds: validSeconds } = request;
    const jti = createTokenId(tenant.deps.chance);
    const token = await signToken(
      { zone, scope, validSeconds, jti },
      { kid: String(serial), key: await importPrivateKey("token", privateKey) },
      tenant.deps.clock,
    );
    const details = { id: jti, scope, validForSeconds: validSeconds, zone };
    const audit = [deed(caller, tenant.deps.clock(), "zone-token.create", `token ${jti}`, details)];
    await tenant.store.record({ audit });
    return token;
  });
}

function requestViolations(state: TenantState, { zone, scope, validForSeconds }: ZoneTokenRequest): Violation[] {
  const found: Violation[] = [];
  if (zone !== "" && !isZone(state, zone)) found.push({ field: "zone", reason: noSuchZone(state, zone) });
  if (scope.length === 0) found.push({ field: "scope", reason: "cannot be empty" });
  scope.forEach((one, index) => {
    if ((ZONE_TOKEN_SCOPES as readonly string[]).includes(one)) return;
    found.push({ field: at("scope", index), reason: `must be ${ZONE_TOKEN_SCOPES.join(" or ")}` });
  });
  if (!(validForSeconds >= 1 && validForSeconds <= LONGEST_SECONDS))
    found.push({ field: "validFor", reason: "must be at least 1s and at most 10 years" });
  return found;
}

/** The key that signs. Where the organisation has none, one is made and kept as Kuma keeps its own. */
async function signerOf(tenant: Tenant, { actor }: Caller, state: TenantState): Promise<TokenKey> {
  const { vault, deps } = tenant;
  const [known] = (await zoneTrustOf(state, vault)).tokenKeys;
  if (known !== undefined) return known;
  const key = { type: "GlobalSecret", mesh: "", name: zoneTokenKeyName(1) } as const;
  const data = await vault.sealSecret(key, dataOf(await createTokenKeyPem()));
  await tenant.commit({
    writeId: toBase32(deps.chance(15)),
    kind: "revision",
    actor,
    reason: "key of zone tokens",
    writes: [
      { key, expect: "any", after: { ...key, labels: {}, creationTime: "", modificationTime: "", spec: { data } } },
    ],
    readRevision: state.heads.revision,
  });
  const [made] = (await zoneTrustOf(await tenant.state(), vault)).tokenKeys;
  if (made === undefined) throw new TypeError("the key of zone tokens that was just made cannot be read");
  return made;
}
