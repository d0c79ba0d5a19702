// An issuer: a certificate with its private key, ready to sign leaves.
import type { Sealed } from "#model/sealed.ts";
import type { Bytes } from "./bytes.ts";

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
  readonly signature: "ecdsa-sha256" | "ecdsa-sha384" | "rsa-sha256";
  readonly key: CryptoKey;
}

/** Reads an issuer. `chain` is PEM, its own certificate first, the root (self-signed) last or absent. A TypeError when they don't fit together. */
export declare function loadIssuer(chain: readonly string[], privateKey: Sealed<Uint8Array>): Promise<Issuer>;

/** Splits URIs into those that the issuer's name constraints permit and those they don't. */
export declare function permittedUris(
  issuer: Issuer,
  uris: readonly string[],
): { readonly permitted: readonly string[]; readonly refused: readonly string[] };
