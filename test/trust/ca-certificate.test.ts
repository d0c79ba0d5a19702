// CA certificates of strangers: every root that Node ships, odd ones by OpenSSL, and bytes that mean two things.
import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { bringCa, P256 } from "#test/brought-ca.ts";
import { type Bytes, fromPem, toBase64, toHex, toPem, utf8 } from "#trust/bytes.ts";
import { readCaCertificate, readCaCertificates } from "#trust/ca-certificate.ts";
import { createMesh } from "./sample.ts";

const CA = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"];
const holds = (whole: Uint8Array, part: Uint8Array | undefined): boolean =>
  part !== undefined && part.length > 0 && toHex(whole).includes(toHex(part));
const derOf = (pem: string): Bytes => (fromPem(pem)[0] as { der: Bytes }).der;

test("roots of the world are read as Node reads them", async () => {
  expect(rootCertificates.length).toBeGreaterThan(100);
  for (const pem of rootCertificates) {
    const node = new X509Certificate(pem);
    const read = await readCaCertificate(derOf(pem));
    expect(read?.isCa).toBe(node.ca);
    expect([read?.notBefore, read?.notAfter]).toEqual([Date.parse(node.validFrom), Date.parse(node.validTo)]);
    expect(read?.isSelfIssued).toBe(node.issuer === node.subject);
    const spki = node.publicKey.export({ type: "spki", format: "der" });
    const curve = node.publicKey.asymmetricKeyDetails?.namedCurve;
    const known = curve === "prime256v1" || curve === "secp384r1" || node.publicKey.asymmetricKeyType === "rsa";
    expect(read?.key === null ? null : toHex(read?.key.spki as Bytes)).toBe(known ? toHex(spki) : null);
    expect(holds(node.raw, read?.subject)).toBe(true);
  }
});

describe("a certificate of OpenSSL's is read", () => {
  test.each([
    [
      "with names of every kind",
      ["subjectAltName=otherName:1.2.3.4;UTF8:x,RID:1.2.3,email:a@b.c,dirName:here", "[here]", "CN=x"],
    ],
    ["with extensions that nobody knows", ["1.2.3.4.5=DER:0500", "1.2.3.4.6=critical,ASN1:UTF8String:x"]],
    ["with a usage of two bytes", ["keyUsage=critical,keyCertSign,keyAgreement,decipherOnly"]],
  ])("%s", async (_, extensions) => {
    const { cert } = bringCa(P256, [
      CA[0] as string,
      ...(extensions.some((one) => one.startsWith("keyUsage")) ? [] : [CA[1] as string]),
      ...extensions,
    ]);
    const read = await readCaCertificate(derOf(cert));
    expect(read?.isCa).toBe(true);
    const agrees = extensions.some((one) => one.includes("keyAgreement"));
    expect(read?.keyUsage).toEqual({ certSign: true, keyAgreement: agrees });
  });

  test("with any text in its name, byte for byte", async () => {
    for (const subject of [
      "/CN=plain",
      '/C=DE/CN=a, "b" #c',
      "/DC=org/DC=example/CN=käse",
      "/CN=one+OU=two/emailAddress=a@b.c",
    ]) {
      const { cert } = bringCa(P256, CA, { subject });
      const read = await readCaCertificate(derOf(cert));
      expect(holds(derOf(cert), read?.subject)).toBe(true);
    }
  });

  test("with a curve by its parameters: its key is none that Weft signs with", async () => {
    const { cert } = bringCa(`${P256} -pkeyopt ec_param_enc:explicit`, CA);
    expect(await readCaCertificate(derOf(cert))).toMatchObject({ isCa: true, key: null });
  });
});

describe("bytes that are no certificate, or two", () => {
  let der: Bytes;
  beforeAll(async () => {
    der = derOf((await createMesh("default", ["version"])).zonePem);
  });

  test("the certificate itself is read", async () => {
    expect(await readCaCertificate(der)).toMatchObject({ isCa: true, permittedHosts: ["default", "version"] });
  });

  test("text forms inside the bytes are refused", async () => {
    for (const text of [toPem("CERTIFICATE", der), toHex(der), toBase64(der)])
      expect(await readCaCertificate(utf8(text))).toBeNull();
  });

  test("cut or grown, or in BER, it is refused", async () => {
    for (let length = 0; length < der.length; length += 7)
      expect(await readCaCertificate(der.slice(0, length))).toBeNull();
    expect(await readCaCertificate(Uint8Array.from([...der, 0]))).toBeNull();
    // The same content under a length in three bytes where two hold it, and of no written length at all.
    expect([...der.subarray(0, 2)]).toEqual([0x30, 0x82]);
    expect(await readCaCertificate(Uint8Array.from([0x30, 0x83, 0, ...der.subarray(2)]))).toBeNull();
    expect(await readCaCertificate(Uint8Array.from([0x30, 0x80, ...der.subarray(4), 0, 0]))).toBeNull();
  });

  test("whatever is changed, reading never throws, and what is read is still DER of itself", async () => {
    const change = fc.tuple(fc.nat(der.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const damaged = der.slice();
        for (const [at, byte] of changes) damaged[at] = byte;
        const read = await readCaCertificate(damaged);
        if (read === null) return;
        expect(toHex(read.der)).toBe(toHex(damaged));
        expect(read.notBefore).not.toBeNaN();
        expect(holds(damaged, read.subject)).toBe(true);
      }),
      { numRuns: 400 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => (await readCaCertificate(bytes)) === null),
    );
  });

  test("one that is none spoils the whole text", async () => {
    const good = toPem("CERTIFICATE", der);
    expect(await readCaCertificates(good + good)).toHaveLength(2);
    expect(await readCaCertificates(good + toPem("CERTIFICATE", der.slice(1)))).toBeNull();
    expect(await readCaCertificates("nothing")).toBeNull();
  });
});
