// Accounts without HTTP: limits that outlive who counts, what a failure logs, closed sign-up, and a provider without OIDC.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { librarySecrets } from "#account/account-seal.ts";
import type { Visitor } from "#account/accounts.ts";
import { LIMITS } from "#account/limit.ts";
import { type AccountsOptions, openAccounts } from "#account/open.ts";
import { readProviders } from "#account/provider.ts";
import { languageOf } from "#app/language.ts";
import told from "#console/text/told.zh.json" with { type: "json" };
import { placeOf } from "#model/limit/place.ts";
import { Sealed } from "#model/sealed.ts";
import { openLibsqlFile } from "#node/libsql-file.ts";
import { findMigrations, readMigrations } from "#node/migration-files.ts";
import { openProviderCall } from "#node/provider-call.ts";
import { openAccountStore } from "#store/accounts.ts";
import type { Database } from "#store/database.ts";
import type { SealedPeoplePlace } from "#store/face/sealed-people.ts";
import { migrate } from "#store/migrations.ts";
import { openPasskeyStore } from "#store/passkeys.ts";
import { openSealedPeople } from "#store/sealed-people.ts";
import { codeOf } from "#test/app/account-suite.ts";
import { openAccountKeyRing } from "#trust/session-token.ts";

let folder: string;
let database: Database;
const keys = await openAccountKeyRing(new Sealed<Uint8Array>(new Uint8Array(32).fill(7)), []);
let lines: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-accounts-"));
  database = await openLibsqlFile({ path: join(folder, "directory.db") });
  await migrate(database, await readMigrations(join(findMigrations(), "directory")));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const print = (_: string, value: unknown): unknown =>
  value instanceof Error ? { text: String(value), stack: value.stack, cause: value.cause } : value;

function open(over: Partial<AccountsOptions> = {}): ReturnType<typeof openAccounts> {
  lines = [];
  const given = over.database ?? database;
  return openAccounts({
    database: given,
    store: openAccountStore(given, Date.now),
    keys,
    mailer: { sends: false, send: async () => {} },
    providers: [],
    callProvider: openProviderCall(),
    signUp: true,
    clock: Date.now,
    chance: (length) => randomBytes(length),
    digest: (text) => createHash("sha256").update(text).digest("base64url"),
    log: (level, label, fields) => lines.push(JSON.stringify({ level, label, fields }, print)),
    refusalTime: 0,
    background: () => {},
    ...over,
  });
}

const visitor = (address: string): Visitor => ({ address, agent: "test", language: "en", origin: "http://localhost" });
const person = (name: string) => ({ name, email: `${name}@example.com`, password: "correct horse battery" });

test("a limit holds for whoever counts: after a restart, in another isolate, all over a customer's IPv6 network", async () => {
  const guess = (n: number): Promise<unknown> =>
    open()
      .signIn(visitor(`2001:db8:0:1::${n.toString(16)}`), { ...person("limited"), password: `wrong guess ${n}` })
      .catch((fault: { code: string }) => fault.code);
  const many = LIMITS["sign-in"].most + 1;
  const codes = await Promise.all(Array.from({ length: many }, (_, n) => guess(n)));
  expect(codes.sort()).toEqual(["too-many", ...Array(many - 1).fill("unauthenticated")]);
});

test("who tries often at one place is refused there, told why, and locks nobody out elsewhere", async () => {
  const [here, there] = [visitor("192.0.2.50"), visitor("192.0.2.51")];
  const accounts = open();
  await accounts.signUp(there, person("tried"));
  const seen = new Map<string, number>();
  for (let n = 0; n < LIMITS["sign-in-place"].most; n += 1) {
    const guess = accounts.signIn(here, { ...person("tried"), password: `wrong guess ${n}` });
    const code = await guess.catch((fault: { code: string; message: string }) => `${fault.code} ${fault.message}`);
    seen.set(String(code), (seen.get(String(code)) ?? 0) + 1);
  }
  const refused = (what: string): string =>
    `too-many Too many ${what} in 15 minutes are let through; try again in 15 minutes`;
  expect([...seen.values()]).toEqual([LIMITS["sign-in"].most, LIMITS["sign-in-place"].most - LIMITS["sign-in"].most]);
  expect([...seen.keys()][1]).toBe(refused("wrong passwords for this address from this place: 10"));
  const other = await accounts
    .signIn(here, person("another"))
    .catch((fault: { code: string; message: string }) => fault);
  expect(`${(other as { code: string }).code} ${(other as { message: string }).message}`).toBe(
    refused("sign-ins from this place: 100"),
  );
  expect(await accounts.signIn(there, person("tried"))).toMatchObject({ refused: LIMITS["sign-in"].most });
});

