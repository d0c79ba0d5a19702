// A workload's key and certificate: made here, kept sealed, shown to streams as PEM.
import { Sealed } from "#model/sealed.ts";
import { digest } from "#relay/digest.ts";
import type { Identity } from "#relay/zone.ts";
import { fromBase64, fromPem, toBase64, toHex, toPem } from "#trust/bytes.ts";
import { readCertificate } from "#trust/certificate.ts";
import { makeCsr } from "#trust/csr.ts";
import { interned } from "./interned.ts";

type Pair = Parameters<typeof makeCsr>[0];

/** A key pair that waits for its certificate. */
export interface WorkloadKey {
  readonly pair: Pair;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly pkcs8: Sealed<Uint8Array>;
  /** PKCS #10 DER, base64. */
  readonly csr: string;
}

/** A certificate in use. */
export interface Workload {
  readonly identity: Identity;
  /** Which life it was issued for. */
  readonly registration: string;
  /** Signed by the zone's own issuer, and not by the control plane. */
  readonly byZone: boolean;
  /** Key ids (hex) of what signed the chain: looked at after each snapshot, so read once. */
  readonly issuers: readonly string[];
  /** URI SANs of the leaf. */
  readonly uris: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  /** Half of its life, give or take a tenth: a zone's leaves are not all renewed at once. */
  readonly renewAt: number;
}

/** Makes a P-256 key and a request for these URIs. */
export async function createWorkloadKey(uris: readonly string[]): Promise<WorkloadKey> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  return {
    pair,
    publicKey: new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey)),
    pkcs8: new Sealed<Uint8Array>(new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey))),
    csr: toBase64(await makeCsr(pair, uris)),
  };
}

/**
 * Puts key and chain together; null when the chain's leaf is not for this key or cannot be read: it is not to be served.
 * `random` is 0..1.
 */
export function createWorkload(
  chain: readonly string[],
  key: Pick<WorkloadKey, "publicKey" | "pkcs8">,
  { registration, byZone }: Pick<Workload, "registration" | "byZone">,
  random: number,
): Workload | null {
  const [block] = fromPem(chain[0] ?? "");
  const leaf = block === undefined ? null : readCertificate(block.der);
  if (leaf === null || Buffer.compare(leaf.publicKey, key.publicKey) !== 0) return null;
  const { notBefore, notAfter, uris } = leaf;
  const keyPem = new Sealed(toPem("PRIVATE KEY", key.pkcs8.reveal()));
  return {
    identity: new LeafIdentity(
      chain.map((pem) => pem.trim()),
      keyPem,
      notAfter,
    ),
    registration,
    byZone,
    issuers: interned(issuersOf(chain)),
    uris: interned(uris),
    notBefore,
    notAfter,
    renewAt: notBefore + (notAfter - notBefore) * (0.45 + 0.1 * random),
  };
}

/** What signed the leaf is the same text for all, and kept once; the chain is put together when a stream is sent it. */
class LeafIdentity implements Identity {
  readonly keyPem: Sealed;
  readonly version: string;
  readonly notAfter: number;
  readonly #leaf: string;
  readonly #signers: readonly string[];

  constructor([leaf = "", ...signers]: readonly string[], keyPem: Sealed, notAfter: number) {
    this.keyPem = keyPem;
    this.version = digest([leaf, ...signers].join("\n"));
    this.notAfter = notAfter;
    this.#leaf = leaf;
    this.#signers = interned(signers);
  }

  get chainPem(): string {
    return `${[this.#leaf, ...this.#signers].join("\n")}\n`;
  }
}

/** What is sealed on disk of it. */
export function savedWorkload({ identity, registration, byZone }: Workload): unknown {
  const chain = fromPem(identity.chainPem).map(({ label, der }) => toPem(label, der));
  const [key] = fromPem(identity.keyPem.reveal());
  return { chain, registration, byZone, pkcs8: toBase64(key!.der) };
}

/** Reads what `savedWorkload` wrote; null for anything else. */
export function restoreWorkload(saved: unknown, random: number): Workload | null {
  if (typeof saved !== "object" || saved === null) return null;
  const { chain, registration, byZone, pkcs8 } = saved as Readonly<Record<string, unknown>>;
  if (!Array.isArray(chain) || typeof registration !== "string" || typeof pkcs8 !== "string") return null;
  const secret = fromBase64(pkcs8);
  const [block] = fromPem(String(chain[0]));
  const leaf = block === undefined ? null : readCertificate(block.der);
  if (secret === null || leaf === null) return null;
  const key = { publicKey: leaf.publicKey, pkcs8: new Sealed<Uint8Array>(secret) };
  return createWorkload(chain.map(String), key, { registration, byZone: byZone === true }, random);
}

/** Key ids (hex) of what signed the certificates of a PEM chain, as each says it. */
export function issuersOf(chain: readonly string[]): readonly string[] {
  return fromPem(chain.join("\n")).flatMap(({ der }) => {
    const id = readCertificate(der)?.issuerKeyId ?? null;
    return id === null ? [] : [toHex(id)];
  });
}
