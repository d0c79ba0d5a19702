// The use case "secrets": client certificates with their keys, for a relay whose zone has a proxy that shows them.
import type { SecretContent, SecretsRequest, SecretsResponse } from "#api/zone.ts";
import { clientSecretsOf } from "#compile/client-secret.ts";
import type { ClientCertificate } from "#control/authority/client-certificate.ts";
import type { RelayCaller } from "#control/face/caller.ts";
import type { TenantState } from "#control/state.ts";
import { readViews } from "#control/view/view.ts";
import { zoneProxiesOf } from "#control/zone/places.ts";
import type { Digest } from "#model/json.ts";
import { Sealed } from "#model/sealed.ts";
import type { PublicJwk } from "#trust/key.ts";
import { sealToRelay } from "#trust/relay-seal.ts";
import type { Vault } from "./vault.ts";

export interface SecretsInput {
  readonly state: TenantState;
  readonly vault: Vault;
  readonly digest: Digest;
}

/** Seals what is asked for to the relay's key (JWK text); a name that no proxy of its zone uses now is refused. */
export async function sealSecrets(
  { state, vault, digest }: SecretsInput,
  relay: RelayCaller,
  encryptionKey: string,
  { names }: SecretsRequest,
): Promise<SecretsResponse> {
  const used = new Map<string, ClientCertificate>();
  const zoneProxies = zoneProxiesOf(state, relay.zone);
  for (const { view, trust } of await readViews(state, vault)) {
    if (trust.clients.size === 0) continue;
    const shown = clientSecretsOf({ zone: relay.zone, view, zoneProxies }, digest);
    for (const one of trust.clients.values()) if (shown.has(one.name)) used.set(one.name, one);
  }
  const key = JSON.parse(encryptionKey) as PublicJwk;
  const secrets = names.map(async (name) => {
    const found = used.get(name);
    if (found === undefined) return { name, refused: "no proxy of this zone uses it" };
    const content: SecretContent = { chain: found.chain, key: found.key.reveal() };
    const context = { tenant: relay.tenant, zone: relay.zone, relay: relay.relay, name };
    return { name, sealed: await sealToRelay(key, context, new Sealed(JSON.stringify(content))) };
  });
  return { secrets: await Promise.all(secrets) };
}
