// Certificate requests: ours are read by the library and OpenSSL, theirs by us, and no damaged one is ever taken.

import { execFileSync } from "node:child_process";
import type { webcrypto } from "node:crypto";
import type * as X509 from "@peculiar/x509";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openssl } from "#test/openssl.ts";
import { fromPem, sameBytes, toPem } from "#trust/bytes.ts";
import { type CsrOutcome, makeCsr, parseCsr } from "#trust/csr.ts";
import { loadX509 } from "#trust/x509.ts";
import { createPair, exportPair } from "./sample.ts";

const URIS = ["spiffe://default/web", "kuma://kuma.io/service/web", "kuma://version/v1"];
const reason = (outcome: CsrOutcome): string => (outcome.ok ? "accepted" : outcome.reason);

describe("a request of ours", () => {
  test("is read back, by us, by the library and by OpenSSL", async () => {
    const x509 = await loadX509();
    const pair = await createPair();
    const { spki } = await exportPair(pair);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.stringMatching(/^[!-~]{1,80}$/), { maxLength: 6 }), async (uris) => {
        const csr = await makeCsr(pair, uris);
        const read = await parseCsr(csr);
        expect(read).toMatchObject({ ok: true, uris });
        expect(read.ok && sameBytes(read.publicKey, spki)).toBe(true);
        const theirs = new x509.Pkcs10CertificateRequest(csr);
        expect(await theirs.verify()).toBe(true);
        const names = theirs.getExtension("2.5.29.17") as X509.SubjectAlternativeNameExtension | null;
        expect(names?.names.items.map(({ value }) => value) ?? []).toEqual(uris);
      }),
      { numRuns: 40 },
    );
    const said = openssl(
      ["req", "-noout", "-verify", "-text"],
      toPem("CERTIFICATE REQUEST", await makeCsr(pair, URIS)),
    );
    for (const uri of URIS) expect(said).toContain(`URI:${uri}`);
  });
});

describe("a damaged request", () => {
  test("is never accepted and never throws: any bytes changed", async () => {
    const csr = await makeCsr(await createPair(), URIS);
    const place = fc.nat(csr.length - 1);
    const change = fc.tuple(place, fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(change, { minLength: 1, maxLength: 4, selector: ([at]) => at }),
        async (changes) => {
          const damaged = csr.slice();
          for (const [at, mask] of changes) damaged[at] = (damaged[at] as number) ^ mask;
          expect((await parseCsr(damaged)).ok).toBe(false);
        },
      ),
      { numRuns: 600 },
    );
  });

  test("is never accepted and never throws: cut, grown, or any bytes at all", async () => {
    const csr = await makeCsr(await createPair(), URIS);
    for (let length = 0; length < csr.length; length++) expect((await parseCsr(csr.slice(0, length))).ok).toBe(false);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), async (bytes) => {
        expect((await parseCsr(Uint8Array.from([...csr, ...bytes]))).ok).toBe(false);
        expect((await parseCsr(bytes)).ok).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a request of others", () => {
  test("is accepted when it is P-256 with URI names only", async () => {
    const x509 = await loadX509();
    const csr = await x509.Pkcs10CertificateRequestGenerator.create({
      name: "CN=web, O=Example",
      keys: await createPair(),
      signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: "url", value: "spiffe://default/web" }])],
    });
    expect(await parseCsr(new Uint8Array(csr.rawData))).toMatchObject({ ok: true, uris: ["spiffe://default/web"] });
  });

  test("is refused with the reason", async () => {
    const x509 = await loadX509();
    const make = async (options: { dns?: true; curve?: string; hash?: string; ca?: true }): Promise<string> => {
      const keys = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: options.curve ?? "P-256" }, true, [
        "sign",
        "verify",
      ])) as webcrypto.CryptoKeyPair;
      const extensions = [
        ...(options.dns === true
          ? [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "example.com" }])]
          : []),
        ...(options.ca === true ? [new x509.BasicConstraintsExtension(true)] : []),
      ];
      const signingAlgorithm = { name: "ECDSA", hash: options.hash ?? "SHA-256" };
      const csr = await x509.Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm, extensions });
      return reason(await parseCsr(new Uint8Array(csr.rawData)));
    };
    expect(await make({ curve: "P-384" })).toContain("does not hold an uncompressed P-256 key");
    expect(await make({ hash: "SHA-384" })).toContain("is not signed with ECDSA and SHA-256");
    expect(await make({ dns: true })).toContain("holds another element than expected");
    expect(await make({ ca: true })).toContain("asks for extensions other than subject alternative names");
  });

  test("is refused when somebody else's key signed it", async () => {
    const [mine, theirs] = [await createPair(), await createPair()];
    const csr = await makeCsr({ publicKey: theirs.publicKey, privateKey: mine.privateKey }, URIS);
    expect(reason(await parseCsr(csr))).toBe("The certificate request is not signed by the key that it names");
  });

  test("is refused when its key is a point off the curve, or it is too long", async () => {
    const pair = await createPair();
    const { spki } = await exportPair(pair);
    const csr = await makeCsr(pair, []);
    const at = Buffer.from(csr).indexOf(Buffer.from(spki)) + spki.length - 1;
    csr[at] = (csr[at] as number) ^ 1;
    expect(reason(await parseCsr(csr))).toContain("point that is not on P-256");
    expect(reason(await parseCsr(new Uint8Array(20_000)))).toContain("longer than 16 KiB");
  });
});

test("OpenSSL's own request is read", async () => {
  const args = "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /CN=zone -sha256";
  const pem = execFileSync("openssl", args.split(" "), { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const [block] = fromPem(pem);
  expect(block?.label).toBe("CERTIFICATE REQUEST");
  expect(await parseCsr(block?.der ?? new Uint8Array())).toMatchObject({ ok: true, uris: [] });
});
