// Sealing: opens only as what it was sealed as, and moves to a new key.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { Sealed } from "#model/sealed.ts";
import { importSealingKey, type KeyRing, open, openText, reseal, seal, sealText } from "#trust/seal.ts";
import { chance } from "./sample.ts";

const context = { tenant: "acme", purpose: "authority", name: "default/ca-1" };
const key = (id: string): ReturnType<typeof importSealingKey> => importSealingKey(id, new Sealed(chance(32)));
let ring: KeyRing;
beforeAll(async () => {
  ring = { current: await key("k1"), older: [] };
});

describe("a sealed value", () => {
  test("opens to what it was, and looks different each time", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const text = await seal(ring, context, new Sealed<Uint8Array>(bytes), chance);
        expect(text).toMatch(/^v1\.k1\.[\w-]+$/);
        expect([...(await open(ring, context, text)).reveal()]).toEqual([...bytes]);
        expect(await seal(ring, context, new Sealed<Uint8Array>(bytes), chance)).not.toBe(text);
      }),
      { numRuns: 50 },
    );
    const text = await sealText(ring, context, new Sealed("ключ"), chance);
    expect((await openText(ring, context, text)).reveal()).toBe("ключ");
  });

  test.each([
    { ...context, tenant: "other" },
    { ...context, purpose: "secret" },
    { ...context, name: "default/ca-2" },
  ])("does not open as $tenant $purpose $name", async (other) => {
    const text = await sealText(ring, context, new Sealed("secret"), chance);
    await expect(open(ring, other, text)).rejects.toMatchObject({ code: "internal" });
  });

  test("does not open when any character is changed, and says nothing of its content", async () => {
    const text = await sealText(ring, context, new Sealed("hush"), chance);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.constantFrom(..."AZaz09-_."), async (at, character) => {
        fc.pre(text[at] !== character);
        const refusal = await open(ring, context, text.slice(0, at) + character + text.slice(at + 1)).catch((e) => e);
        expect(refusal).toMatchObject({ name: "Fault", code: "internal" });
        expect(String(refusal)).not.toContain("hush");
      }),
      { numRuns: 200 },
    );
  });

  test("is sealed again under a new key, once", async () => {
    const text = await sealText(ring, context, new Sealed("secret"), chance);
    const next: KeyRing = { current: await key("k2"), older: [ring.current] };
    const moved = await reseal(next, context, text, chance);
    expect(moved).toMatch(/^v1\.k2\./);
    expect(await reseal(next, context, moved ?? "", chance)).toBeNull();
    const alone: KeyRing = { current: next.current, older: [] };
    expect((await openText(alone, context, moved ?? "")).reveal()).toBe("secret");
    await expect(openText(alone, context, text)).rejects.toThrow(
      "needs the key-encryption key k1: it is not configured",
    );
  });
});

test("a key-encryption key has 32 bytes and a plain id", async () => {
  await expect(importSealingKey("k1", new Sealed(chance(31)))).rejects.toThrow("32 bytes");
  await expect(importSealingKey("k.1", new Sealed(chance(32)))).rejects.toThrow("letters");
});
