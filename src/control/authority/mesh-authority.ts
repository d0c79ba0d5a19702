// The CA behind a mesh's backend: builtin ones are kept in Secrets, provided ones come from data sources.

import { revealSource } from "#control/secret/inline-key.ts";
import { caCertificateName, caKeyName } from "#control/secret/name.ts";
import { type ReadSecret, textInside } from "#control/secret/text.ts";
import type { Vault } from "#control/secret/vault.ts";
import type { DataSource } from "#model/data-source.ts";
import type { MtlsBackend } from "#model/kind/mesh.ts";
import type { ResourceKey } from "#model/resource.ts";
import { Sealed } from "#model/sealed.ts";
import { at, type Violation } from "#model/violation.ts";
import type { NewAuthority } from "#trust/authority.ts";
import { checkProvided, readPrivateKey, readProvided } from "#trust/provided.ts";

export interface CaSource {
  readonly mesh: string;
  readonly readSecret: ReadSecret;
  readonly vault: Vault;
}

/** The backend's certificate and key; null when something of it is missing or broken. */
export async function readAuthority(
  backend: MtlsBackend,
  source: CaSource,
): Promise<Pick<NewAuthority, "certificatePem" | "privateKey"> | null> {
  const name = backend.name ?? "";
  if (backend.type === "builtin") {
    const [certificate, key] = await Promise.all([
      source.readSecret(caCertificateName(source.mesh, name)),
      source.readSecret(caKeyName(source.mesh, name)),
    ]);
    const privateKey = key === null ? null : readPrivateKey(key);
    return certificate === null || privateKey === null ? null : { certificatePem: certificate.reveal(), privateKey };
  }
  const [certificate, key] = await readSources(backend, source);
  if (certificate === null || key === null) return null;
  return (await checkProvided(certificate.reveal(), key)).length > 0 ? null : readProvided(certificate.reveal(), key);
}

/** Violations of a provided CA, below its backend (`conf.cert`). */
export async function providedViolations(backend: MtlsBackend, source: CaSource): Promise<readonly Violation[]> {
  const [certificate, key] = await readSources(backend, source);
  const missing = (field: "cert" | "key"): readonly Violation[] => {
    const secret = backend.conf?.[field]?.secret;
    const why =
      secret === undefined
        ? "it is not base64 of PEM"
        : `there is no Secret ${JSON.stringify(secret)} with text in the mesh`;
    return [{ field: at("conf", field), reason: `cannot be loaded: ${why}` }];
  };
  if (certificate === null || key === null) {
    return [...(certificate === null ? missing("cert") : []), ...(key === null ? missing("key") : [])];
  }
  const found = await checkProvided(certificate.reveal(), key);
  return found.map(({ field, reason }) => ({ field: field === "" ? "conf" : `conf.${field}`, reason }));
}

async function readSources(backend: MtlsBackend, source: CaSource): Promise<readonly [Sealed | null, Sealed | null]> {
  const { cert, key } = backend.conf ?? {};
  const opened =
    key === undefined ? undefined : await revealSource(ownerOf(source), backend.name ?? "", key, source.vault);
  return Promise.all([readSource(cert, source.readSecret), readSource(opened, source.readSecret)]);
}

function ownerOf({ mesh }: CaSource): ResourceKey {
  return { type: "Mesh", mesh: "", name: mesh };
}

async function readSource(source: DataSource | undefined, readSecret: ReadSecret): Promise<Sealed | null> {
  if (source?.secret !== undefined) return readSecret(source.secret);
  if (source?.inlineString !== undefined) return new Sealed(source.inlineString);
  return source?.inline === undefined ? null : textInside(new Sealed(source.inline));
}
