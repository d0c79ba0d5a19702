// Authorities: the roots of meshes, and a relay's server certificate; and what makes a CA certificate.
import type { Extension, Name } from "@peculiar/x509";
import type { Chance, Clock } from "#model/clock.ts";
import { Sealed } from "#model/sealed.ts";
import { type Bytes, fromPem, toHex, toPem } from "./bytes.ts";
import { parseIp } from "./ip.ts";
import { keyIdOf, loadIssuer } from "./issuer.ts";
import { createSerial } from "./leaf.ts";
import { SIGNATURES } from "./signature.ts";
import { trustDomain } from "./spiffe.ts";
import { type Library, loadX509 } from "./x509.ts";

const YEAR = 365 * 24 * 3600_000;
/** Kuma begins certificates so many milliseconds early, against clocks that differ. */
export const BACKDATE = 10_000;

export interface NewAuthority {
  readonly certificatePem: string;
  /** PKCS #8 DER. */
  readonly privateKey: Sealed<Uint8Array>;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

export interface RootRequest {
  readonly mesh: string;
  /** Name of the mesh's backend; stands in the subject. */
  readonly backend: string;
  readonly clock: Clock;
  readonly chance: Chance;
  /** 10 unless given. */
  readonly years?: number;
}

/** A P-256 root of a mesh: CN and URI SAN name the mesh. */
export async function createRoot({ mesh, backend, clock, chance, years = 10 }: RootRequest): Promise<NewAuthority> {
  const x509 = await loadX509();
  const pair = await createPair();
  const signer = selfSigner(nameOf(x509, mesh, backend), pair);
  const notAfter = clock() + years * YEAR;
  const certificatePem = await signCertificate(x509, {
    ...signer,
    serial: createSerial(chance(16)),
    subject: signer.issuer,
    publicKey: pair.publicKey,
    notBefore: clock() - BACKDATE,
    notAfter,
    extensions: [
      ...asCa(x509, await keyIdOf(pair.publicKey)),
      new x509.SubjectAlternativeNameExtension([{ type: "url", value: trustDomain(mesh) }]),
    ],
  });
  return { certificatePem, privateKey: pair.exported, notAfter };
}

export interface ServerRequest {
  /** DNS names and IP addresses; at least one. */
  readonly hosts: readonly string[];
  readonly clock: Clock;
  readonly chance: Chance;
  /** 10 unless given. */
  readonly years?: number;
}

export interface ServerCertificate {
  /** The CA that a bootstrap carries. */
  readonly caPem: string;
  /** Leaf first, then the CA. */
  readonly chainPem: string;
  /** PKCS #8 PEM of the leaf. */
  readonly keyPem: Sealed;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

/** The CA of a server certificate, which can sign another one for other hosts. */
export interface ServerAuthority {
  readonly caPem: string;
  /** PKCS #8 PEM. */
  readonly caKeyPem: Sealed;
  /** Milliseconds since the epoch; no leaf outlives it. */
  readonly notAfter: number;
}

/** A CA for a server's certificates. */
export async function createServerAuthority(request: Omit<ServerRequest, "hosts">): Promise<ServerAuthority> {
  const { clock, chance, years = 10 } = request;
  const x509 = await loadX509();
  const pair = await createPair();
  const signer = selfSigner(nameOf(x509, "weft relay", toHex(chance(8))), pair);
  const notAfter = clock() + years * YEAR;
  const caPem = await signCertificate(x509, {
    ...signer,
    serial: createSerial(chance(16)),
    subject: signer.issuer,
    publicKey: pair.publicKey,
    notBefore: clock() - BACKDATE,
    notAfter,
    extensions: asCa(x509, await keyIdOf(pair.publicKey), 0),
  });
  return { caPem, caKeyPem: new Sealed(toPem("PRIVATE KEY", pair.exported.reveal())), notAfter };
}

/** A server leaf for these hosts, as long as its CA. A TypeError without hosts, or when key and CA don't belong together. */
export async function createServerCertificate(
  authority: ServerAuthority,
  request: Omit<ServerRequest, "years">,
): Promise<ServerCertificate> {
  const { hosts, clock, chance } = request;
  if (hosts.length === 0) throw new TypeError("a server certificate has at least one host");
  const x509 = await loadX509();
  const leaf = await createPair();
  const { caPem, caKeyPem, notAfter } = authority;
  const [block] = fromPem(caKeyPem.reveal());
  if (block === undefined) throw new TypeError("the CA's key is not PEM");
  const issuer = await loadIssuer([caPem], new Sealed<Uint8Array>(block.der));
  const { KeyUsageFlags, ExtendedKeyUsage } = x509;
  const leafPem = await signCertificate(x509, {
    issuer: new x509.Name(issuer.name),
    key: issuer.key,
    algorithm: SIGNATURES[issuer.signature].sign,
    notBefore: clock() - BACKDATE,
    notAfter,
    serial: createSerial(chance(16)),
    subject: new x509.Name([]),
    publicKey: leaf.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyAgreement, true),
      new x509.ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new x509.SubjectKeyIdentifierExtension(toHex(await keyIdOf(leaf.publicKey))),
      new x509.AuthorityKeyIdentifierExtension(toHex(issuer.keyId)),
      // Critical, as the subject is empty (RFC 5280 §4.2.1.6).
      new x509.SubjectAlternativeNameExtension(hosts.map(hostName), true),
    ],
  });
  return {
    caPem,
    chainPem: leafPem + caPem,
    keyPem: new Sealed(toPem("PRIVATE KEY", leaf.exported.reveal())),
    notAfter,
  };
}

