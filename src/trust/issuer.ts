// An issuer: a certificate with its private key, ready to sign leaves.
import type { Sealed } from "#model/sealed.ts";
import { type Bytes, owned, toPem } from "./bytes.ts";
import { type CaCertificate, type CaKey, readCaCertificates } from "./ca-certificate.ts";
import { digestBytes } from "./digest.ts";
import { SIGNATURES, type SignatureName } from "./signature.ts";
import { uriHost } from "./spiffe.ts";

/** What signs: the root of a mesh, or a zone's intermediate. */
export interface Issuer {
  /** Certificates from this issuer's own up to, but without, the root; empty when it is the root. PEM. */
  readonly chain: readonly string[];
  /** DER of the issuer's Name. */
  readonly name: Bytes;
  /** Its subject key identifier, the leaf's AKI. */
  readonly keyId: Bytes;
  /** Milliseconds since the epoch; a leaf never outlives its issuer. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Hosts that its name constraints permit in URI SANs, lower-case; null = unconstrained. */
  readonly permittedHosts: readonly string[] | null;
  /** Whether the path lengths of its chain leave room for an intermediate below it (RFC 5280 §4.2.1.9). */
  readonly mayHaveIntermediates: boolean;
  readonly signature: SignatureName;
  readonly key: CryptoKey;
}

/**
 * Reads an issuer. `chain` is PEM (one or more certificates a text), its own certificate first, then what signed it;
 * a self-issued root may end it. A TypeError when certificate and key don't belong together or can't sign.
 */
export async function loadIssuer(chain: readonly string[], privateKey: Sealed<Uint8Array>): Promise<Issuer> {
  const certificates = await readCaCertificates(chain.join("\n"));
  const own = certificates?.[0];
  if (certificates === null || own === undefined) throw new TypeError("the issuer's chain is not PEM of certificates");
  if (!own.isCa || own.keyUsage?.certSign === false)
    throw new TypeError("the issuer's certificate may not sign others");
  if (own.key === null) throw new TypeError("the issuer's key is none of P-256, P-384 and RSA");
  const { signature, spki } = own.key;
  const key = await importSigner(signature, privateKey);
  if (!(await belongs(own.key, key))) throw new TypeError("the issuer's key does not belong to its certificate");
  return {
    chain: certificates.filter((one) => !one.isSelfIssued).map((one) => toPem("CERTIFICATE", one.der)),
    name: own.subject,
    keyId: own.subjectKeyId ?? (await keyIdOf(spki)),
    notBefore: own.notBefore,
    notAfter: own.notAfter,
    permittedHosts: narrowest(certificates),
    mayHaveIntermediates: certificates.every(({ pathLength }, above) => pathLength === null || pathLength > above),
    signature,
    key,
  };
}

/** Splits URIs into those that the issuer's name constraints permit and those they don't. */
export function permittedUris(
  issuer: Pick<Issuer, "permittedHosts">,
  uris: readonly string[],
): { readonly permitted: readonly string[]; readonly refused: readonly string[] } {
  const { permittedHosts } = issuer;
  if (permittedHosts === null) return { permitted: uris, refused: [] };
  const isPermitted = (uri: string): boolean => permittedHosts.includes(uriHost(uri) ?? "");
  return { permitted: uris.filter(isPermitted), refused: uris.filter((uri) => !isPermitted(uri)) };
}

/** Key identifier: the leftmost 160 bits of SHA-256 over the SubjectPublicKeyInfo (RFC 7093 §2, method 4). */
export async function keyIdOf(publicKey: Uint8Array): Promise<Bytes> {
  return (await digestBytes(publicKey)).slice(0, 20);
}

async function importSigner(name: SignatureName, privateKey: Sealed<Uint8Array>): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey("pkcs8", owned(privateKey.reveal()), SIGNATURES[name].import, false, ["sign"]);
  } catch {
    throw new TypeError("the issuer's key is not PKCS #8 of its certificate's kind");
  }
}

async function belongs({ spki, signature }: CaKey, key: CryptoKey): Promise<boolean> {
  const row = SIGNATURES[signature];
  const publicKey = await crypto.subtle.importKey("spki", spki, row.import, false, ["verify"]);
  return crypto.subtle.verify(row.sign, publicKey, await crypto.subtle.sign(row.sign, key, spki), spki);
}

// Constraints of every certificate of a path hold at once (RFC 5280 §6.1.4).
function narrowest(certificates: readonly CaCertificate[]): readonly string[] | null {
  const sets = certificates.flatMap(({ permittedHosts }) => (permittedHosts === null ? [] : [permittedHosts]));
  const [first, ...rest] = sets;
  return first === undefined ? null : first.filter((host) => rest.every((set) => set.includes(host)));
}
