// Roots, intermediates and server certificates, judged by OpenSSL.
import { describe, expect, test } from "vitest";
import { Fault } from "#model/fault.ts";
import { Sealed } from "#model/sealed.ts";
import { bringCa, P256 } from "#test/brought-ca.ts";
import { openssl, opensslVerify } from "#test/openssl.ts";
import { createRoot, createServerAuthority, createServerCertificate } from "#trust/authority.ts";
import { toPem } from "#trust/bytes.ts";
import { readCaCertificates } from "#trust/ca-certificate.ts";
import { makeCsr } from "#trust/csr.ts";
import { signIntermediate } from "#trust/intermediate.ts";
import { loadIssuer } from "#trust/issuer.ts";
import { signLeaf } from "#trust/leaf.ts";
import { readProvided } from "#trust/provided.ts";
import { forgeLeaf } from "./forge.ts";
import { chance, clock, createMesh, createPair, DAY, exportPair, HOUR, NOW } from "./sample.ts";

const text = (pem: string): string => openssl(["x509", "-noout", "-text", "-nameopt", "RFC2253"], pem);

describe("a root", () => {
  test("names its mesh, lives ten years and verifies by itself", async () => {
    const { root } = await createMesh("default", []);
    const said = text(root.certificatePem);
    expect(said).toContain("Subject: CN=default,OU=ca-1,O=Weft");
    expect(said).toContain("URI:spiffe://default");
    expect(said).toContain("X509v3 Basic Constraints: critical\n                CA:TRUE\n");
    expect(said).toContain("X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign");
    expect(said).toContain("ASN1 OID: prime256v1");
    expect(root.notAfter).toBe(NOW + 3650 * DAY);
    expect(opensslVerify(root.certificatePem, { rootPem: root.certificatePem, at: NOW }).said).toBe("leaf: OK\n");
    expect(`${root.privateKey}`).toBe("[sealed]");
  });

  test("may live beyond 2050, and its name may hold any text", async () => {
    const backend = `"a", b=#c\\+d`;
    const { certificatePem, notAfter } = await createRoot({ mesh: "default", backend, clock, chance, years: 30 });
    const said = openssl(["x509", "-noout", "-dates", "-subject", "-nameopt", "sep_multiline"], certificatePem);
    expect(said).toContain("notAfter=May 24 12:00:00 2056 GMT\n");
    expect(said).toContain(`OU=${backend}\n`);
    expect((await readCaCertificates(certificatePem))?.[0]?.notAfter).toBe(notAfter);
    expect(opensslVerify(certificatePem, { rootPem: certificatePem, at: NOW }).ok).toBe(true);
  });
});

