// The hot path: certificate requests checked and leaves signed by our own strict DER.
import type { Bytes } from "./bytes.ts";
import type { Issuer } from "./issuer.ts";

export type CsrOutcome =
  | {
      readonly ok: true;
      /** SubjectPublicKeyInfo, DER (P-256, uncompressed). */
      readonly publicKey: Bytes;
      readonly uris: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/** Reads a PKCS #10 request and verifies its proof of possession. Refuses what is not expected; never throws. */
export declare function parseCsr(der: Uint8Array): Promise<CsrOutcome>;

export interface LeafRequest {
  readonly issuer: Issuer;
  readonly publicKey: Uint8Array;
  readonly uris: readonly string[];
  /** Milliseconds since the epoch; both are clamped to the issuer's. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Up to 20 bytes, positive (RFC 5280 §4.1.2.2). */
  readonly serial: Uint8Array;
}

export interface Leaf {
  readonly der: Bytes;
  /** Hex. */
  readonly serial: string;
  /** Milliseconds since the epoch, whole seconds. */
  readonly notAfter: number;
}

export declare function signLeaf(request: LeafRequest): Promise<Leaf>;

/** A serial of 128 random bits, positive. */
export declare function createSerial(random: Uint8Array): Bytes;

/** A PKCS #10 request for a P-256 key, with its URIs as requested SANs. */
export declare function makeCsr(pair: CryptoKeyPair, uris: readonly string[]): Promise<Bytes>;
