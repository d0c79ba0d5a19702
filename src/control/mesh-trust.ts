// What a mesh's trust comes to: its bundle, the keys of its tokens, and the CA that signs its leaves.

import type { SpecOf } from "#model/kinds.ts";
import { enabledBackendOf } from "#model/mesh-rule.ts";
import type { Resource } from "#model/resource.ts";
import type { Sealed } from "#model/sealed.ts";
import type { StoredResource } from "#store/store.ts";
import { fromPem, toPem } from "#trust/bytes.ts";
import { type Issuer, loadIssuer } from "#trust/issuer.ts";
import type { PublicJwk } from "#trust/key.ts";
import { expirationSeconds } from "./expiration.ts";
import { type Authorities, EXTERNAL_TYPES, readAuthorities } from "./external-authority.ts";
import { readAuthority } from "./mesh-authority.ts";
import { revocationsName, tokenKeySerial } from "./secret-name.ts";
import { textInside } from "./secret-text.ts";
import { readTokenKey, type TokenKey } from "./token-key.ts";
import type { Vault } from "./vault.ts";

export interface MeshTrust {
  /** PEM of what the mesh's proxies trust; empty while mTLS is off. */
  readonly bundle: readonly string[];
  /** Keys of dataplane tokens, the one that signs first. */
  readonly tokenKeys: readonly TokenKey[];
  readonly revokedTokens: readonly string[];
  readonly mtls: { readonly enabled: boolean; readonly leafSeconds: number };
  /** Signs leaves and intermediates; null while mTLS is off. */
  readonly issuer: Issuer | null;
  /** CA certificates that external services name by Secret. */
  readonly authorities: Authorities;
  /** What could not be read, for the log; none of it stops the mesh. */
  readonly problems: readonly string[];
}

/** Kuma's default life of a leaf. */
const LEAF_SECONDS = 24 * 3600;

/** Reads it from the Mesh and its Secrets. */
export async function readMeshTrust(mesh: Resource, items: Iterable<StoredResource>, vault: Vault): Promise<MeshTrust> {
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
  const tokenKeys = await readTokenKeys([...secrets.values()], readSecret, problems);
  return {
    bundle: authority === null ? [] : certificatesIn(authority.certificatePem),
    tokenKeys,
    revokedTokens: ((await readSecret(revocationsName(name)))?.reveal() ?? "")
      .split(/[\s,]+/)
      .filter((id) => id !== ""),
    mtls: {
      enabled: backend !== null,
      leafSeconds: expirationSeconds(backend?.dpCert?.rotation?.expiration ?? "") ?? LEAF_SECONDS,
    },
    issuer: authority === null ? null : await loadIssuer([authority.certificatePem], authority.privateKey),
    authorities: await readAuthorities(externals, readSecret, problems),
    problems,
  };
}

/** Public halves, as envelopes carry them. */
export function publicTokenKeys({ tokenKeys }: MeshTrust): readonly PublicJwk[] {
  return tokenKeys.map(({ publicJwk }) => publicJwk);
}

async function readTokenKeys(
  secrets: readonly Resource[],
  readSecret: (name: string) => Promise<Sealed | null>,
  problems: string[],
): Promise<readonly TokenKey[]> {
  const found: TokenKey[] = [];
  for (const secret of secrets) {
    const serial = tokenKeySerial(secret);
    if (serial === null) continue;
    const text = await readSecret(secret.name);
    const key = text === null ? null : await readTokenKey(text, serial);
    if (key === null) problems.push(`the Secret ${secret.name} holds no RSA private key`);
    else found.push(key);
  }
  return found.sort((a, b) => b.serial - a.serial);
}

function certificatesIn(pem: string): readonly string[] {
  return fromPem(pem).flatMap(({ label, der }) => (label === "CERTIFICATE" ? [toPem(label, der)] : []));
}
