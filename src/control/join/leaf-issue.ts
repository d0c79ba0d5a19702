// A leaf for one proxy: the request proves its key, and may name nobody else.

import type { ControlDeps } from "#control/deps.ts";
import { leafUris, type Named } from "#model/spiffe.ts";
import type { CertificateRow } from "#store/face/certificate.ts";
import { BACKDATE } from "#trust/authority.ts";
import { fromBase64, toHex, toPem } from "#trust/bytes.ts";
import { parseCsr } from "#trust/csr.ts";
import { type Issuer, permittedUris } from "#trust/issuer.ts";
import { createSerial, signLeaf } from "#trust/leaf.ts";

export type LeafOutcome =
  | { readonly chain: readonly string[]; readonly expiresAt: string; readonly row: CertificateRow }
  | { readonly refused: string };

/** What it takes to issue a leaf. */
export interface LeafOrder {
  readonly mesh: string;
  /** Of the proxy, as the audit names it: see `nodeName`. */
  readonly name: string;
  /** What it is, for people. */
  readonly noun: string;
  readonly named: Named;
  readonly zone: string;
  /** PKCS #10 DER, base64. */
  readonly csr: string;
  /** Of the life that it is for, as the audit keeps it. */
  readonly tokenId: string | null;
}

/** Signs it: PEM, leaf first, without the root. A null issuer is a CA that cannot be read. */
export async function issueLeaf(
  order: LeafOrder,
  issuer: Issuer | null,
  leafSeconds: number,
  { clock, chance }: Pick<ControlDeps, "clock" | "chance">,
): Promise<LeafOutcome> {
  const { mesh, name, noun, named, zone, tokenId } = order;
  if (issuer === null) return { refused: `csr: the CA of the mesh ${mesh} cannot be read` };
  const der = fromBase64(order.csr);
  const csr = der === null ? null : await parseCsr(der);
  if (csr === null) return { refused: "csr: must be base64 of a PKCS #10 request" };
  if (!csr.ok) return { refused: `csr: ${csr.reason}` };
  const own = leafUris(mesh, named);
  if (own.length === 0) return { refused: "dataplane: it has no tags, so no certificate can name it" };
  const foreign = csr.uris.filter((uri) => !own.includes(uri));
  if (foreign.length > 0)
    return { refused: `csr: it asks for ${foreign.slice(0, 3).join(", ")}, which this ${noun} is not` };
  const { permitted } = permittedUris(issuer, own);
  if (permitted.length === 0) return { refused: "csr: the mesh's CA may name none of its identities" };
  const now = clock();
  if (now >= issuer.notAfter) return { refused: `csr: the CA of the mesh ${mesh} has expired` };
  const leaf = await signLeaf({
    issuer,
    publicKey: csr.publicKey,
    uris: permitted,
    notBefore: now - BACKDATE,
    notAfter: now + leafSeconds * 1000,
    serial: createSerial(chance(16)),
  });
  const notAfter = new Date(leaf.notAfter).toISOString();
  return {
    chain: [toPem("CERTIFICATE", leaf.der), ...issuer.chain],
    expiresAt: notAfter,
    row: {
      serial: leaf.serial,
      mesh,
      name,
      zone,
      issuer: issuerId(issuer),
      notAfter,
      tokenId,
    },
  };
}

/** How the audit names an issuer: its key id, hex. */
export function issuerId({ keyId }: Pick<Issuer, "keyId">): string {
  return toHex(keyId);
}
