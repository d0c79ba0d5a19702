// What a mesh's trust comes to: its bundle, the keys of its tokens, and the CA that signs its leaves.

import type { EnvelopeMesh, ZoneIssuing } from "#api/zone.ts";
import { revocationsName, tokenKeySerial } from "#control/secret/name.ts";
import { textInside } from "#control/secret/text.ts";
import type { Vault } from "#control/secret/vault.ts";
import { expirationSeconds } from "#control/token/expiration.ts";
import { idsIn, readTokenKeys, type TokenKey } from "#control/token/key.ts";
import type { SpecOf } from "#model/kinds.ts";
import { enabledBackendOf } from "#model/mesh-rule.ts";
import type { Resource } from "#model/resource.ts";
import type { Sealed } from "#model/sealed.ts";
import { LABEL } from "#model/tag.ts";
import type { StoredResource } from "#store/face/resource.ts";
import { fromPem, toPem } from "#trust/bytes.ts";
import { type Issuer, loadIssuer } from "#trust/issuer.ts";
import type { PublicJwk } from "#trust/key.ts";
import { type ClientCertificates, readClientCertificates } from "./client-certificate.ts";
import { type Authorities, readAuthorities } from "./external-authority.ts";
import { readAuthority } from "./mesh-authority.ts";
import { EXTERNAL_TYPES } from "./service-tls.ts";

export interface MeshTrust {
  /** PEM of what the mesh's proxies trust; empty while mTLS is off. */
  readonly bundle: readonly string[];
  /** Keys of dataplane tokens, the one that signs first. */
  readonly tokenKeys: readonly TokenKey[];
  readonly revokedTokens: readonly string[];
  readonly mtls: EnvelopeMesh["mtls"] & { readonly zoneIssuer: ZoneIssuing };
  /** Signs intermediates; null while mTLS is off. */
  readonly issuer: Issuer | null;
  /** CA certificates that external services name by Secret. */
  readonly authorities: Authorities;
  /** Certificates that the mesh shows to external services. */
  readonly clients: ClientCertificates;
  /** What could not be read, for the log; none of it stops the mesh. */
  readonly problems: readonly string[];
}

/** Why no zone may have an issuer of the mesh; null where it may. */
export const ISSUING: Readonly<Record<ZoneIssuing, string | null>> = {
  on: null,
  off: `its zones may not issue certificates (label ${LABEL.zoneIssuer}: disabled)`,
  unable: "its CA has a path length of 0, so no issuer can stand below it",
};

/** Kuma's default life of a leaf. */
const LEAF_SECONDS = 24 * 3600;

/** Reads it from the Mesh and its Secrets. */
export async function readMeshTrust(
  mesh: Resource,
  items: Iterable<Pick<StoredResource, "resource">>,
  vault: Vault,
): Promise<MeshTrust> {
  const { name, spec } = mesh as Resource<SpecOf<"Mesh">>;
  const secrets = new Map<string, Resource<SpecOf<"Secret">>>();
  const externals: Resource[] = [];
  for (const { resource } of items) {
    if (resource.type === "Secret") secrets.set(resource.name, resource as Resource<SpecOf<"Secret">>);
    if (EXTERNAL_TYPES.has(resource.type)) externals.push(resource);
  }
  const readSecret = async (secret: string): Promise<Sealed | null> => {
    const found = secrets.get(secret);
    return found?.spec.data === undefined ? null : textInside(await vault.openSecret(found, found.spec.data));
  };
  const problems: string[] = [];
  const backend = enabledBackendOf(spec);
  const authority = backend === null ? null : await readAuthority(backend, { mesh: name, readSecret, vault });
  if (backend !== null && authority === null) problems.push(`the CA of the backend ${backend.name} cannot be read`);
  const issuer = authority === null ? null : await loadIssuer([authority.certificatePem], authority.privateKey);
  const tokenKeys = await readTokenKeys([...secrets.values()], tokenKeySerial, readSecret, problems);
  return {
    bundle: authority === null ? [] : certificatesIn(authority.certificatePem),
    tokenKeys,
    revokedTokens: idsIn(await readSecret(revocationsName(name))),
    mtls: {
      enabled: backend !== null,
      leafSeconds: expirationSeconds(backend?.dpCert?.rotation?.expiration ?? "") ?? LEAF_SECONDS,
      zoneIssuer: issuingOf(mesh, issuer),
    },
    issuer,
    authorities: await readAuthorities(externals, readSecret, problems),
    clients: await readClientCertificates(
      externals,
      { mesh: mesh as Resource<SpecOf<"Mesh">>, readSecret, vault },
      problems,
    ),
    problems,
  };
}

function issuingOf({ labels }: Resource, issuer: Issuer | null): ZoneIssuing {
  if (labels[LABEL.zoneIssuer] === "disabled") return "off";
  return issuer?.mayHaveIntermediates === false ? "unable" : "on";
}

/** Public halves, as envelopes carry them. */
export function publicTokenKeys({ tokenKeys }: Pick<MeshTrust, "tokenKeys">): readonly PublicJwk[] {
  return tokenKeys.map(({ publicJwk }) => publicJwk);
}

function certificatesIn(pem: string): readonly string[] {
  return fromPem(pem).flatMap(({ label, der }) => (label === "CERTIFICATE" ? [toPem(label, der)] : []));
}
