// Intermediates of a mesh: a relay's own, bound by name constraints, and the one that the control plane holds for it.
import type { Chance, Clock } from "#model/clock.ts";
import { invalid } from "#model/fault.ts";
import type { Sealed } from "#model/sealed.ts";
import { asCa, BACKDATE, createPair, nameOf, signCertificate } from "./authority.ts";
import { type Bytes, toHex } from "./bytes.ts";
import { readCaCertificates } from "./ca-certificate.ts";
import { parseCsr } from "./csr.ts";
import { type Issuer, keyIdOf } from "./issuer.ts";
import { createSerial } from "./leaf.ts";
import { NAME_CONSTRAINTS, nameConstraints } from "./name-constraint.ts";
import { SIGNATURES } from "./signature.ts";
import { tagHost, trustDomain, uriHost } from "./spiffe.ts";
import { loadX509 } from "./x509.ts";

interface Order {
  readonly root: Issuer;
  /** The mesh. */
  readonly trustDomain: string;
  readonly zone: string;
  readonly seconds: number;
  readonly clock: Clock;
  readonly chance: Chance;
}

export interface IntermediateRequest extends Order {
  /** PKCS #10 DER by the relay. */
  readonly csr: Uint8Array;
  /** Every tag key in use in the mesh. */
  readonly tagKeys: readonly string[];
}

export interface Intermediate {
  readonly certificatePem: string;
  /** Hex. */
  readonly serial: string;
  /** Hex of its key identifier. */
  readonly keyId: string;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

/**
 * A zone's intermediate: CA:TRUE, path length 0, and critical name constraints that permit URIs of the trust domain and
 * of the host of each tag key. Never outlives its root. Fault `invalid` (field `csr`) when the request is refused.
 */
export async function signIntermediate(request: IntermediateRequest): Promise<Intermediate> {
  const csr = await parseCsr(request.csr);
  if (!csr.ok) throw invalid([{ field: "csr", reason: csr.reason }]);
  const domain = uriHost(trustDomain(request.trustDomain));
  const hosts = [domain, ...request.tagKeys.map(tagHost)].flatMap((host) => (host === null ? [] : [host]));
  return signBelow(request, csr.publicKey, `zone ${request.zone}`, [...new Set(hosts)].sort());
}

/**
 * An intermediate that the control plane holds, and signs the leaves of one zone's relay with; what it names is judged
 * for each leaf, so it has no name constraints. `previous` is its last certificate with its key, when it is renewed.
 */
export async function createHeldIntermediate(
  order: Order,
  previous?: { readonly certificatePem: string },
): Promise<Intermediate & { readonly privateKey: Sealed<Uint8Array> | null }> {
  const unit = `control plane for ${order.zone}`;
  if (previous !== undefined) {
    const [held] = (await readCaCertificates(previous.certificatePem)) ?? [];
    if (held?.key == null) throw new TypeError("the certificate that is renewed cannot be read");
    return { ...(await signBelow(order, held.key.spki, unit, null)), privateKey: null };
  }
  const pair = await createPair();
  return { ...(await signBelow(order, pair.publicKey, unit, null)), privateKey: pair.exported };
}

async function signBelow(
  { root, trustDomain: mesh, seconds, clock, chance }: Order,
  publicKey: Bytes,
  unit: string,
  hosts: readonly string[] | null,
): Promise<Intermediate> {
  const x509 = await loadX509();
  const serial = createSerial(chance(16));
  const keyId = await keyIdOf(publicKey);
  const notAfter = Math.floor(Math.min(clock() + seconds * 1000, root.notAfter) / 1000) * 1000;
  const certificatePem = await signCertificate(x509, {
    issuer: new x509.Name(root.name),
    key: root.key,
    algorithm: SIGNATURES[root.signature].sign,
    serial,
    subject: nameOf(x509, mesh, unit),
    publicKey,
    notBefore: Math.max(clock() - BACKDATE, root.notBefore),
    notAfter,
    extensions: [
      ...asCa(x509, keyId, 0),
      new x509.AuthorityKeyIdentifierExtension(toHex(root.keyId)),
      new x509.SubjectAlternativeNameExtension([{ type: "url", value: trustDomain(mesh) }]),
      ...(hosts === null ? [] : [new x509.Extension(NAME_CONSTRAINTS, true, nameConstraints(hosts))]),
    ],
  });
  return { certificatePem, serial: toHex(serial), keyId: toHex(keyId), notAfter };
}
