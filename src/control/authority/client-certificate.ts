// Client certificates that external services name: their keys leave the control plane sealed to a relay, and views hold names alone.

import { revealSource } from "#control/secret/inline-key.ts";
import { trustKeyReason } from "#control/secret/named-key.ts";
import type { ReadSecret } from "#control/secret/text.ts";
import type { Vault } from "#control/secret/vault.ts";
import { clientSecretName, isClientSecret } from "#model/client-secret.ts";
import type { DataSource } from "#model/data-source.ts";
import { inlineText } from "#model/kind/mesh-external-service.ts";
import type { SpecOf } from "#model/kinds.ts";
import { keyText, type Resource } from "#model/resource.ts";
import { Sealed } from "#model/sealed.ts";
import { toHex, utf8 } from "#trust/bytes.ts";
import { readClientPair } from "#trust/client-pair.ts";
import { digestBytes } from "#trust/digest.ts";
import { serviceTls, withServiceTls } from "./service-tls.ts";

export interface ClientCertificate {
  /** Of its SDS secret. */
  readonly name: string;
  /** PEM, leaf first. */
  readonly chain: string;
  readonly key: Sealed;
}

/** By `keyText` of the service. */
export type ClientCertificates = ReadonlyMap<string, ClientCertificate>;

/** What the services of one mesh are read with. */
interface Around {
  readonly mesh: Resource<SpecOf<"Mesh">>;
  readonly readSecret: ReadSecret;
  readonly vault: Vault;
}

/**
 * Reads those that are whole: a chain in PEM and the key of its leaf. What is not goes to `problems`, and so does a key that is
 * the mesh's own, whoever named it and when.
 */
export async function readClientCertificates(
  externals: readonly Resource[],
  { mesh, readSecret, vault }: Around,
  problems: string[],
): Promise<ClientCertificates> {
  const found = new Map<string, ClientCertificate>();
  for (const resource of externals) {
    const { clientCert, clientKey } = serviceTls(resource);
    if (clientCert === undefined || clientKey === undefined) continue;
    const foreign = clientKey.secret === undefined ? null : trustKeyReason(mesh, clientKey.secret);
    if (foreign !== null) {
      problems.push(`${resource.type} ${resource.name} shows no client certificate: ${foreign}`);
      continue;
    }
    const key = await revealSource(resource, "clientKey", clientKey, vault).catch(() => ({}));
    const chainText = await textOf(clientCert, readSecret);
    const keyPem = await textOf(key, readSecret);
    const pair = chainText === null || keyPem === null ? null : await readClientPair(chainText.reveal(), keyPem);
    if (pair === null) {
      problems.push(`the client certificate of ${resource.type} ${resource.name} and its key are no pair`);
      continue;
    }
    const version = toHex(await digestBytes(utf8(JSON.stringify([pair.chain, pair.key.reveal()])))).slice(0, 32);
    found.set(keyText(resource), { ...pair, name: clientSecretName(resource, version) });
  }
  return found;
}

async function textOf(source: DataSource, readSecret: ReadSecret): Promise<Sealed | null> {
  if (source.secret !== undefined) return readSecret(source.secret);
  const text = inlineText(source);
  return text === null ? null : new Sealed(text);
}

const filled = new WeakMap<Resource, { readonly name: string; readonly resource: Resource }>();

/**
 * The service with its certificate's secret by name in place of the key; the same object each time, and itself where none is
 * said. What was written in the notation of such a name means nothing: else a service could ask for another's.
 */
export function withClientCertificate(resource: Resource, certificates: ClientCertificates): Resource {
  const name = certificates.get(keyText(resource))?.name ?? "";
  const written = serviceTls(resource).clientKey?.secret ?? "";
  if (name === "" && !isClientSecret(written)) return resource;
  const known = filled.get(resource);
  if (known?.name === name) return known.resource;
  const made = withServiceTls(resource, { clientKey: name === "" ? {} : { secret: name } });
  filled.set(resource, { name, resource: made });
  return made;
}
