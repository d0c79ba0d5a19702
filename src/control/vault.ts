// The vault: secrets and private keys as they lie in the store, bound to the tenant and to what they are for.
import type { Chance } from "#model/clock.ts";
import { keyText, type ResourceKey } from "#model/resource.ts";
import type { Sealed } from "#model/sealed.ts";
import { type KeyRing, open, openText, seal, sealText } from "#trust/seal.ts";

export interface Vault {
  /** Content of a Secret or GlobalSecret: the base64 text that stands in `data`. */
  sealSecret(key: ResourceKey, data: Sealed): Promise<string>;
  /** Fault `internal` when the text is damaged or was sealed for something else. */
  openSecret(key: ResourceKey, sealed: string): Promise<Sealed>;
  /** A key that stands inline in a resource, as its data source has it; the slot says which of its keys. */
  sealInlineKey(owner: ResourceKey, slot: string, source: Sealed): Promise<string>;
  openInlineKey(owner: ResourceKey, slot: string, sealed: string): Promise<Sealed>;
  /** What a plan was asked for: it may hold secrets and keys. */
  sealPlan(id: string, part: number, text: Sealed): Promise<string>;
  openPlan(id: string, part: number, sealed: string): Promise<Sealed>;
  sealWebhookSecret(id: string, secret: Sealed): Promise<string>;
  openWebhookSecret(id: string, sealed: string): Promise<Sealed>;
  /** A private key in PKCS #8 DER. */
  sealKey(purpose: string, name: string, key: Sealed<Uint8Array>): Promise<string>;
  openKey(purpose: string, name: string, sealed: string): Promise<Sealed<Uint8Array>>;
}

/** The vault of one tenant. */
export function openVault(tenant: string, ring: KeyRing, chance: Chance): Vault {
  const ofSecret = (key: ResourceKey) => ({ tenant, purpose: "secret", name: keyText(key) });
  const ofWebhook = (id: string) => ({ tenant, purpose: "webhook", name: id });
  const ofInline = (owner: ResourceKey, slot: string) =>
    owner.type === "Mesh"
      ? { tenant, purpose: "mesh-key", name: `${owner.name}/${slot}` }
      : { tenant, purpose: "inline-key", name: `${keyText(owner)}/${slot}` };
  const ofPlan = (plan: string, part: number) => ({ tenant, purpose: "plan", name: `${plan}/${part}` });
  return {
    sealSecret: (key, data) => sealText(ring, ofSecret(key), data, chance),
    openSecret: (key, sealed) => openText(ring, ofSecret(key), sealed),
    sealInlineKey: (owner, slot, source) => sealText(ring, ofInline(owner, slot), source, chance),
    openInlineKey: (owner, slot, sealed) => openText(ring, ofInline(owner, slot), sealed),
    sealPlan: (plan, part, text) => sealText(ring, ofPlan(plan, part), text, chance),
    openPlan: (plan, part, sealed) => openText(ring, ofPlan(plan, part), sealed),
    sealWebhookSecret: (id, secret) => sealText(ring, ofWebhook(id), secret, chance),
    openWebhookSecret: (id, sealed) => openText(ring, ofWebhook(id), sealed),
    sealKey: (purpose, name, key) => seal(ring, { tenant, purpose, name }, key, chance),
    openKey: (purpose, name, sealed) => open(ring, { tenant, purpose, name }, sealed),
  };
}
