// Zone tokens: Kuma's claims, verified offline; what they let in, and each refusal's plain reason.
import type { webcrypto } from "node:crypto";
import { SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { createTokenKey, issueDataplaneToken } from "#trust/dataplane-token.ts";
import { importPrivateKey, type StoredKey } from "#trust/key.ts";
import { issueZoneToken, verifyZoneToken, type ZoneTokenKeys, zoneTokenReason } from "#trust/zone-token.ts";
import { clock, HOUR, NOW } from "./sample.ts";

const request = { zone: "east", scope: ["ingress", "egress"], jti: "an-id", validSeconds: 3600 };
let signer: { kid: string; key: webcrypto.CryptoKey };
let stored: StoredKey;
let keys: ZoneTokenKeys;
beforeAll(async () => {
  stored = await createTokenKey("1");
  signer = { kid: "1", key: await importPrivateKey("token", stored.privateKey) };
  keys = { keyOf: (kid) => (kid === "1" ? stored.publicJwk : undefined), isRevoked: (jti) => jti === "revoked" };
});

const reason = async (jwt: string, at = NOW): Promise<string> => {
  const outcome = await verifyZoneToken(jwt, keys, () => at);
  return outcome.ok ? "accepted" : outcome.reason;
};
const sign = (claims: object): Promise<string> =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(signer.key);

test("a zone token has Kuma's header and claims, and verifies to what it binds", async () => {
  const jwt = await issueZoneToken(request, signer, clock);
  const [header, claims] = jwt.split(".").map((part) => Buffer.from(part, "base64url").toString());
  const now = NOW / 1000;
  expect(JSON.parse(header ?? "")).toEqual({ alg: "RS256", kid: "1", typ: "JWT" });
  expect(JSON.parse(claims ?? "")).toEqual({
    Zone: "east",
    Scope: ["ingress", "egress"],
    exp: now + 3600,
    nbf: now - 5,
    iat: now - 5,
    jti: "an-id",
  });
  const { validSeconds: _, ...bound } = request;
  expect(await verifyZoneToken(jwt, keys, clock)).toEqual({ ok: true, claims: { ...bound, expiresAt: now + 3600 } });
});

describe("a zone token is refused", () => {
  test("out of its time, revoked, by a key that is not the organisation's", async () => {
    const jwt = await issueZoneToken(request, signer, clock);
    expect(await reason(jwt, NOW + HOUR)).toBe("the token has expired");
    expect(await reason(jwt, NOW - 5_001)).toBe("the token is not valid yet");
    expect(await reason(await issueZoneToken({ ...request, jti: "revoked" }, signer, clock))).toBe(
      "the token has been revoked",
    );
    const foreign = await issueZoneToken(request, { ...signer, kid: "2" }, clock);
    expect(await reason(foreign)).toBe("the token's signing key is not one of the organisation's zone tokens");
    const other = await importPrivateKey("token", (await createTokenKey("1")).privateKey);
    expect(await reason(await issueZoneToken(request, { kid: "1", key: other }, clock))).toBe(
      "the token is refused: its signature does not verify",
    );
  });

  test("with claims of other shapes; a dataplane token is none, whoever signed it", async () => {
    const good = { Zone: "east", Scope: ["ingress"], jti: "a", exp: NOW / 1000 + 60 };
    expect(await reason(await sign(good))).toBe("accepted");
    const bad = [{ Zone: 1 }, { Scope: undefined }, { Scope: "ingress" }, { Scope: [1] }, { jti: "" }, { exp: "1" }];
    for (const change of bad)
      expect(await reason(await sign({ ...good, ...change })), JSON.stringify(change)).toBe(
        "the credential is not a zone token",
      );
    const dataplane = { mesh: "default", name: "a", tags: {}, type: "", workload: "", jti: "a", validSeconds: 60 };
    expect(await reason(await issueDataplaneToken(dataplane, signer, clock))).toBe(
      "the credential is not a zone token",
    );
    expect(await reason("x")).toBe("the credential is not a zone token");
  });
});

test("it lets in what its scope names, in its zone or in any", () => {
  const bound = { zone: "east", scope: ["ingress"] };
  expect(zoneTokenReason(bound, "east", "ingress")).toBeNull();
  expect(zoneTokenReason({ ...bound, zone: "" }, "west", "ingress")).toBeNull();
  expect(zoneTokenReason(bound, "west", "ingress")).toBe("zone from requestor: west is different than in token: east");
  expect(zoneTokenReason(bound, "east", "egress")).toBe(
    "token cannot be used to authenticate zone entity (egress is out of token's scope: [ingress])",
  );
});