test("whoever's sign-in is refused finds it in the list, a lock-out once for its place, and an address that is nobody's has none", async () => {
  const works: Promise<unknown>[] = [];
  const [here, home] = [visitor("192.0.2.60"), visitor("192.0.2.61")];
  const accounts = open({ background: (work) => void works.push(work) });
  const { user } = await accounts.signUp(home, person("watched"));
  const count = async (): Promise<number> => {
    const [answer] = await database.batch([{ sql: "SELECT COUNT(*) FROM sign_in", params: [] }]);
    return Number(answer?.rows[0]?.[0]);
  };
  const before = await count();
  const { most } = LIMITS["sign-in"];
  for (const name of ["watched", "unwatched"]) {
    for (let n = 0; n < most + 3; n += 1) {
      const guess = accounts.signIn(here, { ...person(name), password: `wrong guess ${n}` });
      await expect(guess).rejects.toMatchObject({ code: n < most ? "unauthenticated" : "too-many" });
    }
  }
  await Promise.all(works);
  const listed = await openAccountStore(database, Date.now).listSignIns(user, "2020-01-01T00:00:00.000Z");
  const place = {
    id: expect.any(String),
    at: expect.any(String),
    way: "password",
    agent: "test",
    address: "192.0.2.60",
  };
  expect(listed).toEqual([
    { ...place, refused: "too-many" },
    ...Array.from({ length: most }, () => ({ ...place, refused: "password" })),
  ]);
  expect(await count()).toBe(before + listed.length);
});

test("a list that cannot be written keeps nobody out, and lets nobody in", async () => {
  const store = openAccountStore(database, Date.now);
  const accounts = open({ store: { ...store, noteSignIn: () => Promise.reject(new Error("watched-2@example.com")) } });
  await accounts.signUp(visitor("192.0.2.62"), person("watched-2"));
  const guess = accounts.signIn(visitor("192.0.2.62"), { ...person("watched-2"), password: "a wrong guess" });
  await expect(guess).rejects.toMatchObject({ code: "unauthenticated" });
  expect(lines).toEqual([expect.stringContaining("a refused sign-in was not written down")]);
  expect(lines.join()).not.toContain("@example.com");
  expect(await accounts.signIn(visitor("192.0.2.62"), person("watched-2"))).toMatchObject({
    token: expect.any(String),
  });
});

test("a code that is right opens the session, however often the address is tried meanwhile", async () => {
  const [ann, accounts] = [visitor("192.0.2.52"), open()];
  const { password, ...rest } = person("coded");
  const { token } = await accounts.signUp(ann, { password, ...rest });
  const { uri, recoveryCodes } = await accounts.startTotp(ann, token, password);
  await accounts.confirmTotp(ann, token, codeOf(uri));
  const half = await accounts.signIn(ann, { ...rest, password });
  if (!("pending" in half)) throw new Error("no code was asked for");
  const [code = ""] = recoveryCodes;
  await database.batch([{ sql: "UPDATE attempt SET count = 500 WHERE key LIKE 'sign-in-email:%'", params: [] }]);
  expect(await accounts.secondFactor(ann, half.pending, { recoveryCode: code })).toMatchObject({
    ...{ token: expect.any(String), refused: 499 },
  });
});

test("what has ended is removed by one of many sessions that open, and counts by one of many counts", async () => {
  const long = "2020-01-01T00:00:00.000Z";
  const store = openAccountStore(database, Date.now);
  const works: Promise<unknown>[] = [];
  const turn = (first: number) =>
    open({
      chance: (length) => (length === 1 ? Uint8Array.of(first) : randomBytes(length)),
      background: (work) => void works.push(work),
    });
  const left = async (): Promise<readonly boolean[]> => {
    await Promise.all(works);
    const [counts] = await database.batch([{ sql: "SELECT 1 FROM attempt WHERE key = 'ended'", params: [] }]);
    return [(await store.sessionOf("ended")) !== null, counts?.rows.length === 1];
  };
  const { user } = await open().signUp(visitor("192.0.2.53"), person("pruned"));
  const times = { createdAt: long, lastSeenAt: long, expiresAt: long };
  await store.addSession({ id: "ended", token: "ended", user, ...times, agent: "", address: "" });
  await store.countAttempt("ended", { at: long, endsAt: long });
  await turn(1).signIn(visitor("192.0.2.53"), person("pruned"));
  expect(await left()).toEqual([true, true]);
  await expect(turn(0).signIn(visitor("192.0.2.53"), person("nobody-here"))).rejects.toMatchObject({
    code: "unauthenticated",
  });
  expect(await left()).toEqual([true, false]);
  await turn(0).signUp(visitor("192.0.2.53"), person("pruning"));
  expect(await left()).toEqual([false, false]);
});

