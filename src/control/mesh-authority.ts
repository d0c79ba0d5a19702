// The CA behind a mesh's backend: builtin ones are kept in Secrets, provided ones come from data sources.
import type { DataSource } from "#model/data-source.ts";
import type { MtlsBackend } from "#model/kind/mesh.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { Sealed } from "#model/sealed.ts";
import { at, type Violation } from "#model/violation.ts";
import type { NewAuthority } from "#trust/authority.ts";
import { checkProvided, readPrivateKey, readProvided } from "#trust/provided.ts";
import { caCertificateName, caKeyName } from "./secret-name.ts";
import { type ReadSecret, textInside } from "./secret-text.ts";
import type { Vault } from "./vault.ts";

/** What a stored key source begins with once it is sealed; no PEM and no base64 does. */
const SEALED = "sealed:";
/** What answers show in place of an inline key, and what a write may send back to keep it. */
const WITHHELD: DataSource = { inlineString: "[sealed]" };

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
  const opened = key === undefined ? undefined : await revealKey(source.mesh, backend.name ?? "", key, source.vault);
  return Promise.all([readSource(cert, source.readSecret), readSource(opened, source.readSecret)]);
}

async function readSource(source: DataSource | undefined, readSecret: ReadSecret): Promise<Sealed | null> {
  if (source?.secret !== undefined) return readSecret(source.secret);
  if (source?.inlineString !== undefined) return new Sealed(source.inlineString);
  return source?.inline === undefined ? null : textInside(new Sealed(source.inline));
}

/** A key's source as it is stored: what is inline is sealed. Null = the withheld mark came back and there is nothing to keep. */
export async function sealKey(
  mesh: string,
  backend: string,
  key: DataSource,
  before: DataSource | undefined,
  vault: Vault,
): Promise<DataSource | null> {
  if (key.inline === undefined && key.inlineString === undefined) return key;
  const stands = before?.inlineString?.startsWith(SEALED) === true;
  if (key.inlineString === WITHHELD.inlineString) return stands && before !== undefined ? before : null;
  const text = JSON.stringify(key);
  // The same key keeps its sealed text, so that writing it again changes nothing.
  if (stands && before !== undefined && JSON.stringify(await revealKey(mesh, backend, before, vault)) === text)
    return before;
  return { inlineString: SEALED + (await vault.sealMeshKey(mesh, backend, new Sealed(text))) };
}

/** The key's source as it was written. */
export async function revealKey(mesh: string, backend: string, key: DataSource, vault: Vault): Promise<DataSource> {
  const sealed = key.inlineString;
  if (sealed === undefined || !sealed.startsWith(SEALED)) return key;
  return JSON.parse((await vault.openMeshKey(mesh, backend, sealed.slice(SEALED.length))).reveal()) as DataSource;
}

/** The Mesh as everybody may see it: no inline key of a CA. */
export function withholdKeys(mesh: Resource<SpecOf<"Mesh">>): Resource<SpecOf<"Mesh">> {
  const { mtls } = mesh.spec;
  if (mtls?.backends === undefined) return mesh;
  const backends = mtls.backends.map((backend) => {
    const { conf } = backend;
    return conf?.key === undefined ? backend : { ...backend, conf: { ...conf, key: withholdKey(conf.key) } };
  });
  return { ...mesh, spec: { ...mesh.spec, mtls: { ...mtls, backends } } };
}

/** Whether the Mesh holds an inline key of a CA. */
export function holdsKey({ spec }: Resource<SpecOf<"Mesh">>): boolean {
  return (spec.mtls?.backends ?? []).some(({ conf }) => conf?.key?.inlineString?.startsWith(SEALED) === true);
}

/** The key's source as answers show it. */
function withholdKey(key: DataSource): DataSource {
  return key.inlineString?.startsWith(SEALED) === true ? WITHHELD : key;
}
