// Anchors: whether what a chain was signed by is in the bundle that the mesh's proxies hold.
import { toHex } from "#trust/bytes.ts";
import { readCaCertificates } from "#trust/ca-certificate.ts";
import { keyIdOf } from "#trust/issuer.ts";

export interface Anchors {
  /**
   * Whether one of the issuers of a chain, by key id (hex), is in this bundle (PEM). True also where that cannot be told,
   * so that nothing is thrown away for it.
   */
  hold(bundle: readonly string[], issuers: readonly string[]): Promise<boolean>;
}

/** Bundles whose key ids are remembered. */
const MOST_BUNDLES = 256;

export function createAnchors(): Anchors {
  const known = new Map<string, Promise<ReadonlySet<string>>>();
  return {
    async hold(bundle, issuers) {
      const text = bundle.join("\n");
      const reading = known.get(text) ?? idsOf(text);
      if (known.size >= MOST_BUNDLES) known.clear();
      known.set(text, reading);
      const ids = await reading;
      return ids.size === 0 || issuers.length === 0 || issuers.some((id) => ids.has(id));
    },
  };
}

async function idsOf(pem: string): Promise<ReadonlySet<string>> {
  const certificates = (await readCaCertificates(pem)) ?? [];
  const ids = certificates.map(async ({ subjectKeyId, key }) => subjectKeyId ?? (key && (await keyIdOf(key.spki))));
  return new Set((await Promise.all(ids)).flatMap((id) => (id === null ? [] : [toHex(id)])));
}
