// The use case "zone issuer": an intermediate by which a relay signs its own leaves while the control plane is out of reach.
import type { IssuerRequest, IssuerResponse } from "#api/zone.ts";
import type { ProofUse, RelayCaller } from "#control/face/caller.ts";
import { namedOf } from "#control/join/dataplane.ts";
import { relayKey, storedOf, type TenantState } from "#control/state.ts";
import { onNewest, type Tenant } from "#control/tenant.ts";
import { trustOf } from "#control/view/view.ts";
import { actorOf } from "#control/zone/draft.ts";
import { Fault, invalid } from "#model/fault.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { tagValues } from "#model/spiffe.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import type { IssuerRow } from "#store/face/certificate.ts";
import { fromBase64, toBase32 } from "#trust/bytes.ts";
import { signIntermediate } from "#trust/intermediate.ts";
import { expiredIssuers, findIssuer, isListed, patchIssuers, rootOf } from "./issuer-book.ts";
import { ISSUING } from "./mesh-trust.ts";

/** The life of an intermediate, and so the longest of any leaf below it. */
export const ISSUER_SECONDS = 7 * 86_400;
const TITLE = "Could not sign an intermediate";
const OK = 200;

/**
 * Its name constraints permit the mesh and the tag keys in use there. Faults `invalid`, `absent` (mesh), `forbidden` (the
 * relay is revoked), `conflict` (mTLS is off, the mesh's zones may not issue, or the key has been revoked).
 */
export function signZoneIssuer(
  tenant: Tenant,
  relay: RelayCaller,
  proof: ProofUse,
  request: IssuerRequest,
): Promise<IssuerResponse> {
  return onNewest(tenant, async (state) => {
    const mesh = state.meshes.get(request.mesh);
    if (mesh === undefined) throw new Fault("absent", `mesh of name ${request.mesh} is not found`, { title: TITLE });
    if (state.relays.get(relayKey(relay))?.revoked === true)
      throw new Fault("forbidden", `The relay ${relayKey(relay)} is revoked`, { title: TITLE });
    const trust = await trustOf(mesh, tenant.vault);
    if (!trust.mtls.enabled) throw new Fault("conflict", `mTLS of the mesh ${mesh.name} is off`, { title: TITLE });
    if (trust.issuer === null)
      throw new Fault("unavailable", `The CA of the mesh ${mesh.name} cannot be read`, { title: TITLE });
    const hindrance = ISSUING[trust.mtls.zoneIssuer];
    if (hindrance !== null) throw new Fault("conflict", `Mesh ${mesh.name}: ${hindrance}`, { title: TITLE });
    const csr = fromBase64(request.csr);
    if (csr === null) throw invalid([{ field: "csr", reason: "must be base64 of a PKCS #10 request" }], TITLE);
    const { zone } = relay;
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
    refuseKey(findIssuer(state.issuers, mesh.name, signed.keyId), relay);
    const expiresAt = new Date(signed.notAfter).toISOString();
    const root = rootOf(trust);
    const row: IssuerRow = {
      mesh: mesh.name,
      keyId: signed.keyId,
      zone,
      relay: relay.relay,
      root,
      certificatePem: signed.certificatePem,
      notAfter: expiresAt,
      sealedKey: null,
      revokedAt: null,
      revokedBy: null,
    };
    const written = {
      proof: { ...proof, status: OK },
      certificates: [
        { serial: signed.serial, mesh: mesh.name, name: "", zone, issuer: root, notAfter: expiresAt, tokenId: null },
      ],
      issuers: {
        put: [row],
        // Revoked ones go by a step of their own, as they change what is trusted.
        drop: expiredIssuers(state.issuers, clock()).filter((one) => one.revokedAt === null && one.keyId !== row.keyId),
      },
    };
    // Where issuers are trusted one by one, its certificate is spread by the very commit that notes it.
    if (isListed(state.issuers, mesh.name))
      await tenant.commit({
        ...written,
        writeId: toBase32(chance(15)),
        kind: "step",
        actor: actorOf(relay),
        reason: "issuer",
        writes: [],
      });
    else {
      await tenant.store.record(written);
      patchIssuers(state.issuers, written.issuers);
    }
    return { chain: [signed.certificatePem, ...trust.bundle], expiresAt };
  });
}

/** A key is one relay's, and a revoked one is trusted no more. */
function refuseKey(known: IssuerRow | null, { zone, relay }: RelayCaller): void {
  if (known === null || (known.revokedAt === null && known.zone === zone && known.relay === relay)) return;
  throw new Fault("conflict", "This key was another relay's or has been revoked: make a new one", { title: TITLE });
}

/** Characters of the tag keys that one certificate names: chains travel in each handshake, and peers take no long ones. */
const MOST_CHARACTERS = 8192;

/** The tag keys that proxies of the mesh use, sorted; where they are too many, those that most proxies use. */
function tagKeysIn(state: TenantState, mesh: string): readonly string[] {
  const uses = new Map<string, number>();
  const count = (key: string): void => void uses.set(key, (uses.get(key) ?? 0) + 1);
  for (const one of storedOf(state, "Dataplane", mesh))
    for (const key of tagValues(namedOf(one as Resource<SpecOf<"Dataplane">>)).keys()) count(key);
  // An egress is named by the service tag in every mesh.
  if (storedOf(state, "ZoneEgress", "").length > 0) count(SERVICE_TAG);
  const keys = [...uses].sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1));
  let left = MOST_CHARACTERS;
  const kept = keys.flatMap(([key]) => {
    if (key.length > left) return [];
    left -= key.length;
    return [key];
  });
  return kept.sort();
}
