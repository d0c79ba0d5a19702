// Dataplane tokens: Kuma's claims, verified offline; each way to cheat has its plain reason.
import type { webcrypto } from "node:crypto";
import { createSign, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createTokenKey,
  issueDataplaneToken,
  type TokenBearer,
  type TokenBinding,
  type TokenKeys,
  type TokenOutcome,
  type TokenRequest,
  tokenViolations,
  verifyDataplaneToken,
} from "#trust/dataplane-token.ts";
import { importPrivateKey, type StoredKey } from "#trust/key.ts";
import { clock, HOUR, NOW } from "./sample.ts";

const JTI = "f588c682-f0d8-4fc9-9c37-fe95316dc4d6";
const request: TokenRequest = {
  mesh: "default",
  name: "web-1",
  tags: { "kuma.io/service": ["web"] },
  type: "",
  workload: "",
  jti: JTI,
  validSeconds: 3600,
};
let stored: StoredKey;
let other: StoredKey;
let signer: { kid: string; key: webcrypto.CryptoKey };
let keys: TokenKeys;
beforeAll(async () => {
  stored = await createTokenKey("1");
  other = await createTokenKey("1");
  signer = { kid: "1", key: await importPrivateKey("token", stored.privateKey) };
  keys = {
    keyOf: (mesh, kid) =>
      kid !== "1" ? undefined : mesh === "default" ? stored.publicJwk : mesh === "other" ? other.publicJwk : undefined,
    isRevoked: (mesh, jti) => mesh === "default" && jti === "revoked",
  };
});

const reason = async (jwt: string, at = NOW): Promise<string> => {
  const outcome: TokenOutcome = await verifyDataplaneToken(jwt, keys, () => at);
  if (!outcome.ok) for (const part of jwt.split(".")) if (part.length > 8) expect(outcome.reason).not.toContain(part);
  return outcome.ok ? "accepted" : outcome.reason;
};
const decode = (part: string | undefined): unknown => JSON.parse(Buffer.from(part ?? "", "base64url").toString());

describe("a token", () => {
  test("has Kuma's header and claims", async () => {
    const [header, claims] = (await issueDataplaneToken(request, signer, clock)).split(".");
    expect(decode(header)).toEqual({ alg: "RS256", kid: "1", typ: "JWT" });
    const now = NOW / 1000;
    expect(decode(claims)).toEqual({
      Name: "web-1",
      Mesh: "default",
      Tags: { "kuma.io/service": ["web"] },
      Type: "",
      Workload: "",
      exp: now + 3600,
      nbf: now - 5,
      iat: now - 5,
      jti: JTI,
    });
  });

  test("verifies to what it binds", async () => {
    const outcome = await verifyDataplaneToken(await issueDataplaneToken(request, signer, clock), keys, clock);
    const { validSeconds: _, ...binding } = request;
    expect(outcome).toEqual({ ok: true, claims: { ...binding, expiresAt: NOW / 1000 + 3600 } });
  });

  test("is read when another library signed it with Kuma's claims alone", async () => {
    const claims = { Mesh: "default", jti: "a", exp: NOW / 1000 + 60 };
    const jwt = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(signer.key);
    expect(await verifyDataplaneToken(jwt, keys, clock)).toMatchObject({ ok: true, claims: { name: "", tags: {} } });
  });
});

