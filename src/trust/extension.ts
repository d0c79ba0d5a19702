// X.509 extensions that Weft writes (RFC 5280 §4.2), each as finished DER.
import type { Bytes } from "./bytes.ts";
import { context, ia5, integer, namedBits, oid, sequence, TAG, tlv } from "./der.ts";

const TRUE = tlv(TAG.boolean, Uint8Array.of(0xff));

/** Object identifiers of extensions, by name. */
export const EXTENSION = {
  subjectKeyId: oid("2.5.29.14"),
  keyUsage: oid("2.5.29.15"),
  alternativeName: oid("2.5.29.17"),
  basicConstraints: oid("2.5.29.19"),
  nameConstraints: oid("2.5.29.30"),
  authorityKeyId: oid("2.5.29.35"),
  extendedKeyUsage: oid("2.5.29.37"),
} as const;

/** Bits of the key usage extension. */
export const KEY_USAGE = { digitalSignature: 0, keyEncipherment: 2, keyAgreement: 4, certSign: 5, crlSign: 6 } as const;

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

export const SERVER_ONLY: Bytes = extension(EXTENSION.extendedKeyUsage, false, sequence(SERVER_AUTH));
export const SERVER_AND_CLIENT: Bytes = extension(
  EXTENSION.extendedKeyUsage,
  false,
  sequence(SERVER_AUTH, CLIENT_AUTH),
);

export const NOT_CA: Bytes = extension(EXTENSION.basicConstraints, true, sequence());

/** CA:TRUE; without a path length where none is given. */
export function isCa(pathLength?: number): Bytes {
  const limit = pathLength === undefined ? [] : [integer(Uint8Array.of(pathLength))];
  return extension(EXTENSION.basicConstraints, true, sequence(TRUE, ...limit));
}

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

/** DNS names and IP addresses (4 or 16 bytes). */
export function alternativeHosts(dns: readonly string[], ips: readonly Uint8Array[]): Bytes {
  const names = [...dns.map((name) => tlv(NAME.dns, ia5(name))), ...ips.map((ip) => tlv(NAME.ip, ip))];
  return extension(EXTENSION.alternativeName, true, sequence(...names));
}

const subtree = (name: Bytes): Bytes => sequence(name);

/** Permits URIs of exactly these hosts, and no DNS name and no IP address at all (RFC 5280 §4.2.1.10). */
export function nameConstraints(uriHosts: readonly string[]): Bytes {
  const permitted = tlv(context(0), ...uriHosts.map((host) => subtree(tlv(NAME.uri, ia5(host)))));
  const excluded = tlv(
    context(1),
    subtree(tlv(NAME.dns)),
    subtree(tlv(NAME.ip, new Uint8Array(8))),
    subtree(tlv(NAME.ip, new Uint8Array(32))),
  );
  return extension(EXTENSION.nameConstraints, true, sequence(permitted, excluded));
}
