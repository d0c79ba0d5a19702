// Authorities: the roots of meshes, the intermediates of zones, and a relay's server certificate.
import type { Chance, Clock } from "#model/clock.ts";
import { invalid } from "#model/fault.ts";
import { Sealed } from "#model/sealed.ts";
import { type Bytes, toHex, toPem, utf8 } from "./bytes.ts";
import { parseCsr } from "./csr.ts";
import { context, oid, sequence, TAG, time, tlv } from "./der.ts";
import {
  alternativeHosts,
  alternativeUris,
  authorityKeyId,
  isCa,
  KEY_USAGE,
  keyUsage,
  NOT_CA,
  nameConstraints,
  SERVER_ONLY,
  subjectKeyId,
} from "./extension.ts";
import { parseIp } from "./ip.ts";
import { type Issuer, keyIdOf } from "./issuer.ts";
import { createSerial, serialNumber, VERSION } from "./leaf.ts";
import { SIGNATURES, type SignatureName, signDer } from "./signature.ts";
import { tagHost, trustDomain, uriHost } from "./spiffe.ts";

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
  const pair = await createPair();
  const name = nameOf(mesh, backend);
  const notAfter = clock() + years * YEAR;
  const keyId = await keyIdOf(pair.publicKey);
  const der = await sign({ ...selfSigner(name, pair), publicKey: pair.publicKey, subject: name }, chance, {
    notBefore: clock() - BACKDATE,
    notAfter,
    extensions: [isCa(), CA_USAGE, subjectKeyId(keyId), alternativeUris([trustDomain(mesh)], false)],
  });
  return { certificatePem: toPem("CERTIFICATE", der), privateKey: pair.exported, notAfter };
}

export interface IntermediateRequest {
  readonly root: Issuer;
  /** PKCS #10 DER by the relay. */
  readonly csr: Uint8Array;
  /** The mesh. */
  readonly trustDomain: string;
  /** Every tag key in use in the mesh. */
  readonly tagKeys: readonly string[];
  readonly zone: string;
  readonly seconds: number;
  readonly clock: Clock;
  readonly chance: Chance;
}

export interface Intermediate {
  readonly certificatePem: string;
  /** Hex. */
  readonly serial: string;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

/**
 * A zone's intermediate: CA:TRUE, path length 0, and critical name constraints that permit URIs of the trust domain and
 * of the host of each tag key. Never outlives its root. Fault `invalid` (field `csr`) when the request is refused.
 */
export async function signIntermediate(request: IntermediateRequest): Promise<Intermediate> {
  const { root, clock, chance } = request;
  const csr = await parseCsr(request.csr);
  if (!csr.ok) throw invalid([{ field: "csr", reason: csr.reason }]);
  const domain = trustDomain(request.trustDomain);
  const hosts = [uriHost(domain), ...request.tagKeys.map(tagHost)].flatMap((host) => (host === null ? [] : [host]));
  const serial = createSerial(chance(16));
  const notAfter = Math.floor(Math.min(clock() + request.seconds * 1000, root.notAfter) / 1000) * 1000;
  const subject = nameOf(request.trustDomain, `zone ${request.zone}`);
  const der = await sign({ ...root, publicKey: csr.publicKey, subject }, () => serial, {
    notBefore: Math.max(clock() - BACKDATE, root.notBefore),
    notAfter,
    extensions: [
      isCa(0),
      CA_USAGE,
      subjectKeyId(await keyIdOf(csr.publicKey)),
      authorityKeyId(root.keyId),
      alternativeUris([domain], false),
      nameConstraints([...new Set(hosts)].sort()),
    ],
  });
  return { certificatePem: toPem("CERTIFICATE", der), serial: toHex(serial), notAfter };
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

/** A CA of its own (its key is thrown away) and a server leaf for these hosts. */
export async function createServerCertificate(request: ServerRequest): Promise<ServerCertificate> {
  const { hosts, clock, chance, years = 10 } = request;
  if (hosts.length === 0) throw new TypeError("a server certificate has at least one host");
  const [authority, leaf] = [await createPair(), await createPair()];
  const window = { notBefore: clock() - BACKDATE, notAfter: clock() + years * YEAR };
  const caName = nameOf("weft relay", toHex(chance(8)));
  const caId = await keyIdOf(authority.publicKey);
  const signer = selfSigner(caName, authority);
  const caDer = await sign({ ...signer, publicKey: authority.publicKey, subject: caName }, chance, {
    ...window,
    extensions: [isCa(0), CA_USAGE, subjectKeyId(caId)],
  });
  const ips = hosts.map(parseIp);
  const leafDer = await sign({ ...signer, publicKey: leaf.publicKey, subject: sequence() }, chance, {
    ...window,
    extensions: [
      NOT_CA,
      keyUsage(KEY_USAGE.digitalSignature, KEY_USAGE.keyAgreement),
      SERVER_ONLY,
      subjectKeyId(await keyIdOf(leaf.publicKey)),
      authorityKeyId(caId),
      alternativeHosts(
        hosts.filter((_, index) => ips[index] === null),
        ips.flatMap((ip) => (ip === null ? [] : [ip])),
      ),
    ],
  });
  const caPem = toPem("CERTIFICATE", caDer);
  return {
    caPem,
    chainPem: toPem("CERTIFICATE", leafDer) + caPem,
    keyPem: new Sealed(toPem("PRIVATE KEY", leaf.exported.reveal())),
    notAfter: window.notAfter,
  };
}

const CA_USAGE = keyUsage(KEY_USAGE.certSign, KEY_USAGE.crlSign);

interface Signing {
  readonly name: Bytes;
  readonly signature: SignatureName;
  readonly key: CryptoKey;
  readonly publicKey: Bytes;
  readonly subject: Bytes;
}

interface Body {
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly Bytes[];
}

function sign({ name, signature, key, publicKey, subject }: Signing, chance: Chance, body: Body): Promise<Bytes> {
  const certificate = sequence(
    VERSION,
    serialNumber(createSerial(chance(16))),
    SIGNATURES[signature].identifier,
    name,
    sequence(time(body.notBefore), time(body.notAfter)),
    subject,
    publicKey,
    tlv(context(3), sequence(...body.extensions)),
  );
  return signDer(certificate, signature, key);
}

interface Pair {
  readonly publicKey: Bytes;
  readonly key: CryptoKey;
  readonly exported: Sealed<Uint8Array>;
}

async function createPair(): Promise<Pair> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey)),
    key: pair.privateKey,
    exported: new Sealed<Uint8Array>(new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey))),
  };
}

function selfSigner(name: Bytes, { key }: Pair): Pick<Signing, "name" | "signature" | "key"> {
  return { name, signature: "ecdsa-sha256", key };
}

/** O=Weft, OU=<unit>, CN=<name>; each at most 64 characters (RFC 5280, appendix A, ub-common-name). */
function nameOf(name: string, unit: string): Bytes {
  const parts: readonly (readonly [string, string])[] = [
    ["2.5.4.10", "Weft"],
    ["2.5.4.11", unit],
    ["2.5.4.3", name],
  ];
  return sequence(
    ...parts.map(([id, text]) =>
      tlv(TAG.set, sequence(oid(id), tlv(TAG.utf8String, utf8([...text].slice(0, 64).join(""))))),
    ),
  );
}
