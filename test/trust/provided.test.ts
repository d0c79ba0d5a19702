// Brought CAs, made by OpenSSL in each form that people have them, and what is wrong with bad ones.
import { describe, expect, test } from "vitest";
import { Sealed } from "#model/sealed.ts";
import { bringCa, P256 } from "#test/brought-ca.ts";
import { opensslVerify } from "#test/openssl.ts";
import { toPem } from "#trust/bytes.ts";
import { loadIssuer } from "#trust/issuer.ts";
import { signLeaf } from "#trust/leaf.ts";
import { checkProvided, readProvided } from "#trust/provided.ts";
import { createPair, exportPair, HOUR } from "./sample.ts";

const CA = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"];
const FORMS: readonly (readonly [string, string, boolean])[] = [
  ["P-256 in PKCS #8", P256, false],
  ["P-256 in SEC 1", P256, true],
  ["P-384", "-algorithm EC -pkeyopt ec_paramgen_curve:P-384", false],
  ["RSA 2048 in PKCS #8", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048", false],
  ["RSA 2048 in PKCS #1", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048", true],
];

describe("a brought CA", () => {
  test.each(FORMS)("is taken as %s, and signs leaves that OpenSSL verifies", async (_, algorithm, traditional) => {
    const { cert, key } = bringCa(algorithm, CA, { traditional });
    expect(await checkProvided(cert, key)).toEqual([]);
    const { certificatePem, privateKey } = await readProvided(cert, key);
    const issuer = await loadIssuer([certificatePem], privateKey);
    const now = Date.now();
    const { der } = await signLeaf({
      issuer,
      publicKey: (await exportPair(await createPair())).spki,
      uris: ["spiffe://default/web"],
      notBefore: now,
      notAfter: now + HOUR,
      serial: Uint8Array.of(5),
    });
    expect(opensslVerify(toPem("CERTIFICATE", der), { rootPem: cert, at: now + 60_000 }).said).toBe("leaf: OK\n");
  });

  test("is refused with all violations at once, in Kuma's words", async () => {
    const { cert, key } = bringCa(P256, ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,keyAgreement"]);
    expect(await checkProvided(cert, key)).toEqual([
      {
        field: "cert[0]",
        reason: "basic constraint 'CA' must be set to 'true' (see X509-SVID: 4.1. Basic Constraints)",
      },
      { field: "cert[0]", reason: "key usage extension 'keyCertSign' must be set (see X509-SVID: 4.3. Key Usage)" },
      {
        field: "cert[0]",
        reason: "key usage extension 'keyAgreement' must NOT be set (see X509-SVID: Appendix A. X.509 Field Reference)",
      },
    ]);
    await expect(readProvided(cert, key)).rejects.toThrow(TypeError);
  });

  test("is refused when the pair does not load", async () => {
    const [one, other] = [bringCa(P256, CA), bringCa(P256, CA)];
    const pair = (why: string): unknown => [{ field: "cert", reason: `not a valid TLS key pair: ${why}` }];
    expect(await checkProvided(one.cert, other.key)).toEqual(pair("private key does not match public key"));
    expect(await checkProvided("", one.key)).toEqual(pair("the certificate is not PEM of a CERTIFICATE"));
    expect(await checkProvided(one.cert, new Sealed("x"))).toEqual(
      pair("the key is not PEM of a PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY"),
    );
    const ed = bringCa("-algorithm ED25519", CA);
    expect(await checkProvided(ed.cert, ed.key)).toEqual(pair("the key is none of P-256, P-384 and RSA"));
    const broken = toPem("CERTIFICATE", new Uint8Array(40));
    expect(await checkProvided(broken, one.key)).toEqual([
      { field: "cert[0]", reason: "not a valid x509 certificate: it is not version 3 in strict DER" },
    ]);
  });
});
