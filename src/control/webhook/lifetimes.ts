// The certificates that somebody would miss: of each mesh its CA, its issuers, and the newest leaf of each proxy that lives.
import { ISSUER_SECONDS } from "#control/authority/issuer.ts";
import type { Vault } from "#control/secret/vault.ts";
import type { TenantState } from "#control/state.ts";
import { trustOf } from "#control/view/view.ts";
import type { TenantStore } from "#store/store.ts";
import { toHex } from "#trust/bytes.ts";
import { readCaCertificates } from "#trust/ca-certificate.ts";
import type { Lifetime } from "./certificate-sight.ts";

/** Newest certificates of a mesh that are read. */
const MOST_LEAVES = 10_000;

/** Of meshes with mTLS; what has ended is not among them. */
export async function lifetimesOf(
  state: TenantState,
  store: TenantStore,
  vault: Vault,
  now: number,
): Promise<readonly Lifetime[]> {
  const found: Lifetime[] = [];
  for (const mesh of state.meshes.values()) {
    const trust = await trustOf(mesh, vault);
    if (!trust.mtls.enabled) continue;
    for (const pem of trust.bundle) {
      for (const { notBefore, notAfter, subjectKeyId } of (await readCaCertificates(pem)) ?? []) {
        const name = subjectKeyId === null ? String(notAfter) : toHex(subjectKeyId);
        found.push({ kind: "ca", mesh: mesh.name, name, zone: "", notBefore, notAfter });
      }
    }
    const leaves = await store.certificates({ mesh: mesh.name, size: MOST_LEAVES });
    found.push(...newestLeaves(leaves, new Set(mesh.registrations.keys()), trust.mtls.leafSeconds * 1000));
  }
  for (const { mesh, keyId, zone, notAfter, revokedAt } of state.issuers.values()) {
    if (revokedAt !== null) continue;
    const end = Date.parse(notAfter);
    found.push({ kind: "issuer", mesh, name: keyId, zone, notBefore: end - ISSUER_SECONDS * 1000, notAfter: end });
  }
  return found.filter(({ notAfter }) => notAfter > now);
}

/** Those that live longest come first, and so does each proxy's newest. Their beginning stands nowhere: it is a leaf's life before the end. */
function newestLeaves(
  leaves: Awaited<ReturnType<TenantStore["certificates"]>>,
  living: ReadonlySet<string>,
  life: number,
): readonly Lifetime[] {
  const newest = new Map<string, Lifetime>();
  for (const { mesh, name, zone, notAfter } of leaves) {
    if (name === "" || !living.has(name) || newest.has(name)) continue;
    const end = Date.parse(notAfter);
    newest.set(name, { kind: "proxy", mesh, name, zone, notBefore: end - life, notAfter: end });
  }
  return [...newest.values()];
}
