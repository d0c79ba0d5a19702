// The book of issuers: which intermediates stand, and what a mesh's proxies trust because of them.
import type { IssuerRow, IssuerWrites } from "#store/face/certificate.ts";
import { toHex } from "#trust/bytes.ts";
import type { MeshTrust } from "./mesh-trust.ts";

/** Issuers by `<mesh>/<key id>`. */
export type IssuerBook = Map<string, IssuerRow>;

export function openIssuerBook(rows: readonly IssuerRow[]): IssuerBook {
  return new Map(rows.map((row) => [keyOf(row), row]));
}

/** Brings the book to where the store is; a revocation stays. */
export function patchIssuers(book: IssuerBook, { put = [], drop = [] }: IssuerWrites): void {
  for (const row of put) {
    const { revokedAt = null, revokedBy = null } = book.get(keyOf(row)) ?? {};
    book.set(keyOf(row), { ...row, revokedAt: revokedAt ?? row.revokedAt, revokedBy: revokedBy ?? row.revokedBy });
  }
  for (const row of drop) book.delete(keyOf(row));
}

/** The mesh's issuer of this key, or null. */
export function findIssuer(book: IssuerBook, mesh: string, keyId: string): IssuerRow | null {
  return book.get(keyOf({ mesh, keyId })) ?? null;
}

/** How issuers and the audit name a CA: its key id, hex. */
export function rootOf({ issuer }: MeshTrust): string {
  return issuer === null ? "" : toHex(issuer.keyId);
}

/**
 * What the mesh's proxies trust: the mesh's CA, under which every issuer verifies; and as long as a certificate of a
 * revoked issuer lives, each issuer that stands instead, as an anchor of its own (Envoy takes partial chains), sorted.
 * Where none stands nobody has a certificate, and the CA stays: an empty bundle would be no check at all.
 */
export function anchorsOf(book: IssuerBook, mesh: string, trust: MeshTrust): readonly string[] {
  if (trust.issuer === null) return trust.bundle;
  const rows = [...book.values()].filter((row) => row.mesh === mesh && row.root === rootOf(trust));
  const standing = rows.filter(({ revokedAt }) => revokedAt === null);
  if (standing.length === rows.length || standing.length === 0) return trust.bundle;
  return standing.sort((a, b) => (a.keyId < b.keyId ? -1 : 1)).map(({ certificatePem }) => certificatePem);
}

/** Whether a new certificate of the mesh has to be spread before it is of use: its issuers are trusted one by one. */
export function isListed(book: IssuerBook, mesh: string): boolean {
  return [...book.values()].some((row) => row.mesh === mesh && row.revokedAt !== null);
}

/** Those whose certificate has expired at `now`: nobody needs to be kept from trusting them. */
export function expiredIssuers(book: IssuerBook, now: number): readonly IssuerRow[] {
  return [...book.values()].filter(({ notAfter }) => Date.parse(notAfter) <= now);
}

/** When the next revoked one expires, and its mesh may go back to its CA; null where none is revoked. */
export function issuersDue(book: IssuerBook): number | null {
  const times = [...book.values()].flatMap(({ revokedAt, notAfter }) =>
    revokedAt === null ? [] : [Date.parse(notAfter)],
  );
  return times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b));
}

function keyOf({ mesh, keyId }: Pick<IssuerRow, "mesh" | "keyId">): string {
  return `${mesh}/${keyId}`;
}
