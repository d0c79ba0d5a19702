// The vault: secrets and private keys as they lie in the store, bound to the tenant and to what they are for.
import type { Chance } from "#model/clock.ts";
import { keyText, type ResourceKey } from "#model/resource.ts";
import type { Sealed } from "#model/sealed.ts";
import { type KeyRing, open, openText, reseal, type SealContext, seal, sealText } from "#trust/seal.ts";

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
  /** The text that takes its place where it is written again: under the key that is current. The same text where it is already. */
  renew(sealed: SealedText): Promise<string>;
  readonly of: SealContexts;
  /** A private key in PKCS #8 DER. */
  sealKey(purpose: string, name: string, key: Sealed<Uint8Array>): Promise<string>;
  openKey(purpose: string, name: string, sealed: string): Promise<Sealed<Uint8Array>>;
}

/** A text of the store, and as what it was sealed. */
export interface SealedText {
  readonly text: string;
  readonly context: SealContext;
}

/** What each thing is sealed as. */
export interface SealContexts {
  secret(key: ResourceKey): SealContext;
  webhook(id: string): SealContext;
  inlineKey(owner: ResourceKey, slot: string): SealContext;
  plan(plan: string, part: number): SealContext;
  key(purpose: string, name: string): SealContext;
}

export function sealContexts(tenant: string): SealContexts {
  return {
    secret: (key) => ({ tenant, purpose: "secret", name: keyText(key) }),
    webhook: (id) => ({ tenant, purpose: "webhook", name: id }),
    inlineKey: (owner, slot) =>
      owner.type === "Mesh"
        ? { tenant, purpose: "mesh-key", name: `${owner.name}/${slot}` }
        : { tenant, purpose: "inline-key", name: `${keyText(owner)}/${slot}` },
    plan: (plan, part) => ({ tenant, purpose: "plan", name: `${plan}/${part}` }),
    key: (purpose, name) => ({ tenant, purpose, name }),
  };
}

/** The vault of one tenant. */
export function openVault(tenant: string, ring: KeyRing, chance: Chance): Vault {
  const of = sealContexts(tenant);
  return {
    sealSecret: (key, data) => sealText(ring, of.secret(key), data, chance),
    openSecret: (key, sealed) => openText(ring, of.secret(key), sealed),
    sealInlineKey: (owner, slot, source) => sealText(ring, of.inlineKey(owner, slot), source, chance),
    openInlineKey: (owner, slot, sealed) => openText(ring, of.inlineKey(owner, slot), sealed),
    sealPlan: (plan, part, text) => sealText(ring, of.plan(plan, part), text, chance),
    openPlan: (plan, part, sealed) => openText(ring, of.plan(plan, part), sealed),
    sealWebhookSecret: (id, secret) => sealText(ring, of.webhook(id), secret, chance),
    openWebhookSecret: (id, sealed) => openText(ring, of.webhook(id), sealed),
    renew: async ({ context, text }) => (await reseal(ring, context, text, chance)) ?? text,
    of,
    sealKey: (purpose, name, key) => seal(ring, of.key(purpose, name), key, chance),
    openKey: (purpose, name, sealed) => open(ring, of.key(purpose, name), sealed),
  };
}
