// What Weft makes together with a mesh: the key of its tokens, its default policies, its builtin CAs.

import type { ControlDeps } from "#control/deps.ts";
import { caCertificateName, caKeyName, tokenKeyName } from "#control/secret/name.ts";
import { dataOf } from "#control/secret/text.ts";
import type { Vault } from "#control/secret/vault.ts";
import { expirationSeconds } from "#control/token/expiration.ts";
import { createTokenKeyPem } from "#control/token/key.ts";
import { defaultPolicies } from "#model/default-policies.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { Sealed } from "#model/sealed.ts";
import { createRoot } from "#trust/authority.ts";
import { toPem } from "#trust/bytes.ts";
import { type Draft, draftOf, plan } from "./draft.ts";

type Mesh = Resource<SpecOf<"Mesh">>;

const YEAR_SECONDS = 365 * 86_400;
/** Kuma's default life of a builtin CA. */
const CA_YEARS = 10;

/** Plans what a mesh gets once, when it is new: a default that is deleted later stays deleted. */
export async function foundMesh(draft: Draft, mesh: Mesh, vault: Vault): Promise<void> {
  await planSecret(draft, vault, mesh.name, tokenKeyName(mesh.name, 1), createTokenKeyPem);
  for (const policy of defaultPolicies(mesh))
    if (draftOf(draft, keyed(policy)) === null) plan(draft, keyed(policy), policy);
}

/** Plans the CA of each builtin backend that has none yet, whether the backend is on or not. */
export async function foundAuthorities(
  draft: Draft,
  mesh: Mesh,
  vault: Vault,
  deps: Pick<ControlDeps, "clock" | "chance">,
): Promise<void> {
  for (const { name = "", type, conf } of mesh.spec.mtls?.backends ?? []) {
    if (type !== "builtin") continue;
    const names = [caCertificateName(mesh.name, name), caKeyName(mesh.name, name)] as const;
    // Both or none: a certificate without its key is nothing to go on with.
    if (names.every((secret) => draftOf(draft, { type: "Secret", mesh: mesh.name, name: secret }) !== null)) continue;
    const seconds = expirationSeconds(conf?.caCert?.expiration ?? "");
    const years = seconds === null ? CA_YEARS : seconds / YEAR_SECONDS;
    const root = await createRoot({ mesh: mesh.name, backend: name, clock: deps.clock, chance: deps.chance, years });
    const texts = [
      new Sealed(root.certificatePem),
      new Sealed(toPem("PRIVATE KEY", root.privateKey.reveal())),
    ] as const;
    for (const [index, secret] of names.entries())
      await replaceSecret(draft, vault, mesh.name, secret, texts[index] as Sealed);
  }
}

async function planSecret(
  draft: Draft,
  vault: Vault,
  mesh: string,
  name: string,
  make: () => Promise<Sealed>,
): Promise<void> {
  if (draftOf(draft, { type: "Secret", mesh, name }) === null)
    await replaceSecret(draft, vault, mesh, name, await make());
}

async function replaceSecret(draft: Draft, vault: Vault, mesh: string, name: string, text: Sealed): Promise<void> {
  const key = { type: "Secret", mesh, name } as const;
  const spec: SpecOf<"Secret"> = { data: await vault.sealSecret(key, dataOf(text)) };
  plan(draft, key, { ...key, labels: {}, creationTime: "", modificationTime: "", spec });
}

function keyed({ type, mesh, name }: Resource) {
  return { type: type as "MeshTimeout", mesh, name };
}
