// Passkeys: what another authenticator makes is taken, and whatever differs from what was asked for is refused with its reason.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BE,
  BS,
  type Ceremony,
  cbor,
  type MadeAlgorithm,
  type MadeAnswer,
  makePasskey,
  UP,
  UV,
} from "#test/authenticator.ts";
import { type KeptPasskey, verifyAssertion } from "#trust/passkey/assertion.ts";
import { challengeOf, type Expected } from "#trust/passkey/ceremony.ts";
import { type PasskeyKey, verifyRegistration } from "#trust/passkey/registration.ts";

const ASKED: Expected = { challenge: "c2F5IHRoaXMgYWdhaW4", origin: "https://weft.example", rpId: "weft.example" };
const ALGORITHMS: readonly MadeAlgorithm[] = ["ES256", "EdDSA", "RS256"];
const HANDLE = "dXNlci0x";
/** Keys cost time; the tests that change answers share them. */
const KEYS = Object.fromEntries(ALGORITHMS.map((name) => [name, makePasskey(name)])) as Record<
  MadeAlgorithm,
  ReturnType<typeof makePasskey>
>;

const registered = async (made = KEYS.ES256, ceremony: Partial<Ceremony> = {}): Promise<PasskeyKey> => {
  const outcome = await verifyRegistration(made.create({ ...ASKED, ...ceremony }), ASKED);
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.passkey;
};
const kept = async (made = KEYS.ES256, changes: Partial<KeptPasskey> = {}): Promise<KeptPasskey> => ({
  ...(await registered(made)),
  userHandle: HANDLE,
  ...changes,
});
const register = async (ceremony: Partial<Ceremony>, answer: Partial<MadeAnswer> = {}): Promise<string> => {
  const outcome = await verifyRegistration({ ...KEYS.ES256.create({ ...ASKED, ...ceremony }), ...answer }, ASKED);
  return outcome.ok ? "taken" : outcome.reason;
};
const signIn = async (
  ceremony: Partial<Ceremony>,
  answer: Partial<MadeAnswer> = {},
  changes: Partial<KeptPasskey> = {},
): Promise<string> => {
  const given = { ...KEYS.ES256.get({ ...ASKED, userHandle: HANDLE, ...ceremony }), ...answer };
  const outcome = await verifyAssertion(given, ASKED, await kept(KEYS.ES256, changes));
  return outcome.ok ? "taken" : outcome.reason;
};

