// What a leaf may not be: longer than its issuer, without a name, named beyond its zone's constraints.
import { beforeAll, describe, expect, test } from "vitest";
import { openssl, opensslVerify } from "#test/openssl.ts";
import { toHex, toPem } from "#trust/bytes.ts";
import { permittedUris } from "#trust/issuer.ts";
import { createSerial, type LeafRequest, signLeaf } from "#trust/leaf.ts";
import { chance, createMesh, createPair, DAY, exportPair, HOUR, NOW, type SampleMesh } from "./sample.ts";

let mesh: SampleMesh;
let request: LeafRequest;
beforeAll(async () => {
  mesh = await createMesh("default", ["kuma.io/service"], 3600);
  request = {
    issuer: mesh.zone,
    publicKey: (await exportPair(await createPair())).spki,
    uris: ["spiffe://default/web", "kuma://kuma.io/service/web"],
    notBefore: NOW - 10_000,
    notAfter: NOW + DAY,
    serial: createSerial(chance(16)),
  };
});

describe("a leaf", () => {
  test("never outlives its issuer, nor begins before it", async () => {
    const leaf = await signLeaf({ ...request, notBefore: NOW - DAY });
    expect(leaf.notAfter).toBe(NOW + HOUR);
    const dates = openssl(["x509", "-noout", "-dates"], toPem("CERTIFICATE", leaf.der));
    expect(dates).toBe("notBefore=Jun  1 11:59:50 2026 GMT\nnotAfter=Jun  1 13:00:00 2026 GMT\n");
  });

  test("is not signed by an issuer that has ended", async () => {
    await expect(signLeaf({ ...request, notBefore: NOW + 2 * HOUR })).rejects.toThrow("its issuer must still be valid");
  });

  test("has at least one URI, and only ASCII ones", async () => {
    await expect(signLeaf({ ...request, uris: [] })).rejects.toThrow("at least one URI");
    await expect(signLeaf({ ...request, uris: ["spiffe://default/wéb"] })).rejects.toThrow("ASCII");
  });

  test.each([new Uint8Array(1), new Uint8Array(21).fill(1), new Uint8Array(20).fill(0xff)])(
    "refuses a serial that RFC 5280 does not allow (%s)",
    async (serial) => {
      await expect(signLeaf({ ...request, serial })).rejects.toThrow("a serial is positive and at most 20 bytes long");
    },
  );

  test.each(["kuma://version/v1", "spiffe://other/web", "kuma://kuma.io.evil/x/y"])(
    "with %s breaks its zone's constraints: OpenSSL says so, and permittedUris before it",
    async (uri) => {
      expect(permittedUris(mesh.zone, [uri])).toEqual({ permitted: [], refused: [uri] });
      const { der } = await signLeaf({ ...request, uris: [...request.uris, uri] });
      const options = { rootPem: mesh.root.certificatePem, chain: mesh.zone.chain, at: NOW + 1000 };
      const verdict = opensslVerify(toPem("CERTIFICATE", der), options);
      expect(verdict.ok).toBe(false);
      expect(verdict.said).toContain("error 47 at 0 depth lookup: permitted subtree violation");
    },
  );

  test("chains to its own mesh's root alone", async () => {
    const other = await createMesh("default", ["kuma.io/service"]);
    const { der } = await signLeaf(request);
    const own = { rootPem: mesh.root.certificatePem, chain: mesh.zone.chain, at: NOW + 1000 };
    expect(opensslVerify(toPem("CERTIFICATE", der), own).ok).toBe(true);
    const foreign = { ...own, rootPem: other.root.certificatePem };
    expect(opensslVerify(toPem("CERTIFICATE", der), foreign).ok).toBe(false);
  });
});

test("a serial is 16 bytes and positive whatever chance gives", () => {
  for (const fill of [0, 0x7f, 0x80, 0xff]) {
    const hex = toHex(createSerial(new Uint8Array(16).fill(fill)));
    expect(hex).toMatch(/^[4-7][0-9a-f]{31}$/);
  }
});