/** Who signs, and with what. */
export interface Signer {
  readonly issuer: Name;
  readonly key: CryptoKey;
  readonly algorithm: EcdsaParams | Algorithm;
}

export interface CertificateBody extends Signer {
  readonly serial: Bytes;
  readonly subject: Name;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Bytes;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: Extension[];
}

/** Signs a certificate; its PEM. */
export async function signCertificate({ X509CertificateGenerator }: Library, body: CertificateBody): Promise<string> {
  const { serial, key, algorithm, notBefore, notAfter, ...rest } = body;
  const certificate = await X509CertificateGenerator.create({
    ...rest,
    serialNumber: toHex(serial),
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    signingKey: key,
    signingAlgorithm: algorithm,
  });
  return toPem("CERTIFICATE", new Uint8Array(certificate.rawData));
}

/** What makes a CA; without a path length where none is given. */
export function asCa(x509: Library, keyId: Bytes, pathLength?: number): Extension[] {
  return [
    new x509.BasicConstraintsExtension(true, pathLength, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    new x509.SubjectKeyIdentifierExtension(toHex(keyId)),
  ];
}

function hostName(host: string): { type: "dns" | "ip"; value: string } {
  const ip = parseIp(host);
  if (ip === null) return { type: "dns", value: host };
  // The library misreads an IPv6 address that ends as IPv4 (RFC 4291 §2.2), so it is given all eight groups.
  return { type: "ip", value: ip.length === 4 ? ip.join(".") : (toHex(ip).match(/.{4}/g) ?? []).join(":") };
}

/** A P-256 key pair. */
export interface Pair {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Bytes;
  readonly key: CryptoKey;
  /** PKCS #8 DER. */
  readonly exported: Sealed<Uint8Array>;
}

/** Makes one, whose private key can be kept. */
export async function createPair(): Promise<Pair> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey)),
    key: pair.privateKey,
    exported: new Sealed<Uint8Array>(new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey))),
  };
}

function selfSigner(issuer: Name, { key }: Pair): Signer {
  return { issuer, key, algorithm: SIGNATURES["ecdsa-sha256"].sign };
}

/** O=Weft, OU=<unit>, CN=<name>; each at most 64 characters (RFC 5280, appendix A, ub-common-name). */
export function nameOf(x509: Library, name: string, unit: string): Name {
  const parts: readonly (readonly [string, string])[] = [
    ["2.5.4.10", "Weft"],
    ["2.5.4.11", unit],
    ["2.5.4.3", name],
  ];
  // As objects: a plain text would be taken apart at quotes, backslashes and a leading #.
  return new x509.Name(parts.map(([id, text]) => ({ [id]: [{ utf8String: [...text].slice(0, 64).join("") }] })));
}