test("each limit is told in each language", () => {
  const sentences = Object.values(LIMITS).map(({ of }) => of);
  expect(sentences.filter((of) => !Object.hasOwn(told, of))).toEqual([]);
});

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:0DB8:0:0:ffff::9", "2001:db8:0:0::/64"],
  ["2001:db8:0:1::1", "2001:db8:0:1::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["", ""],
])("the place of %s is %s", (address, place) => {
  expect(placeOf(address)).toBe(place);
});

test.each([
  [null, "en"],
  ["zh-CN,zh;q=0.9,en;q=0.8", "zh"],
  ["en-GB,zh;q=0.9", "en"],
  ["fr,zh;q=0.2,en;q=0.3", "en"],
  ["de", "en"],
  ["zh;q=0", "en"],
  [";;,q=,zh", "zh"],
])("who asks for %s is written to in %s", (header, language) => {
  expect(languageOf(header)).toBe(language);
});

test("what fails is logged without what was typed, its hash, or a token", async () => {
  const broken: Database = {
    ...database,
    engine: database.engine,
    batch: async (statements) => {
      if (statements.some(({ sql }) => /insert into "account"/i.test(sql))) throw new Error("disk is full");
      return database.batch(statements);
    },
  };
  const fault = await open({ database: broken })
    .signUp(visitor("192.0.2.1"), person("unlucky"))
    .catch((thrown: unknown) => thrown);
  expect(fault).toMatchObject({ name: "Fault" });
  const told = `${lines.join()} ${JSON.stringify(fault, print)} ${String(fault)}`;
  expect(told).toContain("disk is full");
  expect(told).not.toMatch(/unlucky|correct horse|[0-9a-f]{32}:[0-9a-f]{64}|insert into/i);
});

test("where sign-up is closed nobody signs up but who is invited, and who is there signs in", async () => {
  await open().signUp(visitor("192.0.2.2"), person("early"));
  const closed = open({ signUp: false });
  expect((await closed.ways()).signUp).toBe(false);
  const late = visitor("192.0.2.2");
  await expect(closed.signUp(late, person("late"))).rejects.toMatchObject({ code: "forbidden" });
  await expect(closed.admit(late, person("late").email)).rejects.toMatchObject({ code: "forbidden" });
  const invite = (name: string, expiresAt: string, acceptedAt: string | null) =>
    database.batch([
      {
        sql: "INSERT INTO invitation VALUES ('org', ?1, ?2, 'viewer', ?2, 'user:x', '', ?3, ?4)",
        params: [person(name).email, name, expiresAt, acceptedAt],
      },
    ]);
  await invite("invited", "2999-01-01T00:00:00.000Z", null);
  await invite("too-late", "2020-01-01T00:00:00.000Z", null);
  await invite("spent", "2999-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z");
  for (const name of ["too-late", "spent"])
    await expect(closed.signUp(late, person(name))).rejects.toMatchObject({ code: "forbidden" });
  await closed.admit(late, person("invited").email);
  expect(await closed.signUp(late, person("invited"))).toMatchObject({ token: expect.any(String) });
  expect(await closed.signIn(visitor("192.0.2.2"), person("early"))).toMatchObject({ token: expect.any(String) });
});

