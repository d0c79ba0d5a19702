// The use case "zone issuer": an intermediate by which a zone signs its own leaves while the control plane is out of reach.
import type { IssuerRequest, IssuerResponse } from "#api/zone.ts";
import { Fault, invalid } from "#model/fault.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { fromBase64 } from "#trust/bytes.ts";
import { signIntermediate } from "#trust/intermediate.ts";
import { tagValues } from "#trust/spiffe.ts";
import type { ProofUse, RelayCaller } from "./control.ts";
import { namedOf } from "./join/dataplane.ts";
import { issuerId } from "./leaf-issue.ts";
import { storedOf, type TenantState } from "./state.ts";
import { onNewest, type Tenant } from "./tenant.ts";
import { trustOf } from "./view.ts";

/** The life of an intermediate, and so the longest of any leaf below it. */
export const ISSUER_SECONDS = 7 * 86_400;
const TITLE = "Could not sign an intermediate";
const OK = 200;

/** Its name constraints permit the mesh and the tag keys in use there. Faults `invalid`, `absent` (mesh), `conflict` (mTLS is off). */
export function signZoneIssuer(
  tenant: Tenant,
  { zone }: RelayCaller,
  proof: ProofUse,
  request: IssuerRequest,
): Promise<IssuerResponse> {
  return onNewest(tenant, async (state) => {
    const mesh = state.meshes.get(request.mesh);
    if (mesh === undefined) throw new Fault("absent", `mesh of name ${request.mesh} is not found`, { title: TITLE });
    const trust = await trustOf(mesh, tenant.vault);
    if (!trust.mtls.enabled) throw new Fault("conflict", `mTLS of the mesh ${mesh.name} is off`, { title: TITLE });
    if (trust.issuer === null)
      throw new Fault("unavailable", `The CA of the mesh ${mesh.name} cannot be read`, { title: TITLE });
    const csr = fromBase64(request.csr);
    if (csr === null) throw invalid([{ field: "csr", reason: "must be base64 of a PKCS #10 request" }], TITLE);
    const { clock, chance } = tenant.deps;
    const signed = await signIntermediate({
      root: trust.issuer,
      csr,
      trustDomain: mesh.name,
      tagKeys: tagKeysIn(state, mesh.name),
      zone,
      seconds: ISSUER_SECONDS,
      clock,
      chance,
    });
    const expiresAt = new Date(signed.notAfter).toISOString();
    const row = {
      serial: signed.serial,
      mesh: mesh.name,
      name: "",
      zone,
      issuer: issuerId(trust.issuer),
      notAfter: expiresAt,
      tokenId: null,
    };
    await tenant.store.record({ proof: { ...proof, status: OK }, certificates: [row] });
    return { chain: [signed.certificatePem, ...trust.bundle], expiresAt };
  });
}

/** Every tag key that a proxy of the mesh uses, sorted. */
function tagKeysIn(state: TenantState, mesh: string): readonly string[] {
  const keys = storedOf(state, "Dataplane", mesh).flatMap((one) => [
    ...tagValues(namedOf(one as Resource<SpecOf<"Dataplane">>)).keys(),
  ]);
  // An egress is named by the service tag in every mesh.
  const egress = storedOf(state, "ZoneEgress", "").length > 0 ? [SERVICE_TAG] : [];
  return [...new Set([...keys, ...egress])].sort();
}
