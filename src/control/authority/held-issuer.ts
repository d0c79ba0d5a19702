// The intermediate that the control plane holds for a relay: it signs the leaves that the relay asks for, so that what a revoked relay was given ends with it.

import type { Tenant } from "#control/tenant.ts";
import type { ZoneDraft } from "#control/zone/draft.ts";
import type { IssuerRow } from "#store/face/certificate.ts";
import { createHeldIntermediate } from "#trust/intermediate.ts";
import { type Issuer, loadIssuer } from "#trust/issuer.ts";
import { rootOf } from "./issuer-book.ts";
import type { MeshTrust } from "./mesh-trust.ts";

/** Beyond the life of a leaf: as long as a certificate is used before it is renewed. */
const SPARE_SECONDS = 6 * 86_400;
/** Purpose under which its key is sealed. */
/** What its key is sealed as. */
export const PURPOSE = "issuer";
export const nameOf = (mesh: string, keyId: string): string => `${mesh}/${keyId}`;

const loaded = new WeakMap<IssuerRow, Promise<Issuer>>();

/**
 * What signs leaves of the draft's relay in this mesh; a new or renewed one is added to the draft. The mesh's CA itself
 * where its path length leaves no room below it. Null while there is no CA.
 */
export async function leafIssuer(
  { vault, deps }: Tenant,
  draft: ZoneDraft,
  mesh: string,
  trust: MeshTrust,
): Promise<Issuer | null> {
  const { issuer: root, bundle, mtls } = trust;
  if (root === null || !root.mayHaveIntermediates) return root;
  const { zone, relay } = draft.relay;
  const { clock, chance, log } = deps;
  const seconds = mtls.leafSeconds + SPARE_SECONDS;
  const found = [...draft.issuers, ...draft.state.issuers.values()].find(
    (row) =>
      row.mesh === mesh &&
      row.zone === zone &&
      row.relay === relay &&
      row.root === rootOf(trust) &&
      row.sealedKey !== null &&
      row.revokedAt === null,
  );
  const order = { root, trustDomain: mesh, zone, seconds, clock, chance };
  if (found !== undefined) {
    try {
      const row = isDue(found, trust, clock()) ? await renewed(found) : found;
      return await load(row);
    } catch (error) {
      log("error", "an issuer that the control plane holds cannot be read; it makes another", {
        mesh,
        zone,
        relay,
        error,
      });
    }
  }
  const { privateKey, ...made } = await createHeldIntermediate(order);
  if (privateKey === null) throw new TypeError("a new intermediate has a key");
  const sealedKey = await vault.sealKey(PURPOSE, nameOf(mesh, made.keyId), privateKey);
  const row = add(
    { mesh, keyId: made.keyId, zone, relay, root: rootOf(trust), sealedKey, revokedAt: null, revokedBy: null },
    made,
  );
  return load(row);

  async function renewed(old: IssuerRow): Promise<IssuerRow> {
    const made = await createHeldIntermediate(order, old);
    const context = vault.of.key(PURPOSE, nameOf(mesh, old.keyId));
    const sealedKey = old.sealedKey === null ? null : await vault.renew({ context, text: old.sealedKey });
    return add({ ...old, sealedKey }, made);
  }

  function add(
    old: Omit<IssuerRow, "certificatePem" | "notAfter">,
    { certificatePem, serial, notAfter: until }: { certificatePem: string; serial: string; notAfter: number },
  ): IssuerRow {
    const notAfter = new Date(until).toISOString();
    const row = { ...old, certificatePem, notAfter };
    draft.issuers.unshift(row);
    draft.certificates.push({ serial, mesh, name: "", zone, issuer: rootOf(trust), notAfter, tokenId: null });
    return row;
  }

  function load(row: IssuerRow): Promise<Issuer> {
    const known = loaded.get(row);
    if (known !== undefined) return known;
    const opening = vault
      .openKey(PURPOSE, nameOf(mesh, row.keyId), row.sealedKey ?? "")
      .then((key) => loadIssuer([row.certificatePem, ...bundle], key));
    loaded.set(row, opening);
    return opening;
  }
}

/** A leaf would outlive it, and a new certificate would live longer: the CA may be near its own end. */
function isDue({ notAfter }: IssuerRow, { issuer, mtls }: MeshTrust, now: number): boolean {
  const until = Date.parse(notAfter);
  const most = Math.min(now + (mtls.leafSeconds + SPARE_SECONDS) * 1000, issuer?.notAfter ?? 0);
  return until - now < mtls.leafSeconds * 1000 && most - until > 60_000;
}
