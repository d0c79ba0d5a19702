// Challenges: their own come back within five minutes, and nothing else is one.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Sealed } from "#model/sealed.ts";
import { importNonceKey } from "#trust/nonce.ts";
import { CHALLENGE_WINDOW, createChallenge, openChallenge } from "#trust/passkey/challenge.ts";

const NOW = Date.parse("2026-01-02T00:00:00Z");
const chance = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const at = (moment: number) => ({ clock: () => moment, chance });
const key = await importNonceKey(new Sealed(new Uint8Array(32).fill(1)));
const other = await importNonceKey(new Sealed(new Uint8Array(32).fill(2)));

test("what it was meant for comes back", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ for: fc.string(), name: fc.string({ unit: "grapheme", maxLength: 60 }) }),
      async (meant) => {
        const challenge = await createChallenge(meant, key, at(NOW));
        expect(await openChallenge(challenge, key, () => NOW)).toEqual({ meant, endsAt: NOW + CHALLENGE_WINDOW });
      },
    ),
    { numRuns: 60 },
  );
});

test("no two are alike", async () => {
  const all = await Promise.all(Array.from({ length: 100 }, () => createChallenge("x", key, at(NOW))));
  expect(new Set(all).size).toBe(100);
});

test("it ends after five minutes, and none is from the future", async () => {
  const challenge = await createChallenge("x", key, at(NOW));
  expect(await openChallenge(challenge, key, () => NOW + CHALLENGE_WINDOW)).not.toBeNull();
  expect(await openChallenge(challenge, key, () => NOW + CHALLENGE_WINDOW + 1)).toBeNull();
  expect(await openChallenge(challenge, key, () => NOW - CHALLENGE_WINDOW)).toBeNull();
});

test("another key's, a changed one and any text are none", async () => {
  const challenge = await createChallenge({ for: "sign-in" }, key, at(NOW));
  expect(await openChallenge(challenge, other, () => NOW)).toBeNull();
  const bytes = Buffer.from(challenge, "base64url");
  for (let place = 0; place < bytes.length; place++) {
    const changed = Buffer.from(bytes);
    changed[place] = (changed[place] as number) ^ 1;
    expect(await openChallenge(changed.toString("base64url"), key, () => NOW)).toBeNull();
    expect(await openChallenge(bytes.subarray(0, place).toString("base64url"), key, () => NOW)).toBeNull();
  }
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 200 }), async (text) => {
      expect(await openChallenge(text, key, () => NOW)).toBeNull();
    }),
  );
  expect(await openChallenge(`${challenge}${"A".repeat(4000)}`, key, () => NOW)).toBeNull();
});