describe.each(ALGORITHMS)("a passkey with %s", (algorithm) => {
  const made = KEYS[algorithm];

  test("is registered with what there is to know of it", async () => {
    expect(await registered(made, { flags: UP | UV | BE | BS, signCount: 7 })).toEqual({
      credentialId: made.id,
      publicKey: expect.objectContaining({ alg: algorithm }),
      signCount: 7,
      isBackupEligible: true,
      isBackedUp: true,
      aaguid: "07070707-0707-0707-0707-070707070707",
    });
  });

  test("signs in, as often as its count rises", async () => {
    const passkey = await kept(made);
    await fc.assert(
      fc.asyncProperty(fc.nat(9), fc.nat(9), async (before, now) => {
        const answer = made.get({ ...ASKED, userHandle: HANDLE, signCount: now });
        const outcome = await verifyAssertion(answer, ASKED, { ...passkey, signCount: before });
        expect(outcome.ok).toBe(now > before || (now === 0 && before === 0));
        if (outcome.ok) expect(outcome).toEqual({ ok: true, signCount: now, isBackedUp: false });
      }),
      { numRuns: 40 },
    );
  });

  test("does not sign in where any byte of its answer differs", async () => {
    const passkey = await kept(made);
    const right = made.get({ ...ASKED, userHandle: HANDLE });
    const parts = ["clientDataJson", "authenticatorData", "signature"] as const;
    const change = fc.record({ part: fc.constantFrom(...parts), at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(change, async ({ part, at, mask }) => {
        const bytes = Buffer.from(right[part], "base64url");
        const place = at % bytes.length;
        bytes[place] = (bytes[place] as number) ^ mask;
        const answer = { ...right, [part]: bytes.toString("base64url") };
        expect((await verifyAssertion(answer, ASKED, passkey)).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test("does not sign in for another one", async () => {
    const other = await kept(makePasskey(algorithm));
    const answer = { ...made.get({ ...ASKED, userHandle: HANDLE }), id: other.credentialId };
    expect(await verifyAssertion(answer, ASKED, other)).toEqual({ ok: false, reason: "its signature does not verify" });
  });
});

describe("what both ceremonies refuse", () => {
  const cases: readonly (readonly [string, Partial<Ceremony>, RegExp])[] = [
    ["another challenge", { challenge: "c2F5IHRoaXMgbm93" }, /another challenge/],
    ["no challenge", { client: { challenge: undefined } }, /another challenge/],
    ["another origin", { origin: "https://weft.example.evil" }, /another address than https:\/\/weft\.example/],
    ["the same host without TLS", { origin: "http://weft.example" }, /another address/],
    ["another port", { origin: "https://weft.example:8443" }, /another address/],
    ["a frame of another site", { client: { crossOrigin: true } }, /another site/],
    ["a top page of another site", { client: { topOrigin: "https://evil.example" } }, /another site/],
    ["another host's passkey", { rpId: "evil.example" }, /another host than weft\.example/],
    ["a parent's passkey", { rpId: "example" }, /another host/],
    ["nobody there", { flags: UV }, /nobody was there/],
    ["nobody verified", { flags: UP }, /did not verify who you are/],
    ["a copy of what cannot be copied", { flags: UP | UV | BS }, /copied though it cannot be/],
    ["reserved flags", { flags: UP | UV | 0x02 }, /authenticator data cannot be read/],
    ["client data that is no object", { client: { toJSON: () => 7 } }, /client data cannot be read/],
  ];

  test.each(cases)("%s", async (_, ceremony, reason) => {
    expect(await register(ceremony)).toMatch(reason);
    expect(await signIn(ceremony)).toMatch(reason);
  });

  test("the other ceremony's answer", async () => {
    expect(await register({ client: { type: "webauthn.get" } })).toMatch(/another question/);
    expect(await signIn({ client: { type: "webauthn.create" } })).toMatch(/another question/);
    expect(await register({ client: { type: "payment.get" } })).toMatch(/another question/);
  });

  test("nothing, when only extensions come along", async () => {
    const extensions = cbor(
      new Map<string, unknown>([
        ["credProtect", 2],
        ["appid", false],
        ["x", [1, "a", null]],
      ]),
    );
    expect(await register({ extensions })).toBe("taken");
    expect(await signIn({ extensions })).toBe("taken");
    for (const wrong of [cbor(7), Buffer.concat([extensions, Buffer.of(0)]), extensions.subarray(0, -1), Buffer.of()]) {
      expect(await register({ extensions: wrong })).toMatch(/authenticator data cannot be read/);
      expect(await signIn({ extensions: wrong })).toMatch(/authenticator data cannot be read/);
    }
  });

  test("any bytes at all, and never throw", async () => {
    const passkey = await kept();
    const texts = fc.oneof(
      fc.string(),
      fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
    );
    await fc.assert(
      fc.asyncProperty(texts, texts, texts, async (clientDataJson, authenticatorData, signature) => {
        const answer = { id: KEYS.ES256.id, clientDataJson, authenticatorData, signature, userHandle: HANDLE };
        expect((await verifyRegistration(answer, ASKED)).ok).toBe(false);
        expect((await verifyAssertion(answer, ASKED, passkey)).ok).toBe(false);
        const right = KEYS.ES256.get({ ...ASKED, userHandle: HANDLE });
        expect((await verifyAssertion({ ...right, authenticatorData }, ASKED, passkey)).ok).toBe(false);
        expect((await verifyAssertion({ ...right, signature }, ASKED, passkey)).ok).toBe(false);
        challengeOf(clientDataJson);
      }),
      { numRuns: 300 },
    );
  });

  test("texts that are larger than any browser's", async () => {
    const long = "a".repeat(9000);
    expect(await register({ client: { more: long } })).toMatch(/client data cannot be read/);
    expect(await register({}, { authenticatorData: long })).toMatch(/authenticator data cannot be read/);
    expect(await signIn({}, { signature: long })).toMatch(/signature does not verify/);
  });
});

describe("what a registration refuses", () => {
  test("an id that is not its key's", async () => {
    expect(await register({}, { id: makePasskey("ES256").id })).toMatch(/id is not that of its key/);
  });

  test("a sign-in's data: no key", async () => {
    const { authenticatorData } = KEYS.ES256.get(ASKED);
    expect(await register({}, { authenticatorData })).toMatch(/without a key/);
  });

  test("a key cut short, longer, or of another kind", async () => {
    const right = Buffer.from(KEYS.ES256.create(ASKED).authenticatorData, "base64url");
    const cose = KEYS.ES256.cose;
    const start = right.subarray(0, right.length - cose.length);
    const withKey = (key: Buffer): Promise<string> =>
      register({}, { authenticatorData: Buffer.concat([start, key]).toString("base64url") });
    expect(await withKey(cose)).toBe("taken");
    for (let length = 0; length < cose.length; length++)
      expect(await withKey(cose.subarray(0, length))).not.toBe("taken");
    expect(await withKey(Buffer.concat([cose, Buffer.of(0)]))).toMatch(/cannot be read/);
    const bytes = (length: number): Buffer => Buffer.alloc(length, 1);
    const keys: readonly (readonly (readonly [number, unknown])[])[] = [
      // ES384, a point on no curve, half a point, a compressed one, another curve, another key type.
      [
        [1, 2],
        [3, -35],
        [-1, 2],
        [-2, bytes(48)],
        [-3, bytes(48)],
      ],
      [
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, bytes(32)],
        [-3, bytes(32)],
      ],
      [
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, bytes(32)],
      ],
      [
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, bytes(32)],
        [-3, true],
      ],
      [
        [1, 2],
        [3, -7],
        [-1, 2],
        [-2, bytes(32)],
        [-3, bytes(32)],
      ],
      [
        [1, 1],
        [3, -7],
        [-1, 1],
        [-2, bytes(32)],
        [-3, bytes(32)],
      ],
      // Ed448, Ed25519 of 31 bytes, RSA of 1024 bits.
      [
        [1, 1],
        [3, -8],
        [-1, 7],
        [-2, bytes(57)],
      ],
      [
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, bytes(31)],
      ],
      [
        [1, 3],
        [3, -257],
        [-1, bytes(128)],
        [-2, Buffer.of(1, 0, 1)],
      ],
      [],
    ];
    for (const members of keys) {
      expect(await withKey(cbor(new Map(members))), String(members)).toMatch(/no algorithm that was asked for/);
    }
    expect(await withKey(cbor(7))).toMatch(/no algorithm/);
    // The very key, but said to be of another curve.
    const mislabelled = Buffer.from(cose);
    mislabelled[mislabelled.indexOf(Buffer.of(0x20, 0x01)) + 1] = 2;
    expect(await withKey(mislabelled)).toMatch(/no algorithm/);
  });

  test("an id that is empty or too long for one", async () => {
    const long = makePasskey("ES256", 1023);
    expect((await verifyRegistration(long.create(ASKED), ASKED)).ok).toBe(true);
    for (const length of [0, 1024]) {
      const made = makePasskey("ES256", length);
      const outcome = await verifyRegistration(made.create(ASKED), ASKED);
      expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining("cannot be read") });
    }
  });
});

describe("what a sign-in refuses", () => {
  test("another owner, none, or another passkey than the one that is kept", async () => {
    expect(await signIn({})).toBe("taken");
    expect(await signIn({ userHandle: "dXNlci0y" })).toMatch(/belongs to somebody else/);
    expect(await signIn({ userHandle: null })).toMatch(/belongs to somebody else/);
    expect(await signIn({}, { id: makePasskey("EdDSA").id })).toMatch(/another one/);
  });

  test("one that was tied to its device and is no more, or the other way round", async () => {
    expect(await signIn({ flags: UP | UV | BE })).toMatch(/no longer what it was/);
    expect(await signIn({}, {}, { isBackupEligible: true })).toMatch(/no longer what it was/);
    expect(await signIn({ flags: UP | UV | BE | BS }, {}, { isBackupEligible: true })).toBe("taken");
  });

  test("a registration's data, though it is signed", async () => {
    const { authenticatorData } = KEYS.ES256.create(ASKED);
    expect(await signIn({}, { authenticatorData })).toMatch(/new key/);
  });

  test("a signature in the form of WebCrypto, which no authenticator writes", async () => {
    const { signature } = KEYS.ES256.get({ ...ASKED, userHandle: HANDLE });
    const der = Buffer.from(signature, "base64url");
    const [r, s] = [der.subarray(4, 4 + (der[3] as number)), der.subarray(6 + (der[3] as number))];
    const half = (part: Buffer): Buffer => Buffer.concat([Buffer.alloc(32), part]).subarray(-32);
    const raw = Buffer.concat([half(r), half(s)]).toString("base64url");
    expect(await signIn({}, { signature: raw })).toMatch(/does not verify/);
  });

  test("a key whose algorithm the table does not have", async () => {
    const passkey = await registered();
    expect(await signIn({}, {}, { publicKey: { ...passkey.publicKey, alg: "ES512" } })).toMatch(/does not verify/);
  });
});
