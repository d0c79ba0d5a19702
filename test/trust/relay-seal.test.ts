// Sealing to a relay: its key alone opens it, and only as what it is.
import { describe, expect, test } from "vitest";
import { Sealed } from "#model/sealed.ts";
import { createKey, importPrivateKey } from "#trust/key.ts";
import { openAtRelay, sealToRelay } from "#trust/relay-seal.ts";

const context = { tenant: "acme", zone: "east", relay: "r1", name: "client_cert:secret:default:x:y:1" };

describe("what is sealed to a relay", async () => {
  const [own, other] = [await createKey("agree"), await createKey("agree")];
  const [key, stranger] = await Promise.all([own, other].map((one) => importPrivateKey("agree", one.privateKey)));
  const sealed = await sealToRelay(own.publicJwk, context, new Sealed("the key"));

  test("is opened by that relay's key", async () => {
    expect((await openAtRelay(key!, context, sealed)).reveal()).toBe("the key");
    expect(sealed).not.toContain("the key");
  });

  test.each([
    ["another key", () => openAtRelay(stranger!, context, sealed)],
    ["another name", () => openAtRelay(key!, { ...context, name: "other" }, sealed)],
    ["another zone", () => openAtRelay(key!, { ...context, zone: "west" }, sealed)],
    ["another tenant", () => openAtRelay(key!, { ...context, tenant: "other" }, sealed)],
    ["damage", () => openAtRelay(key!, context, `${sealed.slice(0, -3)}AAA`)],
    ["no JWE", () => openAtRelay(key!, context, "v1.x.y")],
  ])("does not open with %s", async (_, open) => {
    await expect(open()).rejects.toMatchObject({ code: "internal" });
  });
});
