// The keys that sign a tenant's envelopes: made once, kept sealed, told to relays when they enrol.
import type { Clock } from "#model/clock.ts";
import type { SigningKeyRow } from "#store/face/credential.ts";
import type { TenantStore } from "#store/store.ts";
import type { EnvelopeKey } from "#trust/envelope.ts";
import { createKey, importPrivateKey, type PublicJwk } from "#trust/key.ts";
import type { Vault } from "./vault.ts";

export interface EnvelopeSigner extends EnvelopeKey {
  /** Public halves of all keys whose envelopes may still be about. */
  readonly jwks: readonly PublicJwk[];
}

const PURPOSE = "envelope";

/** Makes the tenant's key if it has none. */
export async function ensureEnvelopeKey(
  store: TenantStore,
  vault: Vault,
  clock: Clock,
): Promise<readonly SigningKeyRow[]> {
  const known = await store.signingKeys(PURPOSE, "");
  if (known.length > 0) return known;
  const { publicJwk, privateKey } = await createKey("sign");
  const kid = publicJwk.kid as string;
  const sealedKey = await vault.sealKey(PURPOSE, kid, privateKey);
  const createdAt = new Date(clock()).toISOString();
  await store.addSigningKey({
    purpose: PURPOSE,
    mesh: "",
    kid,
    publicJwk: JSON.stringify(publicJwk),
    sealedKey,
    createdAt,
  });
  // Two processes may both have made one: all are told, and the newest signs.
  return store.signingKeys(PURPOSE, "");
}

/** The newest key, ready to sign. */
export async function openEnvelopeSigner(store: TenantStore, vault: Vault, clock: Clock): Promise<EnvelopeSigner> {
  const rows = await ensureEnvelopeKey(store, vault, clock);
  const [newest] = rows as readonly [SigningKeyRow, ...SigningKeyRow[]];
  const key = await importPrivateKey("sign", await vault.openKey(PURPOSE, newest.kid, newest.sealedKey));
  return { kid: newest.kid, key, jwks: rows.map(({ publicJwk }) => JSON.parse(publicJwk) as PublicJwk) };
}
