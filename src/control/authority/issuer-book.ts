// The book of issuers: which intermediates stand, and what a mesh's proxies trust because of them.
import type { IssuerRow, IssuerWrites } from "#store/face/certificate.ts";
import { toHex } from "#trust/bytes.ts";
import type { MeshTrust } from "./mesh-trust.ts";

/** Issuers by `<mesh>/<key id>`, and by mesh: a compile asks for those of each mesh. */
export class IssuerBook extends Map<string, IssuerRow> {
  readonly #meshes = new Map<string, Map<string, IssuerRow>>();

  constructor(rows: Iterable<IssuerRow> = []) {
    super();
    for (const row of rows) this.set(keyOf(row), row);
  }

  override set(key: string, row: IssuerRow): this {
    const own = this.#meshes.get(row.mesh);
    if (own === undefined) this.#meshes.set(row.mesh, new Map([[key, row]]));
    else own.set(key, row);
    return super.set(key, row);
  }

  override delete(key: string): boolean {
    const mesh = this.get(key)?.mesh;
    if (mesh !== undefined) this.#meshes.get(mesh)?.delete(key);
    return super.delete(key);
  }

  override clear(): void {
    this.#meshes.clear();
    super.clear();
  }

  /** Those of one mesh. */
  of(mesh: string): Iterable<IssuerRow> {
    return this.#meshes.get(mesh)?.values() ?? [];
  }
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
  const rows = [...book.of(mesh)].filter((row) => row.root === rootOf(trust));
  const standing = rows.filter(({ revokedAt }) => revokedAt === null);
  if (standing.length === rows.length || standing.length === 0) return trust.bundle;
  return standing.sort((a, b) => (a.keyId < b.keyId ? -1 : 1)).map(({ certificatePem }) => certificatePem);
}

/** Whether a new certificate of the mesh has to be spread before it is of use: its issuers are trusted one by one. */
export function isListed(book: IssuerBook, mesh: string): boolean {
  return [...book.of(mesh)].some((row) => row.revokedAt !== null);
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
