// Brought CAs: a certificate (or chain) and private key in PEM, checked as Kuma 2.14's provided CA checks them.
import { Sealed } from "#model/sealed.ts";
import { at, type Violation } from "#model/violation.ts";
import type { NewAuthority } from "./authority.ts";
import { type Bytes, fromPem, toPem } from "./bytes.ts";
import { type CaCertificate, readCaCertificate, readCaCertificates } from "./ca-certificate.ts";
import { context, DerReader, integer, oid, sequence, TAG, tlv } from "./der.ts";
import { loadIssuer } from "./issuer.ts";
import { SIGNATURES } from "./signature.ts";

/**
 * What is wrong with a brought CA; paths begin at the backend's conf (`cert`, `cert[0]`, `key`). It must load as a pair,
 * and each of its certificates must be CA:TRUE with keyCertSign and without keyAgreement.
 */
export async function checkProvided(certificatePem: string, keyPem: Sealed): Promise<readonly Violation[]> {
  const blocks = fromPem(certificatePem).filter(({ label }) => label === "CERTIFICATE");
  if (blocks.length === 0) return [notPair("the certificate is not PEM of a CERTIFICATE")];
  const certificates = await Promise.all(blocks.map(({ der }) => readCaCertificate(der)));
  const violations = certificates.flatMap((one, index) => checkCertificate(one, at("cert", index)));
  const privateKey = readPrivateKey(keyPem);
  if (privateKey === null)
    return [...violations, notPair("the key is not PEM of a PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY")];
  const [own] = certificates;
  if (own === null || own === undefined) return violations;
  const misfit = await misfitOf(own, privateKey);
  return misfit === null ? violations : [...violations, notPair(misfit)];
}

/** A brought CA as it is stored: the whole chain, and its key as PKCS #8. A TypeError unless `checkProvided` finds nothing. */
export async function readProvided(certificatePem: string, keyPem: Sealed): Promise<NewAuthority> {
  const privateKey = readPrivateKey(keyPem);
  if (privateKey === null || (await checkProvided(certificatePem, keyPem)).length > 0)
    throw new TypeError("a provided CA is stored after it has been checked");
  const certificates = (await readCaCertificates(certificatePem)) ?? [];
  return {
    certificatePem: certificates.map(({ der }) => toPem("CERTIFICATE", der)).join(""),
    privateKey,
    notAfter: Math.min(...certificates.map(({ notAfter }) => notAfter)),
  };
}

/** PKCS #8 of the first private key in a PEM text, which may hold PKCS #8, PKCS #1 or SEC 1; null when there is none. */
export function readPrivateKey(keyPem: Sealed): Sealed<Uint8Array> | null {
  for (const { label, der } of fromPem(keyPem.reveal())) {
    const wrap = WRAPPERS[label];
    try {
      if (wrap !== undefined) return new Sealed<Uint8Array>(wrap(der));
    } catch {
      return null;
    }
  }
  return null;
}

const pkcs8 = (identifier: Bytes, key: Bytes): Bytes =>
  sequence(integer(Uint8Array.of(0)), identifier, tlv(TAG.octetString, key));

/** PEM label → PKCS #8. */
const WRAPPERS: Readonly<Record<string, (der: Bytes) => Bytes>> = {
  "PRIVATE KEY": (der) => der,
  "RSA PRIVATE KEY": (der) => pkcs8(SIGNATURES["rsa-sha256"].keyIdentifier, der),
  "EC PRIVATE KEY": (der) => pkcs8(sequence(oid("1.2.840.10045.2.1"), curveOf(der)), der),
};

// RFC 5915: the curve is a parameter inside; PKCS #8 wants it outside.
function curveOf(der: Bytes): Bytes {
  const key = new DerReader(der).enter(TAG.sequence);
  key.read(TAG.integer);
  key.read(TAG.octetString);
  return key.enter(context(0)).readWhole(TAG.oid);
}

function checkCertificate(certificate: CaCertificate | null, field: string): readonly Violation[] {
  if (certificate === null)
    return [{ field, reason: "not a valid x509 certificate: it is not version 3 in strict DER" }];
  const { isCa, keyUsage } = certificate;
  const rules: readonly (readonly [holds: boolean, reason: string])[] = [
    [isCa, "basic constraint 'CA' must be set to 'true' (see X509-SVID: 4.1. Basic Constraints)"],
    [keyUsage?.certSign === true, "key usage extension 'keyCertSign' must be set (see X509-SVID: 4.3. Key Usage)"],
    [
      keyUsage?.keyAgreement !== true,
      "key usage extension 'keyAgreement' must NOT be set (see X509-SVID: Appendix A. X.509 Field Reference)",
    ],
  ];
  return rules.flatMap(([holds, reason]) => (holds ? [] : [{ field, reason }]));
}

async function misfitOf(own: CaCertificate, privateKey: Sealed<Uint8Array>): Promise<string | null> {
  if (own.key === null) return "the key is none of P-256, P-384 and RSA";
  // What the certificate may do has been told already; only the pair is in question here.
  if (!own.isCa || own.keyUsage?.certSign === false) return null;
  try {
    await loadIssuer([toPem("CERTIFICATE", own.der)], privateKey);
    return null;
  } catch {
    return "private key does not match public key";
  }
}

function notPair(why: string): Violation {
  return { field: "cert", reason: `not a valid TLS key pair: ${why}` };
}
