// Certificates read back on the hot path, from strict DER: what a relay keeps of each leaf.
import { type Bytes, sameBytes } from "./bytes.ts";
import { context, DerReader, positive, readTime, TAG } from "./der.ts";
import { EXTENSION, readExtensions, readUris } from "./extension.ts";

export interface Certificate {
  /** Magnitude of the serial number. */
  readonly serial: Bytes;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Bytes;
  readonly isCa: boolean;
  /** Key identifier of what signed it; null where it does not say. */
  readonly issuerKeyId: Bytes | null;
  /** URI SANs. */
  readonly uris: readonly string[];
}

/**
 * Null when the bytes are no X.509 v3 certificate in strict DER; never throws. The signature is not looked at.
 * What others bring is read by `readCaCertificate`.
 */
export function readCertificate(der: Bytes): Certificate | null {
  try {
    return parse(der);
  } catch {
    return null;
  }
}

function parse(der: Bytes): Certificate {
  const whole = new DerReader(der);
  const outer = whole.enter(TAG.sequence);
  whole.end();
  const body = outer.enter(TAG.sequence);
  outer.read(TAG.sequence);
  outer.read(TAG.bitString);
  outer.end();
  const version = body.enter(context(0)).read(TAG.integer);
  if (version.length !== 1 || version[0] !== 2) throw new TypeError("not version 3");
  const serial = positive(body.read(TAG.integer));
  body.read(TAG.sequence);
  body.read(TAG.sequence);
  const validity = body.enter(TAG.sequence);
  const [notBefore, notAfter] = [readTime(validity), readTime(validity)];
  validity.end();
  body.read(TAG.sequence);
  const publicKey = body.readWhole(TAG.sequence);
  const extensions = body.has(context(3)) ? readExtensions(body.enter(context(3)).enter(TAG.sequence)) : [];
  body.end();
  const value = (id: Bytes): Bytes | undefined => extensions.find((one) => sameBytes(one.id, id))?.value;
  const issuer = value(EXTENSION.authorityKeyId);
  const [basic, names] = [value(EXTENSION.basicConstraints), value(EXTENSION.alternativeName)];
  return {
    serial,
    notBefore,
    notAfter,
    publicKey,
    isCa: basic !== undefined && new DerReader(basic).enter(TAG.sequence).has(TAG.boolean),
    issuerKeyId: issuer === undefined ? null : readIssuerKeyId(issuer),
    uris: names === undefined ? [] : readUris(names, false),
  };
}

function readIssuerKeyId(value: Bytes): Bytes | null {
  const inside = new DerReader(value).enter(TAG.sequence);
  return inside.has(context(0, false)) ? inside.read(context(0, false)) : null;
}
