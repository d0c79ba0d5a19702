// Kuma's dataplane tokens: JWTs that let a proxy join a mesh, signed by the mesh's newest key.

import { deed } from "#control/audit/deed.ts";
import type { Caller } from "#control/face/caller.ts";
import type { Writer } from "#control/face/writer.ts";
import { permit } from "#control/permission.ts";
import { onNewest, type Tenant } from "#control/tenant.ts";
import { trustOf } from "#control/view/view.ts";
import { Fault, invalid } from "#model/fault.ts";
import { ZONE_TAG } from "#model/tag.ts";
import { at, type Violation } from "#model/violation.ts";
import { issueDataplaneToken as signToken } from "#trust/dataplane-token.ts";
import { importPrivateKey } from "#trust/key.ts";
import type { Place } from "#trust/scope.ts";
import { createTokenId } from "#trust/token.ts";

export type DataplaneTokenRequest = Parameters<Writer["createDataplaneToken"]>[1];

const TITLE = "Could not issue a token";
const TYPES = ["", "dataplane", "ingress", "egress"];
/** Kuma's validity when none is asked for, and the most that makes sense here. */
const LONGEST_SECONDS = 10 * 365 * 86_400;

/** The JWT. Faults `forbidden`, `invalid`; `conflict` when the mesh has no signing key left. */
export function issueDataplaneToken(tenant: Tenant, caller: Caller, request: DataplaneTokenRequest): Promise<string> {
  permit(caller, "issue-dataplane-token", placeOf(request));
  const violations = requestViolations(request);
  if (violations.length > 0) throw invalid(violations, TITLE);
  return onNewest(tenant, async (state) => {
    const { mesh: name, validForSeconds, ...binding } = request;
    const mesh = state.meshes.get(name);
    if (mesh === undefined) throw invalid([{ field: "mesh", reason: `mesh of name ${name} is not found` }], TITLE);
    const [signer] = (await trustOf(mesh, tenant.vault)).tokenKeys;
    if (signer === undefined) {
      const why = `The mesh ${name} has no signing key: write the Secret dataplane-token-signing-key-${name}-<number>`;
      throw new Fault("conflict", why, { title: TITLE });
    }
    const key = await importPrivateKey("token", signer.privateKey);
    const jti = createTokenId(tenant.deps.chance);
    const token = await signToken(
      { ...binding, mesh: name, jti, validSeconds: validForSeconds },
      { kid: String(signer.serial), key },
      tenant.deps.clock,
    );
    const details = { id: jti, mesh: name, ...binding, validForSeconds };
    const audit = [deed(caller, tenant.deps.clock(), "dataplane-token.create", `token ${jti}`, details)];
    await tenant.store.record({ audit });
    return token;
  });
}

/** The one zone and the mesh whose dataplanes the token can be for; null where its tags leave the zone open, or it is a gate's. */
function placeOf({ mesh, tags, type }: DataplaneTokenRequest): Place {
  const [zone, ...more] = tags[ZONE_TAG] ?? [];
  const isGate = type !== "" && type !== "dataplane";
  return { zone: more.length === 0 ? (zone ?? null) : null, mesh: mesh === "" || isGate ? null : mesh };
}

function requestViolations({ mesh, type, tags, validForSeconds }: DataplaneTokenRequest): readonly Violation[] {
  const found: Violation[] = [];
  if (mesh === "") found.push({ field: "mesh", reason: "cannot be empty" });
  if (!TYPES.includes(type)) found.push({ field: "type", reason: "must be dataplane, ingress or egress, or left out" });
  for (const [key, values] of Object.entries(tags)) {
    if (values.length === 0) found.push({ field: at("tags", key), reason: "must name at least one value" });
  }
  if (!(validForSeconds >= 1 && validForSeconds <= LONGEST_SECONDS)) {
    found.push({ field: "validFor", reason: "must be at least 1s and at most 10 years" });
  }
  return found;
}
