// The hot path: leaves signed by our own DER, some tens of times faster than a certificate library.
import { type Bytes, concat, toHex } from "./bytes.ts";
import { context, integer, sequence, time, tlv } from "./der.ts";
import {
  alternativeUris,
  authorityKeyId,
  KEY_USAGE,
  keyUsage,
  NOT_CA,
  SERVER_AND_CLIENT,
  subjectKeyId,
} from "./extension.ts";
import type { Issuer } from "./issuer.ts";
import { SIGNATURES, signDer } from "./signature.ts";

export interface LeafRequest {
  readonly issuer: Issuer;
  /** SubjectPublicKeyInfo, DER, as `parseCsr` gives it. */
  readonly publicKey: Uint8Array;
  /** At least one; those that the issuer may not name are a TypeError (see `permittedUris`). */
  readonly uris: readonly string[];
  /** Milliseconds since the epoch; both are clamped to the issuer's. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** 1 to 20 bytes, as `createSerial` makes them. */
  readonly serial: Uint8Array;
}

export interface Leaf {
  readonly der: Bytes;
  /** Hex, as it stands in the certificate. */
  readonly serial: string;
  /** Milliseconds since the epoch, whole seconds. */
  readonly notAfter: number;
}

/** Version 3, which is written as 2. */
const VERSION: Bytes = tlv(context(0), integer(Uint8Array.of(2)));
// An EC key signs and agrees; Kuma's keyEncipherment belongs to RSA and RFC 8813 §3 forbids it here.
const USAGE = keyUsage(KEY_USAGE.digitalSignature, KEY_USAGE.keyAgreement);

/** Signs a workload's certificate: empty subject, critical URI SANs, server and client. */
export async function signLeaf(request: LeafRequest): Promise<Leaf> {
  const { issuer, publicKey, uris, serial } = request;
  if (uris.length === 0) throw new TypeError("a leaf has at least one URI");
  const notBefore = Math.max(request.notBefore, issuer.notBefore);
  const notAfter = Math.floor(Math.min(request.notAfter, issuer.notAfter) / 1000) * 1000;
  if (notAfter <= notBefore) throw new TypeError("a leaf ends after it begins, and its issuer must still be valid");
  const body = sequence(
    VERSION,
    serialNumber(serial),
    SIGNATURES[issuer.signature].identifier,
    issuer.name,
    sequence(time(notBefore), time(notAfter)),
    sequence(),
    publicKey,
    tlv(
      context(3),
      sequence(
        USAGE,
        SERVER_AND_CLIENT,
        NOT_CA,
        // Derived from the key without a digest (RFC 5280 §4.2.1.2 leaves the method open): the first 160 bits of X.
        subjectKeyId(publicKey.slice(-64, -44)),
        authorityKeyId(issuer.keyId),
        alternativeUris(uris, true),
      ),
    ),
  );
  return { der: await signDer(body, issuer.signature, issuer.key), serial: toHex(serial), notAfter };
}

/** A positive serial of 128 bits, 126 of them random, that is 16 bytes long with any draw. */
export function createSerial(random: Uint8Array): Bytes {
  const serial = concat(random.subarray(0, 16));
  serial[0] = ((serial[0] as number) & 0x3f) | 0x40;
  return serial;
}

/** The INTEGER of a serial (RFC 5280 §4.1.2.2: positive, at most 20 bytes). */
function serialNumber(serial: Uint8Array): Bytes {
  const encoded = integer(serial);
  if (serial.every((byte) => byte === 0) || encoded.length > 22)
    throw new TypeError("a serial is positive and at most 20 bytes long");
  return encoded;
}
