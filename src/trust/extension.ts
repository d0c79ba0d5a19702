// X.509 extensions of leaves and requests (RFC 5280 §4.2): written as finished DER, and read.
import type { Bytes } from "./bytes.ts";
import { ascii, context, DerReader, ia5, namedBits, oid, sequence, TAG, tlv } from "./der.ts";

const TRUE = tlv(TAG.boolean, Uint8Array.of(0xff));

/** Object identifiers of extensions, by name. */
export const EXTENSION = {
  subjectKeyId: oid("2.5.29.14"),
  keyUsage: oid("2.5.29.15"),
  alternativeName: oid("2.5.29.17"),
  basicConstraints: oid("2.5.29.19"),
  authorityKeyId: oid("2.5.29.35"),
  extendedKeyUsage: oid("2.5.29.37"),
} as const;

/** Bits of the key usage extension. */
export const KEY_USAGE = { digitalSignature: 0, keyAgreement: 4 } as const;

/** Tags of the GeneralNames that Weft knows. */
export const NAME = { dns: context(2, false), uri: context(6, false), ip: context(7, false) } as const;

function extension(id: Bytes, critical: boolean, value: Bytes): Bytes {
  return critical ? sequence(id, TRUE, tlv(TAG.octetString, value)) : sequence(id, tlv(TAG.octetString, value));
}

export function keyUsage(...bits: readonly number[]): Bytes {
  return extension(EXTENSION.keyUsage, true, namedBits(...bits));
}

const SERVER_AUTH = oid("1.3.6.1.5.5.7.3.1");
const CLIENT_AUTH = oid("1.3.6.1.5.5.7.3.2");

export const SERVER_AND_CLIENT: Bytes = extension(
  EXTENSION.extendedKeyUsage,
  false,
  sequence(SERVER_AUTH, CLIENT_AUTH),
);

export const NOT_CA: Bytes = extension(EXTENSION.basicConstraints, true, sequence());

export function subjectKeyId(id: Uint8Array): Bytes {
  return extension(EXTENSION.subjectKeyId, false, tlv(TAG.octetString, id));
}

export function authorityKeyId(id: Uint8Array): Bytes {
  return extension(EXTENSION.authorityKeyId, false, sequence(tlv(context(0, false), id)));
}

/** URIs as GeneralNames; critical where the subject is empty (RFC 5280 §4.2.1.6). */
export function alternativeUris(uris: readonly string[], critical: boolean): Bytes {
  return extension(EXTENSION.alternativeName, critical, sequence(...uris.map((uri) => tlv(NAME.uri, ia5(uri)))));
}

export interface Extension {
  readonly id: Bytes;
  readonly critical: boolean;
  readonly value: Bytes;
}

/** Extensions in order; a DerError when they are not well-formed. */
export function readExtensions(list: DerReader): readonly Extension[] {
  const extensions: Extension[] = [];
  while (!list.done) {
    const one = list.enter(TAG.sequence);
    const id = one.readWhole(TAG.oid);
    const critical = one.has(TAG.boolean) && one.read(TAG.boolean)[0] === 0xff;
    extensions.push({ id, critical, value: one.read(TAG.octetString) });
    one.end();
  }
  return extensions;
}

/** URIs of a SubjectAltName's value; `onlyUris` refuses all other names with a DerError. */
export function readUris(value: Bytes, onlyUris: boolean): readonly string[] {
  const names = new DerReader(value).enter(TAG.sequence);
  const uris: string[] = [];
  while (!names.done) {
    if (onlyUris || names.tag === NAME.uri) uris.push(ascii(names.read(NAME.uri)));
    else names.read(names.tag);
  }
  return uris;
}
