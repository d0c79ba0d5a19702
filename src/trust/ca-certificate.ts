// CA certificates as others may send them, read by the library: the few fields that trust decides by.
import type { X509Certificate } from "@peculiar/x509";
import { type Bytes, fromPem, sameBytes } from "./bytes.ts";
import { NAME_CONSTRAINTS, readPermittedHosts } from "./name-constraint.ts";
import { SIGNATURES, type SignatureName } from "./signature.ts";
import { type Library, loadX509 } from "./x509.ts";

export interface CaCertificate {
  readonly der: Bytes;
  /** DER of the Name. */
  readonly subject: Bytes;
  /** It names itself as its issuer. */
  readonly isSelfIssued: boolean;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Null for kinds of keys that Weft does not sign with. */
  readonly key: CaKey | null;
  readonly isCa: boolean;
  /** How many intermediates may follow below it; null = any number. */
  readonly pathLength: number | null;
  /** Null when the extension is absent. */
  readonly keyUsage: { readonly certSign: boolean; readonly keyAgreement: boolean } | null;
  readonly subjectKeyId: Bytes | null;
  /** Hosts of permitted URI subtrees, lower-case; null when URIs are not constrained. */
  readonly permittedHosts: readonly string[] | null;
}

export interface CaKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Bytes;
  /** What such a key signs with. */
  readonly signature: SignatureName;
}

/** Null when the bytes are no X.509 v3 certificate in strict DER; never throws. The signature is not looked at. */
export async function readCaCertificate(der: Bytes): Promise<CaCertificate | null> {
  const x509 = await loadX509();
  try {
    return read(x509, der);
  } catch {
    return null;
  }
}

/** All certificates of a PEM text in order; null when there is none, or one is none. */
export async function readCaCertificates(pem: string): Promise<readonly CaCertificate[] | null> {
  const blocks = fromPem(pem).filter(({ label }) => label === "CERTIFICATE");
  const certificates = await Promise.all(blocks.map(({ der }) => readCaCertificate(der)));
  return certificates.length === 0 || certificates.includes(null) ? null : (certificates as CaCertificate[]);
}

const V3 = 2;

function read(x509: Library, der: Bytes): CaCertificate | null {
  const certificate = new x509.X509Certificate(der);
  // biome-ignore lint/complexity/useLiteralKeys: protected, and there is no other way to the version and to extensions one by one (one that the library cannot read hides them all).
  const asn = certificate["asn"];
  // It reads BER too, past the end, and text forms inside the bytes: only what it would write again byte for byte has one meaning for everybody.
  if (asn.tbsCertificate.version !== V3 || !sameBytes(bytesOf(new x509.X509Certificate(asn).rawData), der)) return null;
  const find = <T>(id: string, Kind: new (der: ArrayBuffer) => T): T | undefined => {
    const found = asn.tbsCertificate.extensions?.find(({ extnID }) => extnID === id);
    return found && new Kind(new x509.Extension(id, found.critical, found.extnValue.buffer).rawData);
  };
  const subject = bytesOf(certificate.subjectName.toArrayBuffer());
  const usages = find("2.5.29.15", x509.KeyUsagesExtension)?.usages;
  const keyId = find("2.5.29.14", x509.SubjectKeyIdentifierExtension)?.keyId;
  const basic = find("2.5.29.19", x509.BasicConstraintsExtension);
  const constraints = find(NAME_CONSTRAINTS, x509.Extension)?.value;
  return {
    der,
    subject,
    isSelfIssued: sameBytes(subject, bytesOf(certificate.issuerName.toArrayBuffer())),
    notBefore: certificate.notBefore.getTime(),
    notAfter: certificate.notAfter.getTime(),
    key: readKey(certificate),
    isCa: basic?.ca === true,
    pathLength: basic?.pathLength ?? null,
    keyUsage:
      usages === undefined
        ? null
        : {
            certSign: (usages & x509.KeyUsageFlags.keyCertSign) !== 0,
            keyAgreement: (usages & x509.KeyUsageFlags.keyAgreement) !== 0,
          },
    subjectKeyId: keyId === undefined ? null : fromHex(keyId),
    permittedHosts: constraints === undefined ? null : readPermittedHosts(bytesOf(constraints)),
  };
}

function readKey(certificate: X509Certificate): CaKey | null {
  try {
    const { rawData, algorithm } = certificate.publicKey;
    const { name, namedCurve } = algorithm as Partial<EcKeyImportParams>;
    const names = Object.keys(SIGNATURES) as SignatureName[];
    const signature = names.find((one) => {
      const row: EcKeyImportParams | RsaHashedImportParams = SIGNATURES[one].import;
      return row.name === name && (!("namedCurve" in row) || row.namedCurve === namedCurve);
    });
    return signature === undefined ? null : { spki: bytesOf(rawData), signature };
  } catch {
    // A curve by its parameters, say: the library knows only named ones.
    return null;
  }
}

const bytesOf = (buffer: ArrayBuffer): Bytes => new Uint8Array(buffer);

const fromHex = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
