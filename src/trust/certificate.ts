// Certificates read from strict DER: the few fields that trust decides by.
import { type Bytes, fromPem, sameBytes } from "./bytes.ts";
import { ascii, context, DerReader, hasBit, positive, readTime, TAG } from "./der.ts";
import { EXTENSION, KEY_USAGE, NAME } from "./extension.ts";
import { SIGNATURES, type SignatureName } from "./signature.ts";

export interface Certificate {
  readonly der: Bytes;
  /** Magnitude of the serial number. */
  readonly serial: Bytes;
  /** DER of the Names. */
  readonly issuer: Bytes;
  readonly subject: Bytes;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Bytes;
  readonly isCa: boolean;
  /** Null when the extension is absent. */
  readonly keyUsage: { readonly certSign: boolean; readonly keyAgreement: boolean } | null;
  readonly subjectKeyId: Bytes | null;
  /** URI SANs. */
  readonly uris: readonly string[];
  /** Hosts of permitted URI subtrees, lower-case; null when URIs are not constrained. */
  readonly permittedHosts: readonly string[] | null;
}

/** Null when the bytes are no X.509 v3 certificate in strict DER; never throws. The signature is not looked at. */
export function readCertificate(der: Bytes): Certificate | null {
  try {
    return parse(der);
  } catch {
    return null;
  }
}

/** All certificates of a PEM text in order; null when there is none, or one is none. */
export function readCertificates(pem: string): readonly Certificate[] | null {
  const blocks = fromPem(pem).filter(({ label }) => label === "CERTIFICATE");
  const read = blocks.map(({ der }) => readCertificate(der));
  return read.length === 0 || read.includes(null) ? null : (read as Certificate[]);
}

/** Whether the certificate names itself as its issuer. */
export function isSelfIssued({ issuer, subject }: Certificate): boolean {
  return sameBytes(issuer, subject);
}

/** What a key of this kind signs with; null for kinds that Weft does not sign with. */
export function signatureOf(publicKey: Bytes): SignatureName | null {
  const inner = new DerReader(publicKey).enter(TAG.sequence).readWhole(TAG.sequence);
  const names = Object.keys(SIGNATURES) as SignatureName[];
  return names.find((name) => sameBytes(SIGNATURES[name].keyIdentifier, inner)) ?? null;
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
  const issuer = body.readWhole(TAG.sequence);
  const validity = body.enter(TAG.sequence);
  const [notBefore, notAfter] = [readTime(validity), readTime(validity)];
  validity.end();
  const subject = body.readWhole(TAG.sequence);
  const publicKey = body.readWhole(TAG.sequence);
  const extensions = body.has(context(3)) ? readExtensions(body.enter(context(3)).enter(TAG.sequence)) : [];
  body.end();
  return { der, serial, issuer, subject, notBefore, notAfter, publicKey, ...meaning(extensions) };
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

type Meaning = Pick<Certificate, "isCa" | "keyUsage" | "subjectKeyId" | "uris" | "permittedHosts">;

function meaning(extensions: readonly Extension[]): Meaning {
  const value = (id: Bytes): DerReader | null => {
    const found = extensions.find((one) => sameBytes(one.id, id));
    return found === undefined ? null : new DerReader(found.value);
  };
  const usage = value(EXTENSION.keyUsage)?.read(TAG.bitString);
  const basic = value(EXTENSION.basicConstraints)?.enter(TAG.sequence);
  const names = extensions.find((one) => sameBytes(one.id, EXTENSION.alternativeName));
  return {
    isCa: basic?.has(TAG.boolean) === true && basic.read(TAG.boolean)[0] === 0xff,
    keyUsage:
      usage === undefined
        ? null
        : { certSign: hasBit(usage, KEY_USAGE.certSign), keyAgreement: hasBit(usage, KEY_USAGE.keyAgreement) },
    subjectKeyId: value(EXTENSION.subjectKeyId)?.read(TAG.octetString) ?? null,
    uris: names === undefined ? [] : readUris(names.value, false),
    permittedHosts: readPermittedHosts(value(EXTENSION.nameConstraints)),
  };
}

function readPermittedHosts(constraints: DerReader | null): readonly string[] | null {
  const list = constraints?.enter(TAG.sequence);
  if (list === undefined || !list.has(context(0))) return null;
  const subtrees = list.enter(context(0));
  const hosts: string[] = [];
  while (!subtrees.done) {
    const base = subtrees.enter(TAG.sequence);
    if (base.has(NAME.uri)) hosts.push(ascii(base.read(NAME.uri)).toLowerCase());
  }
  return hosts.length === 0 ? null : hosts;
}
