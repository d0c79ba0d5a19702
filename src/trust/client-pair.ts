// Certificates that are shown to others, as people bring them: a chain in PEM and the private key of its leaf.
import { Sealed } from "#model/sealed.ts";
import { owned, toPem, utf8 } from "./bytes.ts";
import { type CaKey, readCaCertificates } from "./ca-certificate.ts";
import { readPrivateKey } from "./provided.ts";
import { SIGNATURES } from "./signature.ts";

export interface ClientPair {
  /** PEM, leaf first. */
  readonly chain: string;
  /** PKCS #8 PEM. */
  readonly key: Sealed;
}

/**
 * Null where one of them cannot be read, or the key (P-256, P-384 or RSA) is not the leaf's: Envoy would refuse the pair. And
 * where the leaf is a CA's: who is given its key could sign any name.
 */
export async function readClientPair(certificatePem: string, keyPem: Sealed): Promise<ClientPair | null> {
  try {
    const certificates = await readCaCertificates(certificatePem);
    const pkcs8 = readPrivateKey(keyPem);
    const [leaf] = certificates ?? [];
    if (certificates === null || pkcs8 === null || leaf === undefined || leaf.isCa) return null;
    if (leaf.key === null || !(await fits(leaf.key, pkcs8))) return null;
    const chain = certificates.map(({ der }) => toPem("CERTIFICATE", der)).join("");
    return { chain, key: new Sealed(toPem("PRIVATE KEY", pkcs8.reveal())) };
  } catch {
    return null;
  }
}

const PROBE = utf8("whose key is it");

async function fits({ spki, signature }: CaKey, pkcs8: Sealed<Uint8Array>): Promise<boolean> {
  const row = SIGNATURES[signature];
  const own = await crypto.subtle.importKey("pkcs8", owned(pkcs8.reveal()), row.import, false, ["sign"]);
  const other = await crypto.subtle.importKey("spki", spki, row.import, false, ["verify"]);
  return crypto.subtle.verify(row.sign, other, await crypto.subtle.sign(row.sign, own, PROBE), PROBE);
}