test("a stolen directory has nothing that opens an account", async () => {
  const mails: string[] = [];
  const works: Promise<unknown>[] = [];
  const accounts = open({
    mailer: { sends: true, send: async ({ text }) => void mails.push(text) },
    background: (work) => void works.push(work),
  });
  const ann = visitor("192.0.2.4");
  const { password, ...rest } = person("robbed");
  const { token } = await accounts.signUp(ann, { password, ...rest });
  const { uri, recoveryCodes } = await accounts.startTotp(ann, token, password);
  await accounts.requestReset(ann, rest.email);
  for (let known = -1; known < works.length; ) {
    known = works.length;
    await Promise.all(works);
  }
  const resets = mails.flatMap((text) => /reset\?token=(\S+)/.exec(text)?.[1] ?? []);
  expect(resets).toHaveLength(1);
  const tables = ["user", "session", "account", "verification", "two_factor", "attempt"];
  const dump = JSON.stringify(
    await database.batch(tables.map((table) => ({ sql: `SELECT * FROM ${table}`, params: [] }))),
  );
  expect(dump).toContain("robbed@example.com");
  // The session's token stands there, and is worth nothing without the signature that its cookie has.
  const encoded = new URL(uri).searchParams.get("secret") ?? "";
  const secrets = [password, encoded, textOfBase32(encoded), ...recoveryCodes, ...resets];
  expect(secrets.length).toBe(14);
  expect(secrets.filter((secret) => secret === "" || dump.includes(secret))).toEqual([]);
  const [attempts] = await database.batch([{ sql: "SELECT * FROM attempt", params: [] }]);
  expect(attempts?.rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(attempts)).not.toMatch(/robbed|192\.0\.2/);
});

function textOfBase32(text: string): string {
  const bits = [...text]
    .map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))).toString();
}

