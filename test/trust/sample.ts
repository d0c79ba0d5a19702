// Samples that the tests of trust share: clock, chance, key pairs, a root with its zone's intermediate.
import type { webcrypto } from "node:crypto";
import { randomBytes } from "node:crypto";
import { Sealed } from "#model/sealed.ts";
import { createRoot, type NewAuthority } from "#trust/authority.ts";
import { makeCsr } from "#trust/csr.ts";
import { signIntermediate } from "#trust/intermediate.ts";
import { type Issuer, loadIssuer } from "#trust/issuer.ts";

export const NOW = Date.UTC(2026, 5, 1, 12, 0, 0);
export const clock = (): number => NOW;
export const chance = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
export const HOUR = 3600_000;
export const DAY = 24 * HOUR;

export function createPair(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

export async function exportPair(
  pair: webcrypto.CryptoKeyPair,
): Promise<{ spki: Uint8Array; pkcs8: Sealed<Uint8Array> }> {
  return {
    spki: new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey)),
    pkcs8: new Sealed<Uint8Array>(new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey))),
  };
}

export interface SampleMesh {
  readonly root: NewAuthority;
  readonly rootIssuer: Issuer;
  readonly zone: Issuer;
  readonly zonePem: string;
}

/** A mesh's root and the intermediate of one of its zones, which permits these tag keys. */
export async function createMesh(
  mesh: string,
  tagKeys: readonly string[],
  seconds = 7 * 24 * 3600,
): Promise<SampleMesh> {
  const root = await createRoot({ mesh, backend: "ca-1", clock, chance });
  const rootIssuer = await loadIssuer([root.certificatePem], root.privateKey);
  const pair = await createPair();
  const { certificatePem: zonePem } = await signIntermediate({
    root: rootIssuer,
    csr: await makeCsr(pair, []),
    trustDomain: mesh,
    tagKeys,
    zone: "east",
    seconds,
    clock,
    chance,
  });
  const zone = await loadIssuer([zonePem, root.certificatePem], (await exportPair(pair)).pkcs8);
  return { root, rootIssuer, zone, zonePem };
}
