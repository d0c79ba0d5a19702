// Rules of Secret: those that a mesh's trust is made of must stay good, and stay.

import { providedViolations } from "#control/authority/mesh-authority.ts";
import { draftSecret, meshOf } from "#control/draft/draft.ts";
import { caCertificateName, caKeyName, tokenKeySerial, zoneTokenKeySerial } from "#control/secret/name.ts";
import { readTokenKey } from "#control/token/key.ts";
import type { MtlsBackend } from "#model/kind/mesh.ts";
import type { Violation } from "#model/violation.ts";
import type { Rule } from "./rule.ts";

const NO_KEY: Violation = {
  field: "data",
  reason: "must be base64 of PEM with an RSA private key of at least 2048 bits",
};

/** Signing keys must be RSA keys; a provided CA must still load with the new content. */
export const putSecret: Rule = async ({ draft, planned, vault }) => {
  const { mesh, name } = planned.key;
  const found: Violation[] = [];
  const serial = tokenKeySerial(planned.key);
  const text = await draftSecret(draft, vault, mesh, name);
  if (serial !== null && (text === null || (await readTokenKey(text, serial)) === null)) {
    found.push(NO_KEY);
  }
  const spec = meshOf(draft, mesh)?.spec;
  if (spec === undefined || spec.mtls?.skipValidation === true) return found;
  const readSecret = (secret: string) => draftSecret(draft, vault, mesh, secret);
  for (const backend of spec.mtls?.backends ?? []) {
    if (backend.type !== "provided" || !secretsOf(mesh, backend).includes(name)) continue;
    const wrong = await providedViolations(backend, { mesh, readSecret, vault });
    for (const { reason } of wrong) {
      found.push({
        field: "data",
        reason: `the CA of mTLS backend ${JSON.stringify(backend.name)} would not load: ${reason}`,
      });
    }
  }
  return found;
};

/** Keys that sign zone tokens must be RSA keys. */
export const putGlobalSecret: Rule = async ({ draft, planned, vault }) => {
  const serial = zoneTokenKeySerial(planned.key);
  if (serial === null) return [];
  const text = await draftSecret(draft, vault, "", planned.key.name);
  return text === null || (await readTokenKey(text, serial)) === null ? [NO_KEY] : [];
};

/** A Secret in use by an mTLS backend stays, whether the backend is on or not. */
export const deleteSecret: Rule = ({ draft, planned }) => {
  const { mesh, name } = planned.key;
  const users = (meshOf(draft, mesh)?.spec.mtls?.backends ?? []).filter((backend) =>
    secretsOf(mesh, backend).includes(name),
  );
  return users.map(({ name: backend = "" }) => ({
    field: "name",
    reason: `The secret "${name}" that you are trying to remove is currently in use in Mesh "${mesh}" in mTLS backend "${backend}". Please remove the reference from the "${backend}" backend before removing the secret.`,
  }));
};

function secretsOf(mesh: string, { name = "", type, conf }: MtlsBackend): readonly string[] {
  if (type === "builtin") return [caCertificateName(mesh, name), caKeyName(mesh, name)];
  return [conf?.cert?.secret, conf?.key?.secret].flatMap((secret) => secret ?? []);
}
