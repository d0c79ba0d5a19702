// How long a zone can live cut off: by its newest leaves, and by the issuers that its relays hold.
import { expect, test } from "vitest";
import type { CertificateBody, IssuerBody } from "#api/weft.ts";
import { livesUntil } from "#console/data/cut-off.ts";

const at = (hour: number): string => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
const leaf = (name: string, hour: number, where: Partial<CertificateBody> = {}): CertificateBody => ({
  ...{
    mesh: "default",
    name,
    zone: "east",
    serial: `${name} ${hour}`,
    issuer: "aa",
    notAfter: at(hour),
    tokenId: null,
  },
  ...where,
});
const issuer = (hour: number, other: Partial<IssuerBody> = {}): IssuerBody => ({
  ...{ mesh: "default", zone: "east", relay: "r1", keyId: "aa", holder: "relay", notAfter: at(hour) },
  ...{ revokedAt: null, revokedBy: null },
  ...other,
});
const NOW = Date.UTC(2026, 0, 1, 10);

test.each<[what: string, leaves: readonly CertificateBody[], issuers: readonly IssuerBody[], until: string | null]>([
  ["nobody has a certificate", [], [issuer(90)], null],
  [
    "the newest of each proxy counts, and the first of them ends it",
    [leaf("a", 12), leaf("a", 20), leaf("b", 18)],
    [],
    at(18),
  ],
  ["one that has ended is nobody's any more", [leaf("a", 9), leaf("b", 18)], [], at(18)],
  ["an issuer of the zone renews", [leaf("a", 20)], [issuer(90), issuer(60, { keyId: "bb" })], at(90)],
  ["one that was revoked does not", [leaf("a", 20)], [issuer(90, { revokedAt: at(1) })], at(20)],
  ["one that the control plane holds does not", [leaf("a", 20)], [issuer(90, { holder: "control-plane" })], at(20)],
  ["one of another zone does not", [leaf("a", 20)], [issuer(90, { zone: "west" })], at(20)],
  ["the mesh that ends first ends it", [leaf("a", 20), leaf("b", 30, { mesh: "pay" })], [issuer(90)], at(30)],
  ["other zones' leaves say nothing", [leaf("a", 20), leaf("b", 12, { zone: "west" })], [], at(20)],
])("%s", (_, leaves, issuers, until) => {
  expect(livesUntil("east", leaves, issuers, NOW)).toBe(until);
});