describe("a token is refused", () => {
  test("before and after its time", async () => {
    const jwt = await issueDataplaneToken(request, signer, clock);
    expect(await reason(jwt, NOW + HOUR - 1)).toBe("accepted");
    expect(await reason(jwt, NOW + HOUR)).toBe("the token has expired");
    expect(await reason(jwt, NOW - 5_000)).toBe("accepted");
    expect(await reason(jwt, NOW - 5_001)).toBe("the token is not valid yet");
  });

  test("when it is revoked, or its key is not its mesh's", async () => {
    const issue = (change: Partial<TokenRequest>): Promise<string> =>
      issueDataplaneToken({ ...request, ...change }, signer, clock);
    expect(await reason(await issue({ jti: "revoked" }))).toBe("the token has been revoked");
    expect(await reason(await issue({ mesh: "other" }))).toBe("the token is refused: its signature does not verify");
    expect(await reason(await issue({ mesh: "third" }))).toBe(
      "the token's signing key is not one of the mesh that it names",
    );
    expect(await reason(await issue({ mesh: "" }))).toBe("the token names no mesh");
    const kid2 = await issueDataplaneToken(request, { ...signer, kid: "2" }, clock);
    expect(await reason(kid2)).toBe("the token's signing key is not one of the mesh that it names");
  });

  test("with another algorithm: none, an HMAC by the public key, RS512, PS256, ES256", async () => {
    const [, body = ""] = (await issueDataplaneToken(request, signer, clock)).split(".");
    const head = (alg: string): string => Buffer.from(JSON.stringify({ alg, kid: "1" })).toString("base64url");
    const wrong = "the token is not signed with RS256";
    expect(await reason(`${head("none")}.${body}.`)).toBe(wrong);
    const hmac = await new SignJWT(decode(body) as Record<string, unknown>)
      .setProtectedHeader({ alg: "HS256", kid: "1" })
      .sign(new TextEncoder().encode(JSON.stringify(stored.publicJwk)));
    expect(await reason(hmac)).toBe(wrong);
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    for (const alg of ["RS512", "PS256", "ES256", "rs256"]) {
      const signature = createSign("SHA512")
        .update(`${head(alg)}.${body}`)
        .sign(privateKey)
        .toString("base64url");
      expect(await reason(`${head(alg)}.${body}.${signature}`)).toBe(wrong);
    }
    expect(await reason(`${head("RS256")}.${body}.`)).toBe("the token is refused: its signature does not verify");
  });

  test("with `crit`, and with claims of other shapes", async () => {
    const sign = async (claims: object): Promise<string> =>
      reason(await new SignJWT({ ...claims }).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(signer.key));
    const good = { Mesh: "default", jti: "a", exp: NOW / 1000 + 60 };
    expect(await sign(good)).toBe("accepted");
    const bad = [
      { exp: undefined },
      { exp: "1" },
      { jti: undefined },
      { Mesh: 1 },
      { Name: {} },
      { Tags: [] },
      { Tags: { a: "b" } },
      { Tags: { a: [1] } },
      { nbf: null },
    ];
    for (const change of bad)
      expect(await sign({ ...good, ...change })).toBe("the credential is not a dataplane token");
  });

  test("whatever bytes it is made of", async () => {
    const jwt = await issueDataplaneToken(request, signer, clock);
    await fc.assert(
      fc.asyncProperty(fc.nat(jwt.length - 1), fc.constantFrom(..."ABab01-_.="), async (at, character) => {
        fc.pre(jwt[at] !== character);
        expect(await reason(jwt.slice(0, at) + character + jwt.slice(at + 1))).not.toBe("accepted");
      }),
      { numRuns: 300 },
    );
    await fc.assert(fc.asyncProperty(fc.string({ maxLength: 200 }), async (any) => (await reason(any)) !== "accepted"));
    expect(await reason("a".repeat(20_000))).toBe("the credential is not a dataplane token");
  });
});

describe("a token binds", () => {
  const bearer: TokenBearer = {
    mesh: "default",
    name: "web-1",
    labels: { "kuma.io/workload": "web" },
    dataplane: {
      networking: {
        inbound: [{ tags: { "kuma.io/service": "web", version: "v1" } }, { tags: { "kuma.io/service": "web-api" } }],
      },
    },
  };
  const free: TokenBinding = { mesh: "default", name: "", tags: {}, type: "", workload: "" };
  const told = (change: Partial<TokenBinding>): readonly string[] =>
    tokenViolations({ ...free, ...change }, bearer).map(({ field, reason: why }) => `${field}: ${why}`);

  test("nothing by empty claims, and what fits", () => {
    expect(told({})).toEqual([]);
    const tags = { "kuma.io/service": ["web", "web-api"], version: ["v1", "v2"] };
    expect(told({ name: "web-1", tags, type: "dataplane", workload: "web" })).toEqual([]);
  });

  test("mesh, name, workload and type, all told at once", () => {
    expect(told({ mesh: "demo", name: "dp-2", workload: "x", type: "ingress" })).toEqual([
      "mesh: proxy mesh from requestor: default is different than in token: demo",
      "name: proxy name from requestor: web-1 is different than in token: dp-2",
      'labels["kuma.io/workload"]: proxy workload from requestor: web is different than in token: x',
      'type: the token is for proxies of type "ingress"',
    ]);
  });

  test("tags of inbounds: each must be there, and every value allowed", () => {
    expect(told({ tags: { "kuma.io/zone": ["east"], "kuma.io/service": ["web", "x"] } })).toEqual([
      'tags["kuma.io/zone"]: dataplane has no tag "kuma.io/zone" required by the token',
      'tags["kuma.io/service"]: dataplane contains tag "kuma.io/service" with value "web-api" which is not allowed with this token. Allowed values in token are ["web" "x"]',
    ]);
    const labelled = { ...bearer, labels: { "kuma.io/zone": "east" } };
    expect(tokenViolations({ ...free, tags: { "kuma.io/zone": ["east"] } }, labelled)).toHaveLength(1);
  });
});
