// Passkeys over HTTP: a person who has nothing else signs up, adds, names and removes them, and signs in by them.
import { expect, test } from "vitest";
import { type Ceremony, type MadeAnswer, type MadePasskey, makePasskey, UP } from "#test/authenticator.ts";
import { type Answer, call, freshName, type Subject } from "./subject.ts";

/** As a page of the console calls. */
const OWN = { "sec-fetch-site": "same-origin" } as const;

/** The same control plane at a host that has a name, as passkeys need it. */
function named(subject: Subject): Subject {
  if (!subject.url.startsWith("http://127.0.0.1:")) return subject;
  const url = subject.url.replace("127.0.0.1", "localhost");
  return { ...subject, url, fetch: (path, init) => fetch(`${url}${path}`, init) };
}

/** What a browser sends of a passkey; the other members of its JSON form come along. */
const bodyOf = ({ id, clientDataJson, authenticatorData, signature, userHandle }: MadeAnswer): object => ({
  id,
  rawId: id,
  type: "public-key",
  clientExtensionResults: {},
  response: {
    clientDataJSON: clientDataJson,
    authenticatorData,
    ...(signature === "" ? { transports: ["internal"], publicKeyAlgorithm: -7 } : { signature, userHandle }),
  },
});

interface Person {
  readonly email: string;
  readonly made: MadePasskey;
  /** As the authenticator was told. */
  readonly handle: string;
  readonly cookie: string;
}

