// Proofs of calls, their nonces and the envelopes that answer them.
import type { webcrypto } from "node:crypto";
import { build } from "esbuild";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { Sealed } from "#model/sealed.ts";
import { encodeMembers, signApart, signEnvelope, verifyEnvelope } from "#trust/envelope.ts";
import { createKey, importPrivateKey, type StoredKey } from "#trust/key.ts";
import { createNonce, importNonceKey, isFreshNonce, NONCE_WINDOW } from "#trust/nonce.ts";
import { type ProofClaims, readProofSigner, signProof, verifyProof } from "#trust/proof.ts";
import { chance, clock, NOW } from "./sample.ts";

const signer = { tenant: "acme2", zone: "east-1", relay: "r1" };
const claims: ProofClaims = {
  jti: "0123456789abcdef",
  htm: "POST",
  htu: "/v1/zone/report?x=1",
  bh: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
  aud: "cp-1",
  nonce: "n",
};
const call = { htm: claims.htm, htu: claims.htu, bh: claims.bh, aud: claims.aud };
const fresh = async (): Promise<boolean> => true;
let stored: StoredKey;
let key: webcrypto.CryptoKey;
let other: StoredKey;
beforeAll(async () => {
  stored = await createKey("sign");
  other = await createKey("sign");
  key = await importPrivateKey("sign", stored.privateKey);
});

describe("a proof", () => {
  test("names its signer and verifies for its call", async () => {
    const proof = await signProof(claims, signer, key);
    expect(readProofSigner(proof)).toEqual(signer);
    expect(await verifyProof(proof, stored.publicJwk, call, fresh)).toEqual({ ok: true, claims });
  });

  test.each([
    [{ htm: "GET" }, "the proof is for another method or path"],
    [{ htu: "/v1/zone/report" }, "the proof is for another method or path"],
    [{ bh: "x" }, "the proof is for another body"],
    [{ aud: "cp-2" }, "the proof is for another control plane"],
  ])("is refused for a call with %j", async (change, reason) => {
    const proof = await signProof(claims, signer, key);
    const outcome = await verifyProof(proof, stored.publicJwk, { ...call, ...change }, fresh);
    expect(outcome).toEqual({ ok: false, reason, renew: false });
  });

  test("asks for another nonce only when all else is right", async () => {
    const proof = await signProof(claims, signer, key);
    const stale = async (): Promise<boolean> => false;
    expect(await verifyProof(proof, stored.publicJwk, call, stale)).toMatchObject({ ok: false, renew: true });
    expect(await verifyProof(proof, other.publicJwk, call, stale)).toMatchObject({ ok: false, renew: false });
  });

  test("is refused with a missing or silly claim", async () => {
    for (const change of [{ jti: undefined }, { jti: "short" }, { jti: "x".repeat(65) }, { nonce: 5 }]) {
      const proof = await signProof({ ...claims, ...change } as unknown as ProofClaims, signer, key);
      expect(await verifyProof(proof, stored.publicJwk, call, fresh)).toMatchObject({ ok: false, renew: false });
    }
  });

  test("is no token, no envelope and no other text", async () => {
    const envelope = await signEnvelope(claims, { kid: "acme2.east-1.r1", key });
    expect(readProofSigner(envelope)).toBeNull();
    expect((await verifyEnvelope(await signProof(claims, signer, key), [stored.publicJwk])).ok).toBe(false);
    const proof = await signProof(claims, signer, key);
    await fc.assert(
      fc.asyncProperty(fc.nat(proof.length - 1), fc.constantFrom(..."ABab01-_.="), async (at, character) => {
        fc.pre(proof[at] !== character);
        const changed = proof.slice(0, at) + character + proof.slice(at + 1);
        return !(await verifyProof(changed, stored.publicJwk, call, fresh)).ok;
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.string(), (any) => readProofSigner(any) === null));
  });

  test("of a hostile kid names nobody", async () => {
    for (const zone of ["", "a.b", "A", "../x", "a b", "z".repeat(300)])
      expect(readProofSigner(await signProof(claims, { ...signer, zone }, key))).toBeNull();
  });
});

describe("a nonce", () => {
  test("is good for five minutes, and only here", async () => {
    const nonces = await importNonceKey(new Sealed<Uint8Array>(chance(32)));
    const others = await importNonceKey(new Sealed<Uint8Array>(chance(32)));
    const nonce = await createNonce(nonces, clock);
    expect(await isFreshNonce(nonce, nonces, () => NOW + NONCE_WINDOW)).toBe(true);
    expect(await isFreshNonce(nonce, nonces, () => NOW + NONCE_WINDOW + 1)).toBe(false);
    expect(await isFreshNonce(nonce, nonces, () => NOW - 2 * NONCE_WINDOW)).toBe(false);
    expect(await isFreshNonce(nonce, others, clock)).toBe(false);
    await fc.assert(fc.asyncProperty(fc.string(), async (any) => !(await isFreshNonce(any, nonces, clock))));
  });

  test("wants a key of 32 bytes", async () => {
    await expect(importNonceKey(new Sealed<Uint8Array>(chance(31)))).rejects.toThrow("at least 32 bytes");
  });
});

describe("an envelope", () => {
  test("holds the members that were encoded before it was made, and is one text of base64", async () => {
    const shared = { meshes: [{ name: "ä", bundle: ["…"] }], zoneTokens: { keys: [] } };
    const alike = encodeMembers(shared);
    const kid = stored.publicJwk.kid ?? "";
    // As many bytes more or less as there are ways to end a group of base64, and text of more bytes than characters.
    for (const zone of ["e", "ea", "eas", "east", "ö", "öö"]) {
      const own = await signApart({ sequence: 7, zone }, { kid, key }, alike);
      const jws = own.replace(/\.[^.]*$/, (signature) => alike.text + signature);
      expect(await verifyEnvelope(jws, [stored.publicJwk])).toEqual({
        ok: true,
        payload: { sequence: 7, zone, ...shared },
      });
    }
  });

  test("verifies by the key that it names, among several", async () => {
    const kid = stored.publicJwk.kid ?? "";
    const jws = await signEnvelope({ sequence: 7 }, { kid, key });
    const jwks = [other.publicJwk, stored.publicJwk];
    expect(await verifyEnvelope(jws, jwks)).toEqual({ ok: true, payload: { sequence: 7 } });
    expect(await verifyEnvelope(jws, [other.publicJwk])).toEqual({
      ok: false,
      reason: "its signing key is not one of the control plane's known keys",
    });
    const twin = { ...other.publicJwk, kid };
    expect(await verifyEnvelope(jws, [twin])).toEqual({ ok: false, reason: "its signature does not verify" });
  });
});

test("the poll path pulls in no certificate code, and stays small", async () => {
  const { metafile } = await build({
    stdin: {
      contents:
        'export * from "#trust/proof.ts"; export * from "#trust/nonce.ts"; export * from "#trust/credential.ts";',
      resolveDir: process.cwd(),
    },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs).toContain("src/trust/proof.ts");
  expect(inputs.filter((path) => /x509|der\.ts|leaf\.ts|authority\.ts/.test(path))).toEqual([]);
  expect(Object.values(metafile.outputs)[0]?.bytes).toBeLessThan(60_000);
});
