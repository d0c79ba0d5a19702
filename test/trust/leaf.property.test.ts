// Leaves of any names and serials, judged by the certificate library and by OpenSSL.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { serviceId, tagUri } from "#model/spiffe.ts";
import { opensslVerify } from "#test/openssl.ts";
import { toHex, toPem } from "#trust/bytes.ts";
import { readCertificate } from "#trust/certificate.ts";
import { permittedUris } from "#trust/issuer.ts";
import { createSerial, signLeaf } from "#trust/leaf.ts";
import { loadX509 } from "#trust/x509.ts";
import { chance, createMesh, createPair, DAY, exportPair, HOUR, NOW, type SampleMesh } from "./sample.ts";

const KEYS = ["kuma.io/service", "kuma.io/zone", "version", "Team.name", "a_b"];
let mesh: SampleMesh;
let spki: Uint8Array;
beforeAll(async () => {
  mesh = await createMesh("default", KEYS);
  spki = (await exportPair(await createPair())).spki;
});

const text = fc.stringMatching(/^[a-zA-Z0-9._:-]{1,60}$/);
const uris = fc
  .tuple(fc.stringMatching(/^[a-z0-9-]{1,40}$/), fc.array(fc.tuple(fc.constantFrom(...KEYS), text), { maxLength: 12 }))
  .map(([service, tags]) => [serviceId("default", service), ...tags.map(([key, value]) => tagUri(key, value))]);
const serial = fc.uint8Array({ minLength: 1, maxLength: 20 }).filter((bytes) => {
  const magnitude = bytes.slice(bytes.findIndex((byte) => byte !== 0));
  return bytes.some((byte) => byte !== 0) && (magnitude.length < 20 || (magnitude[0] as number) < 0x80);
});

describe("a leaf", () => {
  test("says to the library exactly what was asked for", async () => {
    const x509 = await loadX509();
    await fc.assert(
      fc.asyncProperty(uris, serial, fc.integer({ min: 1, max: 24 * 7 }), async (names, number, hours) => {
        const leaf = await signLeaf({
          issuer: mesh.zone,
          publicKey: spki,
          uris: names,
          notBefore: NOW,
          notAfter: NOW + hours * HOUR,
          serial: number,
        });
        const read = new x509.X509Certificate(leaf.der);
        expect(read.subject).toBe("");
        expect(
          Buffer.from(read.serialNumber, "hex")
            .toString("hex")
            .replace(/^(00)+/, ""),
        ).toBe(toHex(number).replace(/^(00)+/, ""));
        expect(read.notBefore.getTime()).toBe(NOW);
        expect(read.notAfter.getTime()).toBe(leaf.notAfter);
        expect(leaf.notAfter).toBe(Math.min(NOW + hours * HOUR, mesh.zone.notAfter));
        const san = read.getExtension(x509.SubjectAlternativeNameExtension);
        expect(san?.critical).toBe(true);
        expect(san?.names.items.map(({ type, value }) => [type, value])).toEqual(names.map((uri) => ["url", uri]));
        const usages = read.getExtension(x509.KeyUsagesExtension)?.usages;
        expect(usages).toBe(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyAgreement);
        expect(read.getExtension(x509.ExtendedKeyUsageExtension)?.usages).toEqual([
          x509.ExtendedKeyUsage.serverAuth,
          x509.ExtendedKeyUsage.clientAuth,
        ]);
        expect(read.getExtension(x509.BasicConstraintsExtension)?.ca).toBe(false);
        expect(read.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId).toBe(toHex(mesh.zone.keyId));
        const issuer = new x509.X509Certificate(mesh.zonePem);
        expect(read.issuer).toBe(issuer.subject);
        expect(await read.verify({ publicKey: issuer.publicKey, signatureOnly: true })).toBe(true);
        expect(Buffer.from(read.publicKey.rawData).equals(Buffer.from(spki))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("is read back by our own reader as it was written", async () => {
    await fc.assert(
      fc.asyncProperty(uris, serial, async (names, number) => {
        const { der } = await signLeaf({
          issuer: mesh.rootIssuer,
          publicKey: spki,
          uris: names,
          notBefore: NOW,
          notAfter: NOW + DAY,
          serial: number,
        });
        const read = readCertificate(der);
        expect(read?.uris).toEqual(names);
        expect(read?.isCa).toBe(false);
        expect([read?.notBefore, read?.notAfter]).toEqual([NOW, NOW + DAY]);
        expect(toHex(read?.serial ?? new Uint8Array())).toBe(toHex(number).replace(/^(00)+(?=..)/, ""));
      }),
      { numRuns: 60 },
    );
  });

  test("passes OpenSSL below the constraints of its zone exactly when permittedUris says so", async () => {
    await fc.assert(
      fc.asyncProperty(uris, async (names) => {
        const { permitted, refused } = permittedUris(mesh.zone, names);
        expect([...permitted, ...refused].sort()).toEqual([...names].sort());
        const verify = async (some: readonly string[], purpose: "sslserver" | "sslclient"): Promise<boolean> => {
          const { der } = await signLeaf({
            issuer: mesh.zone,
            publicKey: spki,
            uris: some,
            notBefore: NOW,
            notAfter: NOW + DAY,
            serial: createSerial(chance(16)),
          });
          const options = { rootPem: mesh.root.certificatePem, chain: mesh.zone.chain, purpose, at: NOW + HOUR };
          return opensslVerify(toPem("CERTIFICATE", der), options).ok;
        };
        expect(await verify(permitted, "sslserver")).toBe(true);
        expect(await verify(permitted, "sslclient")).toBe(true);
        if (refused.length > 0) expect(await verify([...permitted, ...refused.slice(0, 1)], "sslserver")).toBe(false);
      }),
      { numRuns: 15 },
    );
  });
});