export function passkeySuite(given: () => Subject): void {
  const subject = (): Subject => named(given());
  const hostname = (): string => new URL(subject().url).hostname;
  const post = (path: string, body?: unknown, headers: Readonly<Record<string, string>> = OWN): Promise<Answer> =>
    call(subject(), "POST", `/v1/account/${path}`, { body, headers });
  const as = ({ cookie }: Pick<Person, "cookie">) => ({
    call: (method: string, path: string, body?: unknown): Promise<Answer> =>
      call(subject(), method, `/v1/${path}`, { body, headers: { ...OWN, cookie } }),
  });
  const cookieOf = (answer: Answer): string => (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const ceremony = (options: Answer, part: Partial<Ceremony> = {}): Ceremony => ({
    challenge: options.json.challenge,
    origin: subject().url,
    rpId: options.json.rpId ?? options.json.rp?.id,
    ...part,
  });
  const signUp = async (email = `${freshName()}@example.com`): Promise<Person> => {
    const options = await post("passkey-sign-up/options", { name: "Ann <b>", email });
    expect(options.status, options.text).toBe(200);
    const made = makePasskey("ES256");
    const answer = await post("passkey-sign-up", { credential: bodyOf(made.create(ceremony(options))) });
    expect(answer.status, answer.text).toBe(201);
    return { email, made, handle: options.json.user.id, cookie: cookieOf(answer) };
  };
  const signIn = async ({ made, handle }: Person, part: Partial<Ceremony> = {}): Promise<Answer> => {
    const options = await post("passkey-sign-in/options");
    const answer = made.get(ceremony(options, { userHandle: handle, ...part }));
    return post("passkey-sign-in", { credential: bodyOf(answer) });
  };
  const add = async (person: Person, name: string, made = makePasskey("EdDSA")): Promise<Answer> => {
    const options = await as(person).call("POST", "account/passkeys/options");
    expect(options.status, options.text).toBe(200);
    return as(person).call("POST", "account/passkeys", { name, credential: bodyOf(made.create(ceremony(options))) });
  };

  test("the options ask for what counts as two factors, and tell nobody's name to the authenticator", async () => {
    const person = await signUp();
    const { json } = await as(person).call("POST", "account/passkeys/options");
    expect(json).toMatchObject({
      rp: { id: hostname(), name: "Weft" },
      user: { id: person.handle, name: person.email, displayName: "Ann <b>" },
      attestation: "none",
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      excludeCredentials: [{ type: "public-key", id: person.made.id }],
    });
    expect(json.pubKeyCredParams.map(({ alg }: { alg: number }) => alg)).toEqual([-7, -8, -257]);
    const asked = await post("passkey-sign-in/options");
    expect(asked.json).toMatchObject({ rpId: hostname(), allowCredentials: [], userVerification: "required" });
    expect(asked.json.challenge).not.toBe((await post("passkey-sign-in/options")).json.challenge);
  });

  test("somebody new signs up by one alone, and in again", async () => {
    const person = await signUp();
    const session = await as(person).call("GET", "session");
    expect(session.json).toEqual({
      user: { id: expect.any(String), name: "Ann <b>", email: person.email, emailVerified: false, secondFactor: false },
      organisations: [],
    });
    const again = await signIn(person);
    expect([again.status, again.json]).toEqual([200, { secondFactor: false }]);
    expect(cookieOf(again)).not.toBe(person.cookie);
    const other = await as({ cookie: cookieOf(again) }).call("GET", "session");
    expect(other.json.user).toEqual(session.json.user);
    const listed = await as(person).call("GET", "account/passkeys");
    expect(listed.json.items).toEqual([
      {
        id: expect.any(String),
        name: "Passkey",
        createdAt: expect.any(String),
        lastUsedAt: expect.any(String),
        synced: false,
      },
    ]);
  });

  test("sign-ins by one are listed to its person, and an answer that does not hold with why", async () => {
    const [person, other] = [await signUp(), await signUp()];
    expect((await signIn(person, { origin: `${subject().url}.evil` })).status).toBe(401);
    expect((await signIn(person)).status).toBe(200);
    const listed = async (of: Person) => (await as(of).call("GET", "account/sign-ins")).json.items;
    expect(await listed(person)).toMatchObject([
      { way: "passkey", refused: null },
      { way: "passkey", refused: "passkey" },
    ]);
    expect(await listed(other)).toEqual([]);
  });

  test("an address that somebody has signs nobody up", async () => {
    const { email } = await signUp();
    const options = await post("passkey-sign-up/options", { name: "Eve", email: email.toUpperCase() });
    const answer = await post("passkey-sign-up", {
      credential: bodyOf(makePasskey("ES256").create(ceremony(options))),
    });
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([409, null]);
    expect(answer.json.detail).toMatch(/has this address already/);
  });

  test("one is added, named, used and removed; nobody else sees or touches it", async () => {
    const [ann, bob] = [await signUp(), await signUp()];
    const made = makePasskey("RS256");
    const added = await add(ann, "Blue key", made);
    expect([added.status, added.json.name], added.text).toEqual([201, "Blue key"]);
    const path = `account/passkeys/${added.json.id}`;
    expect((await as(bob).call("GET", "account/passkeys")).json.items).toHaveLength(1);
    expect((await as(bob).call("PATCH", path, { name: "Mine" })).status).toBe(404);
    expect((await as(bob).call("DELETE", path)).status).toBe(404);
    expect((await as(ann).call("PATCH", path, { name: "  Red key " })).status).toBe(204);
    const { items } = (await as(ann).call("GET", "account/passkeys")).json;
    expect(items.map(({ name }: { name: string }) => name)).toEqual(["Passkey", "Red key"]);
    expect((await signIn({ ...ann, made })).status).toBe(200);
    expect((await as(ann).call("DELETE", path)).status).toBe(204);
    const refused = await signIn({ ...ann, made });
    expect([refused.status, refused.headers.get("set-cookie")]).toEqual([401, null]);
    expect(refused.json.detail).toMatch(/no account here has it/);
  });

  test("the last way in stays, and the refusal says what to do", async () => {
    const ann = await signUp();
    expect((await as(ann).call("GET", "account/logins")).json).toEqual({ password: false, items: [] });
    const [first] = (await as(ann).call("GET", "account/passkeys")).json.items;
    const refused = await as(ann).call("DELETE", `account/passkeys/${first.id}`);
    expect(refused.status).toBe(409);
    expect(refused.json.detail).toMatch(/last way into your account: first add another passkey, or set a password/);
    await add(ann, "Second");
    expect((await as(ann).call("DELETE", `account/passkeys/${first.id}`)).status).toBe(204);
    expect((await as(ann).call("DELETE", "account/logins/nothing")).status).toBe(404);
  });

  test("an answer counts once, and only for what it was asked for", async () => {
    const [ann, bob] = [await signUp(), await signUp()];
    const options = await post("passkey-sign-in/options");
    const credential = bodyOf(ann.made.get(ceremony(options, { userHandle: ann.handle })));
    expect((await post("passkey-sign-in", { credential })).status).toBe(200);
    const replayed = await post("passkey-sign-in", { credential });
    expect([replayed.status, replayed.headers.get("set-cookie")]).toEqual([409, null]);
    expect(replayed.json.detail).toMatch(/answered before/);
    // Bob's challenge answers for nobody else, a sign-up's for no sign-in, and none that somebody thought up.
    const foreign = await as(bob).call("POST", "account/passkeys/options");
    const forBob = bodyOf(makePasskey("ES256").create(ceremony(foreign)));
    const taken = await as(ann).call("POST", "account/passkeys", { name: "x", credential: forBob });
    expect([taken.status, taken.json.detail]).toEqual([400, expect.stringMatching(/another account/)]);
    const made = makePasskey("ES256");
    const up = await post("passkey-sign-up/options", { name: "Eve", email: `${freshName()}@example.com` });
    const wrong = { name: "x", credential: bodyOf(made.create(ceremony(up))) };
    expect((await as(ann).call("POST", "account/passkeys", wrong)).status).toBe(400);
    const own = await as(ann).call("POST", "account/passkeys/options");
    const signedIn = bodyOf(ann.made.get(ceremony(own, { rpId: hostname(), userHandle: ann.handle })));
    const signedUp = bodyOf(made.create(ceremony(own)));
    for (const [path, credential, status] of [
      ["passkey-sign-in", signedIn, 401],
      ["passkey-sign-up", signedUp, 400],
    ] as const) {
      const answer = await post(path, { credential });
      expect([answer.status, answer.json.detail]).toEqual([status, expect.stringMatching(/for something else/)]);
    }
    const thought = bodyOf(
      ann.made.get({ challenge: "AAAA", origin: subject().url, rpId: hostname(), userHandle: ann.handle }),
    );
    const refused = await post("passkey-sign-in", { credential: thought });
    expect([refused.status, refused.json.detail]).toEqual([401, expect.stringMatching(/begin again/)]);
  });

  test("what was made elsewhere, or without knowing who was there, signs nobody in", async () => {
    const ann = await signUp();
    for (const [part, why] of [
      [{ origin: `${subject().url}.evil` }, /another address/],
      [{ rpId: "evil.example" }, /another host/],
      [{ flags: UP }, /did not verify who you are/],
      [{ userHandle: "c29tZWJvZHk" }, /somebody else/],
      [{ client: { crossOrigin: true } }, /another site/],
    ] as const) {
      const refused = await signIn(ann, part);
      expect([refused.status, refused.headers.get("set-cookie")], refused.text).toEqual([401, null]);
      expect(refused.json.detail).toMatch(why);
    }
    expect((await signIn(ann, { signCount: 4 })).status).toBe(200);
    const copied = await signIn(ann, { signCount: 4 });
    expect([copied.status, copied.json.detail]).toEqual([401, expect.stringMatching(/as if it had been copied/)]);
    expect((await signIn(ann, { signCount: 5 })).status).toBe(200);
  });

  test("one that is registered is nobody else's", async () => {
    const [ann, bob] = [await signUp(), await signUp()];
    const again = await add(bob, "Ann's", ann.made);
    expect([again.status, again.json.detail]).toEqual([409, expect.stringMatching(/registered already/)]);
  });

  test("who is not signed in has none, and other sites' pages reach nothing", async () => {
    const ann = await signUp();
    expect((await call(subject(), "GET", "/v1/account/passkeys", { headers: OWN })).status).toBe(401);
    expect((await post("passkeys/options")).status).toBe(401);
    const foreign = { ...OWN, "sec-fetch-site": "cross-site" };
    const options = await post("passkey-sign-in/options");
    const credential = bodyOf(ann.made.get(ceremony(options, { userHandle: ann.handle })));
    expect((await post("passkey-sign-in", { credential }, foreign)).status).toBe(403);
    expect((await post("passkeys/options", undefined, { ...foreign, cookie: ann.cookie })).status).toBe(403);
  });

  test("bad bodies are refused at their fields, and change nothing", async () => {
    const ann = await signUp();
    for (const [body, field] of [
      [{}, "credential"],
      [{ credential: { id: "a b", type: "public-key", response: {} } }, "credential.id"],
      [{ credential: { id: "ab", type: "password", response: {} } }, "credential.type"],
      [{ credential: { id: "ab", type: "public-key", response: { clientDataJSON: 7 } } }, "clientDataJSON"],
    ] as const) {
      for (const path of ["passkey-sign-in", "passkey-sign-up"]) {
        const answer = await post(path, body);
        expect([answer.status, answer.headers.get("set-cookie")]).toEqual([400, null]);
        expect(JSON.stringify(answer.json.invalid_parameters)).toContain(field);
      }
    }
    const unnamed = await as(ann).call("POST", "account/passkeys", { name: " ", credential: {} });
    expect(JSON.stringify(unnamed.json.invalid_parameters)).toContain("name");
    expect((await as(ann).call("GET", "account/passkeys")).json.items).toHaveLength(1);
  });
}
