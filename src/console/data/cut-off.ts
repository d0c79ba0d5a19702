// How long a zone can live without the control plane: until a certificate can be renewed there no more.
import type { CertificateBody, IssuerBody } from "#api/weft.ts";
import { upcoming } from "./certificate.ts";

/**
 * The first moment at which some proxy of the zone has no valid certificate, were the zone cut off now; null where none has
 * one. In a mesh whose issuer a relay of the zone holds, leaves are renewed until the last of them ends; elsewhere they last
 * until their own end. Traffic without mTLS goes on for ever.
 */
export function livesUntil(
  zone: string,
  certificates: readonly CertificateBody[],
  issuers: readonly IssuerBody[],
  now: number,
): string | null {
  const ends = new Map<string, string>();
  for (const { zone: at, mesh, notAfter } of upcoming(certificates, now)) {
    if (at !== zone || Date.parse(notAfter) <= now) continue;
    const first = ends.get(mesh);
    if (first === undefined || notAfter < first) ends.set(mesh, notAfter);
  }
  const bounds = [...ends].map(([mesh, leaf]) => {
    const own = issuers
      .filter((one) => one.zone === zone && one.mesh === mesh && one.holder === "relay" && one.revokedAt === null)
      .map(({ notAfter }) => notAfter);
    return [leaf, ...own].reduce((a, b) => (a > b ? a : b));
  });
  return bounds.length === 0 ? null : bounds.reduce((a, b) => (a < b ? a : b));
}