/** OAuth 2 as GitHub speaks it: no discovery, no id token, addresses in a list of their own. */
async function openOldProvider(
  emails: () => readonly object[],
  idOf: () => number,
): Promise<{ readonly server: Server; readonly url: string; readonly tokens: URLSearchParams[] }> {
  const tokens: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const answers: Readonly<Record<string, () => unknown>> = {
      "/token": () => {
        tokens.push(new URLSearchParams(Buffer.concat(parts).toString()));
        return { access_token: "of the person", token_type: "bearer", scope: "user:email" };
      },
      "/user": () => ({ id: idOf(), login: "ann", name: "Ann", email: null }),
      "/user/emails": emails,
    };
    const isKnown = request.url === "/token" || request.headers.authorization === "Bearer of the person";
    const answer = isKnown ? answers[request.url ?? ""]?.() : undefined;
    response
      .writeHead(answer === undefined ? 401 : 200, { "content-type": "application/json" })
      .end(JSON.stringify(answer ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tokens };
}

test("a provider without OIDC tells the address that it has proved, and nothing in the directory opens anything there", async () => {
  let emails: readonly object[] = [];
  let id = 17;
  const { server, url, tokens } = await openOldProvider(
    () => emails,
    () => id,
  );
  try {
    const provider = {
      ...{ id: "git", name: "Git", issuer: "https://git.example", clientId: "c", clientSecret: "s" },
      ...{
        authorizationUrl: `${url}/auth`,
        tokenUrl: `${url}/token`,
        userInfoUrl: `${url}/user`,
        emailsUrl: `${url}/user/emails`,
      },
    };
    const providers = readProviders(JSON.stringify([provider]), "test");
    let accounts = open({ providers });
    const ann = visitor("192.0.2.3");
    const signIn = async (): Promise<unknown> => {
      const started = await accounts.startOidc(ann, "git");
      const asked = new URL(started.url).searchParams;
      expect(asked.get("code_challenge_method")).toBe("S256");
      return accounts.finishOidc(ann, "git", { code: "c", state: asked.get("state") ?? "" }, started.state);
    };
    const of = (email: string, primary: boolean, verified: boolean): object => ({ email, primary, verified });
    emails = [of("other@git.example", false, true), of("ann@git.example", true, true)];
    const opened = (await signIn()) as { user: string };
    expect(await openAccountStore(database, Date.now).findUser({ id: opened.user })).toMatchObject({
      ...{ name: "Ann", email: "ann@git.example", emailVerified: true },
    });
    expect(tokens[0]?.get("code_verifier")).toMatch(/^[\w.~-]{43,128}$/);
    const [rows] = await database.batch([
      { sql: "SELECT access_token FROM account WHERE provider_id = 'git'", params: [] },
    ]);
    expect(rows?.rows.flat().join()).toMatch(/^(?!.*of the person).{40,}$/);
    emails = [];
    expect(await signIn()).toEqual({ refused: "provider" });
    // Where sign-up is closed, who is known signs in, and nobody else.
    accounts = open({ providers, signUp: false });
    emails = [of("ann@git.example", true, true)];
    expect(await signIn()).toMatchObject({ user: opened.user });
    [id, emails] = [18, [of("bob@git.example", true, true)]];
    expect(await signIn()).toEqual({ refused: "closed" });
  } finally {
    server.close();
  }
});

test("a passkey that comes or goes is told by mail, in whatever script it is named", async () => {
  const mails: { readonly to: string; readonly subject: string; readonly text: string }[] = [];
  const accounts = open({ mailer: { sends: true, send: async (mail) => void mails.push(mail) } });
  const here = visitor("192.0.2.40");
  const { user } = await accounts.signUp(here, person("keyed"));
  mails.length = 0;
  await accounts.tellPasskey(here, user, "passkey-added", "see attacker.example");
  expect(mails.pop()?.text, "to a stranger, maybe").toContain("“Passkey” has just been added");
  await openAccountStore(database, Date.now).verifyEmail(user);
  await accounts.tellPasskey(here, user, "passkey-added", "蓝色 <b>key</b>");
  await accounts.tellPasskey({ ...here, language: "zh" }, user, "passkey-removed", "old");
  // Nobody to tell.
  await accounts.tellPasskey(here, "nobody", "passkey-removed", "old");
  expect(mails.map(({ to, subject }) => `${to} ${subject}`)).toEqual([
    "keyed@example.com Your Weft account has a new passkey",
    "keyed@example.com 您的 Weft 账户移除了一个通行密钥",
  ]);
  expect(mails[0]?.text).toContain("“蓝色 <b>key</b>” has just been added");
});

test("who signs up with somebody else's address keeps no way into it once its owner comes", async () => {
  const store = openAccountStore(database, Date.now);
  const passkeys = openPasskeyStore(database);
  const mails: { readonly subject: string; readonly text: string }[] = [];
  const works: Promise<unknown>[] = [];
  const accounts = open({
    mailer: { sends: true, send: async (mail) => void mails.push(mail) },
    background: (work) => void works.push(work),
  });
  const mailed = async (): Promise<string> => {
    await Promise.all(works);
    return decodeURIComponent(/token=(\S+)/.exec(mails.at(-1)?.text ?? "")?.[1] ?? "");
  };
  const [eve, owner] = [visitor("192.0.2.70"), visitor("192.0.2.71")];
  const claimed = { ...person("claimed"), name: "Acme invites you: see attacker.example" };
  const { user, token } = await accounts.signUp(eve, claimed);
  const at = new Date().toISOString();
  const key = { credentialId: "of-eve", publicKey: {}, signCount: 0, isBackupEligible: false, isBackedUp: false };
  const row = { id: "of-eve", user, name: "Passkey", ...key, aaguid: "", createdAt: at, lastUsedAt: null };
  await passkeys.addPasskey(row, { digest: "of-eve", at, expiresAt: at });
  const verification = await mailed();
  expect(mails.at(-1)?.text).not.toContain("attacker");
  // The owner, or what looks through the owner's mail, opens the link: signed in to nothing, or to an account of their own.
  const own = await accounts.signUp(owner, person("claimed-own"));
  await expect(accounts.confirmVerification(owner, own.user, verification)).rejects.toMatchObject({
    code: "forbidden",
  });
  expect((await store.findUser({ id: user }))?.emailVerified).toBe(false);
  await accounts.requestReset(owner, claimed.email);
  const reset = await mailed();
  expect(mails.at(-1)?.text).not.toContain("attacker");
  // The engine fails between the claim and the new password: nobody is let in, and a new mail leads on.
  const failing: Database = {
    ...database,
    batch: (statements) =>
      statements.some(({ sql }) => /^insert into "account"/i.test(sql))
        ? Promise.reject(new Error("disk is full"))
        : database.batch(statements),
  };
  const proof = { token: reset, password: "the owner's password" };
  await expect(open({ database: failing }).confirmReset(owner, proof)).rejects.toMatchObject({ code: "internal" });
  expect(await passkeys.listPasskeys(user)).toEqual([]);
  expect(await store.sessionOf(token)).toBeNull();
  await expect(accounts.signIn(eve, claimed)).rejects.toMatchObject({ code: "unauthenticated" });
  await accounts.requestReset(owner, claimed.email);
  await accounts.confirmReset(owner, { ...proof, token: await mailed() });
  expect(await accounts.signIn(owner, { ...claimed, password: "the owner's password" })).toMatchObject({ user });
  expect((await store.findUser({ id: user }))?.emailVerified).toBe(true);
});

test("sign-ups by a passkey count among all of one place, and none are where nobody may sign up", async () => {
  const accounts = open();
  const place = (n: number): Visitor => visitor(`2001:db8:0:40::${n}`);
  await accounts.signUp(place(1), person("counted"));
  for (let n = 2; n <= LIMITS["sign-up-place"].most; n += 1) await accounts.admit(place(n), "any@example.com");
  await expect(accounts.admit(place(99), "any@example.com")).rejects.toMatchObject({ code: "too-many" });
  await expect(accounts.signUp(place(99), person("uncounted"))).rejects.toMatchObject({ code: "too-many" });
  await expect(open({ signUp: false }).admit(visitor("192.0.2.41"), "any@example.com")).rejects.toMatchObject({
    code: "forbidden",
  });
});

test("what lies under an older account key opens, is sealed again once, and what no key opens is told by its key", async () => {
  const ringOf = (...fills: readonly number[]) => {
    const [current, ...older] = fills.map((fill) => new Sealed<Uint8Array>(new Uint8Array(32).fill(fill)));
    return openAccountKeyRing(current as Sealed<Uint8Array>, older);
  };
  const [one, two] = [await ringOf(7), await ringOf(8, 7)];
  // As releases before this sealed: without the id of a key.
  const bare = await symmetricEncrypt({ key: one.current.library, data: "of old" });
  const named = await symmetricEncrypt({
    key: {
      keys: new Map([[Number.parseInt(one.current.id, 16), one.current.library]]),
      currentVersion: Number.parseInt(one.current.id, 16),
    },
    data: "of now",
  });
  await database.batch([
    {
      sql: "INSERT INTO two_factor (id, user_id, secret, backup_codes) VALUES ('f', 'rotates', ?1, ?2)",
      params: [bare, named],
    },
    {
      sql: `INSERT INTO account (id, account_id, provider_id, user_id, access_token, refresh_token, id_token, created_at, updated_at)
        VALUES ('a', 's', 'p', 'rotates', ?1, NULL, 'not.sealed.ever', '2026', '2026')`,
      params: [bare],
    },
  ]);
  const pass = async (ring: typeof one, check: boolean) => {
    const found: string[] = [];
    let from: SealedPeoplePlace | null = { table: "two_factor", after: "" };
    while (from !== null) {
      const page: Awaited<ReturnType<ReturnType<typeof openAccounts>["reseal"]>> = await open({ keys: ring }).reseal(
        from,
        check,
      );
      for (const { id, kind, key, state } of page.found)
        if (id === "f" || id === "a") found.push(`${id} ${kind} ${key} ${state}`);
      from = page.next;
    }
    return found;
  };
  const lines = (key: string, state: string) => [
    ...[`f second factors ${key} ${state}`, `f second factors ${key} ${state}`, `a providers' tokens ${key} ${state}`],
  ];
  const [old, now] = [one.current.id, two.current.id];
  expect(await pass(two, true)).toEqual(lines(old, "older"));
  expect(await pass(two, false)).toEqual(lines(old, "resealed"));
  expect(await pass(two, false)).toEqual(lines(now, "current"));
  expect(await pass(await ringOf(8), true)).toEqual(lines(now, "current"));
  expect(await pass(one, true)).toEqual(lines(now, "missing"));
  const [answer] = await database.batch([
    { sql: "SELECT secret, backup_codes FROM two_factor WHERE id = 'f'", params: [] },
    { sql: "SELECT id_token FROM account WHERE id = 'a'", params: [] },
  ]);
  const { secrets } = librarySecrets(two);
  const key = { keys: new Map(secrets.slice(0, 1).map(({ version, value }) => [version, value])), currentVersion: 0 };
  const opened = await Promise.all(
    (answer?.rows[0] ?? []).map((data) => symmetricDecrypt({ key, data: String(data) })),
  );
  expect(opened).toEqual(["of old", "of now"]);
  // What was written there meanwhile stays.
  const { texts } = await openSealedPeople(database).page({ table: "account", after: "" });
  const text = texts.find(({ id }) => id === "a");
  if (text === undefined) throw new Error("the token is gone");
  expect(await openSealedPeople(database).replace({ ...text, text: "of before" }, "of another")).toBe(false);
});