describe("an intermediate", () => {
  test("is bound to its mesh and tag hosts, and signs leaves only", async () => {
    const { zonePem, root, zone } = await createMesh("default", ["version", "kuma.io/service", "kuma.io/zone"]);
    const said = text(zonePem);
    expect(said).toContain("Subject: CN=default,OU=zone east,O=Weft");
    expect(said).toContain("X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0");
    expect(said).toMatch(
      /X509v3 Name Constraints: critical\n +Permitted:\n +URI:default\n +URI:kuma.io\n +URI:version\n +Excluded:\n +DNS:\n +IP:0.0.0.0\/0.0.0.0\n/,
    );
    expect(opensslVerify(zonePem, { rootPem: root.certificatePem, at: NOW }).said).toBe("leaf: OK\n");
    expect(zone.permittedHosts).toEqual(["default", "kuma.io", "version"]);
    expect(zone.chain).toEqual([zonePem]);
    expect([zone.notBefore, zone.notAfter]).toEqual([NOW - 10_000, NOW + 7 * DAY]);
  });

  test.each([P256, "-algorithm EC -pkeyopt ec_paramgen_curve:P-384", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048"])(
    "is signed by a brought CA of any kind (%s), under its name byte for byte",
    async (algorithm) => {
      const extensions = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"];
      const brought = bringCa(algorithm, extensions, { subject: "/C=DE/DC=org/CN=Käse, Inc./CN=root" });
      const { certificatePem: rootPem, privateKey } = await readProvided(brought.cert, brought.key);
      const root = await loadIssuer([rootPem], privateKey);
      const now = Date.now();
      const csr = await makeCsr(await createPair(), []);
      const options = { trustDomain: "default", tagKeys: [], zone: "east", seconds: 3600, clock: () => now, chance };
      const { certificatePem } = await signIntermediate({ root, csr, ...options });
      expect(opensslVerify(certificatePem, { rootPem, at: now + 60_000 }).said).toBe("leaf: OK\n");
    },
  );

  test("can sign no server name: DNS names and addresses are excluded", async () => {
    const { root, zone } = await createMesh("default", []);
    const forged = await forgeLeaf(zone, "example.com", NOW);
    const options = { rootPem: root.certificatePem, chain: zone.chain, at: NOW + 1000 };
    expect(opensslVerify(toPem("CERTIFICATE", forged), options).said).toContain("excluded subtree violation");
  });

  test("never outlives its root", async () => {
    const { rootIssuer } = await createMesh("default", []);
    const issuer = { ...rootIssuer, notAfter: NOW + HOUR };
    const csr = await makeCsr(await createPair(), []);
    const options = { csr, trustDomain: "default", tagKeys: [], zone: "east", seconds: 7 * 86_400, clock, chance };
    const { certificatePem, notAfter } = await signIntermediate({ root: issuer, ...options });
    expect(notAfter).toBe(NOW + HOUR);
    expect((await readCaCertificates(certificatePem))?.[0]?.notAfter).toBe(NOW + HOUR);
  });

  test("is refused for a request that is none, with the field", async () => {
    const { rootIssuer } = await createMesh("default", []);
    const options = { trustDomain: "default", tagKeys: [], zone: "east", seconds: 60, clock, chance };
    const refusal = await signIntermediate({ root: rootIssuer, csr: new Uint8Array(9), ...options }).catch(
      (error) => error,
    );
    expect(refusal).toBeInstanceOf(Fault);
    expect(refusal.violations).toEqual([
      { field: "csr", reason: expect.stringContaining("The certificate request holds another element") },
    ]);
  });
});

describe("an issuer", () => {
  test("is refused when key and certificate don't belong together, or it may not sign", async () => {
    const mesh = await createMesh("default", []);
    const pair = await createPair();
    const other = (await exportPair(pair)).pkcs8;
    await expect(loadIssuer([mesh.root.certificatePem], other)).rejects.toThrow("does not belong");
    await expect(loadIssuer(["nothing"], other)).rejects.toThrow("is not PEM");
    const junk = new Sealed<Uint8Array>(new Uint8Array(5));
    await expect(loadIssuer([mesh.root.certificatePem], junk)).rejects.toThrow("is not PKCS #8");
    const { der } = await signLeaf({
      issuer: mesh.zone,
      publicKey: (await exportPair(pair)).spki,
      uris: ["spiffe://default/web"],
      notBefore: NOW,
      notAfter: NOW + HOUR,
      serial: Uint8Array.of(1),
    });
    await expect(loadIssuer([toPem("CERTIFICATE", der)], other)).rejects.toThrow("may not sign others");
  });
});

describe("a server certificate", () => {
  test("covers its names and addresses, and verifies below its own CA", async () => {
    const hosts = ["localhost", "127.0.0.1", "::1", "2001:db8::10.0.0.1"];
    const authority = await createServerAuthority({ clock, chance });
    const made = await createServerCertificate(authority, { hosts, clock, chance });
    expect([made.caPem, `${authority.caKeyPem}`]).toEqual([authority.caPem, "[sealed]"]);
    const [leafPem = ""] = made.chainPem.split(/(?<=END CERTIFICATE-----\n)/);
    const said = text(leafPem);
    expect(said).toContain(
      "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:0:A00:1",
    );
    const options = { rootPem: made.caPem, purpose: "sslserver", at: NOW } as const;
    expect(opensslVerify(leafPem, { ...options, host: "localhost" }).ok).toBe(true);
    expect(opensslVerify(leafPem, { ...options, ip: "::1" }).ok).toBe(true);
    expect(opensslVerify(leafPem, { ...options, host: "example.com" }).ok).toBe(false);
    expect((await readCaCertificates(made.caPem))?.[0]?.isCa).toBe(true);
    expect(`${made.keyPem}`).toBe("[sealed]");
    expect(openssl(["pkey", "-noout", "-text"], made.keyPem.reveal())).toContain("NIST CURVE: P-256");
  });

  test("has at least one host", async () => {
    const authority = await createServerAuthority({ clock, chance });
    await expect(createServerCertificate(authority, { hosts: [], clock, chance })).rejects.toThrow("at least one host");
  });
});
