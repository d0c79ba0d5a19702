// Accounts over HTTP: sign-up to second factor, reset and sessions, on Node and in workerd alike.
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { type Answer, call, type Subject } from "./subject.ts";

const OWN = { "sec-fetch-site": "same-origin" };
const PASSWORD = "correct horse battery";

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface AccountSubject extends Subject {
  /** The mails to the address so far, oldest first; waits until there are so many. */
  mails(to: string, count: number): Promise<readonly Mail[]>;
}

/** A browser: what it was given to keep, it sends along. */
export interface Browser {
  readonly cookies: ReadonlyMap<string, string>;
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export function openBrowser(subject: Subject, address?: string): Browser {
  const cookies = new Map<string, string>();
  return {
    cookies,
    async call(method, path, body, headers = {}) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await call(subject, method, path, {
        headers: {
          ...OWN,
          "user-agent": "Firefox",
          ...(cookie === "" ? {} : { cookie }),
          ...(address === undefined ? {} : { "x-forwarded-for": address, "cf-connecting-ip": address }),
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      });
      for (const line of answer.headers.getSetCookie()) {
        const [pair = "", ...attributes] = line.split("; ");
        const [name = "", value = ""] = pair.split("=", 2);
        if (attributes.includes("Max-Age=0")) cookies.delete(name);
        else cookies.set(name, value);
      }
      return answer;
    },
  };
}

let people = 0;

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export function aPerson(): Person {
  people += 1;
  const tag = `${Math.random().toString(36).slice(2, 8)}${people}`;
  return { name: `Ann <b>${tag}</b>`, email: `ann-${tag}@example.com`, password: PASSWORD };
}

/** A place of its own for each, so that limits by place meet no other test. */
export function aPlace(): string {
  const byte = (): number => Math.floor(Math.random() * 250) + 1;
  return `10.${byte()}.${byte()}.${byte()}`;
}

/** RFC 6238, as authenticators reckon it; `step` periods away from now. */
export function codeOf(uri: string, step = 0): string {
  const secret = new URL(uri).searchParams.get("secret") ?? "";
  const bits = [...secret.replace(/=+$/, "")].map((c) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"),
  );
  const key = Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + step));
  const mac = createHmac("sha1", key).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** The link of the last mail, and the token in it. */
export function linkIn({ text }: Mail): { readonly url: URL; readonly token: string } {
  const url = new URL(/^https?:\S+$/m.exec(text)?.[0] ?? "https://no.link");
  return { url, token: url.searchParams.get("token") ?? "" };
}

export function accountSuite(subject: () => AccountSubject): void {
  const browser = (): Browser => openBrowser(subject(), aPlace());
  async function signedUp(person = aPerson()): Promise<{ readonly person: Person; readonly ann: Browser }> {
    const ann = browser();
    const answer = await ann.call("POST", "/v1/account", person);
    expect(answer.status, answer.text).toBe(201);
    return { person, ann };
  }
  const me = async (ann: Browser) => (await ann.call("GET", "/v1/session")).json?.user;
  const signIn = (of: Browser, { email, password }: Person) =>
    of.call("POST", "/v1/account/sign-in", { email, password });

  test("what is offered is told to everybody", async () => {
    const { status, json } = await browser().call("GET", "/v1/account/ways");
    expect([status, json]).toEqual([
      200,
      {
        password: true,
        signUp: true,
        passkey: expect.any(Boolean),
        mail: expect.any(Boolean),
        providers: expect.any(Array),
      },
    ]);
  });

  test("who signs up is signed in, and gets a mail that confirms the address", async () => {
    const { person, ann } = await signedUp();
    expect(await me(ann)).toEqual({
      id: expect.stringMatching(/^[a-z2-7]{16}$/),
      name: person.name,
      email: person.email,
      emailVerified: false,
      secondFactor: false,
    });
    const [mail] = await subject().mails(person.email, 1);
    if (mail === undefined) throw new Error("no mail");
    const { url, token } = linkIn(mail);
    expect([url.origin, url.pathname]).toEqual([subject().url, "/console/verify"]);
    // On another device, where she signs in.
    const elsewhere = browser();
    expect((await signIn(elsewhere, person)).status).toBe(200);
    const confirm = (given: string) => elsewhere.call("POST", "/v1/account/verification/confirm", { token: given });
    for (const wrong of [`${token}x`, "nonsense", token.replace(/\.[^.]*$/, ".")]) {
      const refused = await confirm(wrong);
      expect([refused.status, refused.json.invalid_parameters]).toEqual([
        400,
        [{ field: "token", reason: expect.stringContaining("ask for a new mail") }],
      ]);
    }
    expect((await me(ann)).emailVerified).toBe(false);
    expect((await confirm(token)).status).toBe(204);
    expect((await me(ann)).emailVerified).toBe(true);
  });

  test("who has somebody's mail, and no session of the account, confirms nothing", async () => {
    const { person, ann } = await signedUp();
    const { ann: other } = await signedUp();
    const [mail] = await subject().mails(person.email, 1);
    if (mail === undefined) throw new Error("no mail");
    const { token } = linkIn(mail);
    const statuses = [browser(), other].map(async (of) => {
      return (await of.call("POST", "/v1/account/verification/confirm", { token })).status;
    });
    expect(await Promise.all(statuses)).toEqual([401, 403]);
    expect([(await me(ann)).emailVerified, (await me(other)).emailVerified]).toEqual([false, false]);
  });

  test("the mail is sent again when asked for, in the reader's language", async () => {
    const { person, ann } = await signedUp();
    const asked = await ann.call("POST", "/v1/account/verification", undefined, {
      "accept-language": "zh-CN,en;q=0.5",
    });
    expect(asked.status, asked.text).toBe(202);
    const [first, second] = await subject().mails(person.email, 2);
    expect(first?.subject).toMatch(/Confirm/);
    expect(second?.subject).toMatch(/确认/);
  });

  test("an address has one account, in whichever case it is written", async () => {
    const { person } = await signedUp();
    const second = await browser().call("POST", "/v1/account", { ...person, email: person.email.toUpperCase() });
    expect([second.status, second.headers.getSetCookie()]).toEqual([409, []]);
  });

  test("of two that sign up with one address at once, one does", async () => {
    const person = aPerson();
    const both = await Promise.all([1, 2].map(() => browser().call("POST", "/v1/account", person)));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  test("a password longer than any is refused as a wrong one is", async () => {
    const { person, ann } = await signedUp();
    const long = "x".repeat(1000);
    const wrong = await signIn(browser(), { ...person, password: "wrong password" });
    const answer = await signIn(browser(), { ...person, password: long });
    expect([answer.status, answer.json.detail]).toEqual([401, wrong.json.detail]);
    const change = await ann.call("POST", "/v1/account/password", { current: long, password: "another long one" });
    expect([change.status, change.json.invalid_parameters?.[0]?.field]).toEqual([400, "current"]);
  });

  test("what a browser keeps on the way is out of reach of scripts, and ends", async () => {
    const { person, ann } = await signedUp();
    const { uri } = (await ann.call("POST", "/v1/account/totp", { password: person.password })).json as { uri: string };
    await ann.call("POST", "/v1/account/totp/confirm", { code: codeOf(uri) });
    const [cookie = ""] = (await signIn(browser(), person)).headers.getSetCookie();
    const secure = subject().url.startsWith("https:");
    const [pair = "", ...attributes] = cookie.split("; ");
    expect(pair.split("=")[0]).toBe(secure ? "__Host-weft-pending" : "weft-pending");
    expect(attributes.sort()).toEqual([
      "HttpOnly",
      "Max-Age=600",
      "Path=/",
      "SameSite=Strict",
      ...(secure ? ["Secure"] : []),
    ]);
  });

  test("an unknown address and a wrong password are refused in the same words", async () => {
    const { person } = await signedUp();
    const wrong = await signIn(browser(), { ...person, password: "wrong password" });
    const unknown = await signIn(browser(), { ...person, email: `no-${person.email}` });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    const said = ({ json: { instance: _, ...rest } }: Answer) => JSON.stringify({ ...rest, instance: "" });
    expect(said(wrong)).toBe(said(unknown));
    expect([...wrong.headers.keys()].sort()).toEqual([...unknown.headers.keys()].sort());
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  test("signing in opens a new session each time, whatever cookie was there", async () => {
    const { person, ann } = await signedUp();
    const [name = ""] = ann.cookies.keys();
    const before = ann.cookies.get(name);
    const other = browser();
    const planted = await other.call(
      "POST",
      "/v1/account/sign-in",
      { email: person.email, password: person.password },
      { cookie: `${name}=${before}` },
    );
    expect(planted.json).toEqual({ secondFactor: false });
    expect(other.cookies.get(name)).toMatch(/^weft_session_/);
    expect(other.cookies.get(name)).not.toBe(before);
    expect((await me(other)).email).toBe(person.email);
  });

  test("pages of other sites sign nobody in, up or out of a password", async () => {
    const { person, ann } = await signedUp();
    const foreign = { "sec-fetch-site": "cross-site" };
    for (const [path, body] of [
      ["", aPerson()],
      ["/sign-in", { email: person.email, password: person.password }],
      ["/second-factor", { code: "123456" }],
      ["/reset", { email: person.email }],
      ["/oidc/any", {}],
      ["/password", { current: person.password, password: "another long one" }],
      ["/totp", { password: person.password }],
    ] as const) {
      const answer = await ann.call("POST", `/v1/account${path}`, body, foreign);
      expect([path, answer.status, answer.headers.getSetCookie()]).toEqual([path, 403, []]);
    }
  });

  test("wrong guesses are counted: after ten not even the right one opens, elsewhere it does", async () => {
    const { person } = await signedUp();
    const guesser = browser();
    const guess = async (by: Browser, of: Person) => {
      const guesses = Array.from({ length: 10 }, (_, n) => signIn(by, { ...of, password: `wrong guess ${n}` }));
      expect((await Promise.all(guesses)).map(({ status }) => status)).toEqual(Array(10).fill(401));
    };
    await guess(guesser, person);
    const refused = await signIn(guesser, person);
    expect(refused.status, refused.text).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(60);
    expect((await signIn(browser(), person)).status).toBe(200);
    // Known or not: the limit says nothing of it.
    const nobody = { ...person, email: `no-${person.email}` };
    const other = browser();
    await guess(other, nobody);
    expect((await signIn(other, nobody)).status).toBe(429);
  });

  test("a second factor is asked for once it was confirmed, and a code opens one session", async () => {
    const { person, ann } = await signedUp();
    const refused = await ann.call("POST", "/v1/account/totp", { password: "wrong password" });
    expect([refused.status, refused.json.invalid_parameters?.[0]?.field]).toEqual([400, "password"]);
    const made = await ann.call("POST", "/v1/account/totp", { password: person.password });
    expect(made.status, made.text).toBe(200);
    const { uri, recoveryCodes } = made.json as { uri: string; recoveryCodes: string[] };
    expect(uri).toMatch(/^otpauth:\/\/totp\/Weft/);
    expect(new Set(recoveryCodes).size).toBe(10);
    // Not confirmed, it is not asked for.
    expect((await signIn(browser(), person)).json).toEqual({ secondFactor: false });
    // 401 would say that the session has ended.
    const wrong = await ann.call("POST", "/v1/account/totp/confirm", { code: "000000" });
    expect([wrong.status, wrong.json.invalid_parameters?.[0]?.field]).toEqual([400, "code"]);
    const used = codeOf(uri);
    const confirmed = await ann.call("POST", "/v1/account/totp/confirm", { code: used });
    expect(confirmed.status, confirmed.text).toBe(204);
    expect((await me(ann)).secondFactor).toBe(true);

    const other = browser();
    const half = await signIn(other, person);
    expect(half.json).toEqual({ secondFactor: true });
    expect([...other.cookies.keys()].filter((name) => name.endsWith("session"))).toEqual([]);
    expect(await me(other)).toBeUndefined();
    expect((await other.call("POST", "/v1/account/second-factor", { code: "000000" })).status).toBe(401);
    const replayed = await other.call("POST", "/v1/account/second-factor", { code: used });
    expect([replayed.status, await me(other)]).toEqual([401, undefined]);

    await signIn(other, person);
    const code = codeOf(uri, 1);
    const whole = await other.call("POST", "/v1/account/second-factor", { code });
    expect([whole.status, whole.json], whole.text).toEqual([200, { secondFactor: false }]);
    expect((await me(other)).email).toBe(person.email);
    expect([...other.cookies.keys()].filter((name) => name.endsWith("pending"))).toEqual([]);

    const third = browser();
    await signIn(third, person);
    expect((await third.call("POST", "/v1/account/second-factor", { code })).status, "the code again").toBe(401);
    expect(await me(third)).toBeUndefined();
  });

  test("a recovery code opens once; new ones end the older; switched off, none is asked for", async () => {
    const { person, ann } = await signedUp();
    const made = await ann.call("POST", "/v1/account/totp", { password: person.password });
    const { uri, recoveryCodes } = made.json as { uri: string; recoveryCodes: string[] };
    await ann.call("POST", "/v1/account/totp/confirm", { code: codeOf(uri) });
    const [first = "", second = ""] = recoveryCodes;
    const by = async (recoveryCode: string) => {
      const other = browser();
      await signIn(other, person);
      return (await other.call("POST", "/v1/account/second-factor", { recoveryCode })).status;
    };
    expect([await by(first), await by(first)]).toEqual([200, 401]);
    const renewed = await ann.call("POST", "/v1/account/recovery-codes", { password: person.password });
    expect(renewed.status, renewed.text).toBe(200);
    expect([await by(second), await by(renewed.json.recoveryCodes[0])]).toEqual([401, 200]);
    expect((await ann.call("DELETE", "/v1/account/totp", { password: "wrong password" })).status).toBe(400);
    expect((await ann.call("DELETE", "/v1/account/totp", { password: person.password })).status).toBe(204);
    expect((await me(ann)).secondFactor).toBe(false);
    expect((await signIn(browser(), person)).json).toEqual({ secondFactor: false });
  });

  test("half a sign-in is another browser's nothing, and ends after five wrong codes", async () => {
    const { person, ann } = await signedUp();
    const { uri } = (await ann.call("POST", "/v1/account/totp", { password: person.password })).json as { uri: string };
    await ann.call("POST", "/v1/account/totp/confirm", { code: codeOf(uri) });
    expect((await browser().call("POST", "/v1/account/second-factor", { code: codeOf(uri, 1) })).status).toBe(401);
    const guesser = browser();
    await signIn(guesser, person);
    for (let guess = 0; guess < 5; guess += 1) {
      expect((await guesser.call("POST", "/v1/account/second-factor", { code: "000000" })).status).toBe(401);
    }
    const late = await guesser.call("POST", "/v1/account/second-factor", { code: codeOf(uri, 1) });
    expect([late.status, late.json.detail]).toEqual([401, expect.stringContaining("sign in again")]);
  });

  test("a reset is answered alike for everybody, its link is good once, and it ends all sessions", async () => {
    const { person, ann } = await signedUp();
    const ask = (email: string) => browser().call("POST", "/v1/account/reset", { email });
    const [known, unknown] = [await ask(person.email), await ask(`no-${person.email}`)];
    expect([known.status, known.text, unknown.status, unknown.text]).toEqual([202, "", 202, ""]);
    const [, mail] = await subject().mails(person.email, 2);
    if (mail === undefined) throw new Error("no mail");
    const { url, token } = linkIn(mail);
    expect([url.origin, url.pathname]).toEqual([subject().url, "/console/reset"]);
    const set = (password: string) => browser().call("POST", "/v1/account/reset/confirm", { token, password });
    expect((await set("short")).status).toBe(400);
    expect((await set("another long password")).status).toBe(204);
    expect((await set("a third long password")).status).toBe(401);
    expect(await me(ann)).toBeUndefined();
    expect((await signIn(browser(), person)).status).toBe(401);
    const changed = browser();
    expect((await signIn(changed, { ...person, password: "another long password" })).status).toBe(200);
    // The mail has proved whose the address is.
    expect((await me(changed)).emailVerified).toBe(true);
  });

  test("a changed password ends all other sessions and keeps this one under a new token", async () => {
    const { person, ann } = await signedUp();
    const other = browser();
    await signIn(other, person);
    const before = [...ann.cookies.values()];
    const wrong = await ann.call("POST", "/v1/account/password", {
      current: "wrong password",
      password: "another long one",
    });
    expect([wrong.status, wrong.json.invalid_parameters?.[0]?.field], wrong.text).toEqual([400, "current"]);
    const changed = await ann.call("POST", "/v1/account/password", {
      current: person.password,
      password: "another long one",
    });
    expect(changed.status, changed.text).toBe(204);
    expect([...ann.cookies.values()]).not.toEqual(before);
    expect((await me(ann)).email).toBe(person.email);
    expect(await me(other)).toBeUndefined();
    expect((await signIn(browser(), person)).status).toBe(401);
  });

  test("a sign-in is in the audit log of each organisation of the person, with what came before it", async () => {
    const { person, ann } = await signedUp();
    const { id } = await me(ann);
    const name = `o${Math.random().toString(36).slice(2, 10)}`;
    expect((await ann.call("POST", "/v1/organisations", { name })).status).toBe(201);
    const deeds = async () => {
      const { items } = (await ann.call("GET", `/o/${name}/v1/audit?action=session.open`)).json;
      return items.map(({ actor, subject, details }: { actor: string; subject: string; details: object }) => ({
        actor,
        subject,
        ...details,
      }));
    };
    expect(await deeds()).toEqual([]);
    for (const wrong of ["one wrong password", "another wrong one"])
      await signIn(browser(), { ...person, password: wrong });
    await signIn(browser(), person);
    const entry = {
      actor: `user:${id}`,
      subject: `user ${id}`,
      agent: "Firefox",
      address: expect.stringMatching(/^10\./),
    };
    expect(await deeds()).toEqual([{ ...entry, way: "password", refused: 2 }]);
    const { uri } = (await ann.call("POST", "/v1/account/totp", { password: person.password })).json as { uri: string };
    await ann.call("POST", "/v1/account/totp/confirm", { code: codeOf(uri) });
    await signIn(browser(), { ...person, password: "a third wrong one" });
    const other = browser();
    await signIn(other, person);
    // Half of it is none.
    expect((await deeds()).length).toBe(1);
    expect((await other.call("POST", "/v1/account/second-factor", { code: codeOf(uri, 1) })).status).toBe(200);
    expect(await deeds()).toContainEqual({ ...entry, way: "password and code", refused: 1 });
  });

  test("sessions are listed with where they come from, and ended one by one or all but this", async () => {
    const { person, ann } = await signedUp();
    const others = [browser(), browser(), browser()];
    for (const other of others) await signIn(other, person);
    const list = async () => (await ann.call("GET", "/v1/account/sessions")).json.items;
    const items = await list();
    expect(items.map(({ current }: { current: boolean }) => current)).toEqual([false, false, false, true]);
    expect(items[0]).toEqual({
      id: expect.any(String),
      createdAt: expect.stringMatching(/Z$/),
      lastSeenAt: expect.stringMatching(/Z$/),
      agent: "Firefox",
      address: expect.stringMatching(/^10\./),
      current: false,
    });
    expect(JSON.stringify(items)).not.toContain("weft_session_");
    expect((await ann.call("DELETE", `/v1/account/sessions/${items[0].id}`)).status).toBe(204);
    expect((await ann.call("DELETE", `/v1/account/sessions/${items[0].id}`)).status).toBe(404);
    const stranger = (await signedUp()).ann;
    expect((await stranger.call("DELETE", `/v1/account/sessions/${items[1].id}`)).status).toBe(404);
    expect((await list()).length).toBe(3);
    expect((await ann.call("DELETE", "/v1/account/sessions")).status).toBe(204);
    expect((await list()).map(({ current }: { current: boolean }) => current)).toEqual([true]);
    for (const other of others) expect(await me(other)).toBeUndefined();
  });

  test("sign-ins are listed to their person alone, with their way and place, and those that were refused with why", async () => {
    const { person, ann } = await signedUp();
    const list = async (of = ann) => (await of.call("GET", "/v1/account/sign-ins")).json.items;
    expect(await list(), "a sign-up is none").toEqual([]);
    const [there, here] = [aPlace(), browser()];
    const stranger = openBrowser(subject(), there);
    for (const password of ["a wrong guess", "x".repeat(1000)]) await signIn(stranger, { ...person, password });
    await signIn(stranger, { ...person, email: `no-${person.email}`, password: "a wrong guess" });
    await signIn(here, person);
    const browserOf = { id: expect.any(String), at: expect.stringMatching(/Z$/), agent: "Firefox" };
    const wrong = { ...browserOf, way: "password", refused: "password", address: there };
    const right = { ...browserOf, way: "password", refused: null, address: expect.stringMatching(/^10\./) };
    expect(await list()).toEqual([right, wrong, wrong]);

    const { uri, recoveryCodes } = (await ann.call("POST", "/v1/account/totp", { password: person.password })).json;
    const code = codeOf(uri);
    expect((await ann.call("POST", "/v1/account/totp/confirm", { code })).status).toBe(204);
    await signIn(stranger, person);
    const told = async () =>
      (await list()).slice(0, -3).map(({ way, refused }: { way: string; refused: string }) => [way, refused]);
    expect(await told()).toEqual([["password", "unfinished"]]);
    const answer = (of: Browser, proof: object) => of.call("POST", "/v1/account/second-factor", proof);
    expect((await answer(stranger, { code: "000000" })).status).toBe(401);
    expect(await told()).toEqual([["password and code", "code"]]);
    expect((await answer(stranger, { recoveryCode: "none-such" })).status).toBe(401);
    await signIn(here, person);
    // One that was used is refused as a wrong one is.
    expect((await answer(here, { code })).status).toBe(401);
    await signIn(here, person);
    expect((await answer(here, { recoveryCode: recoveryCodes[0] })).status).toBe(200);
    expect(await told()).toEqual([
      ["password and recovery code", null],
      ["password and code", "code"],
      ["password and recovery code", "code"],
      ["password and code", "code"],
    ]);
    // Half a sign-in that nobody has begun is nobody's.
    const forger = browser();
    expect((await answer(forger, { code: "000000" })).status).toBe(401);
    const forged = { cookie: "weft-pending=%ZZ.x" };
    expect((await forger.call("POST", "/v1/account/second-factor", { code: "000000" }, forged)).status).toBe(401);
    expect(await list((await signedUp()).ann), "another person's").toEqual([]);
    expect((await ann.call("GET", "/v1/account/sign-ins?size=2")).json).toMatchObject({
      total: 7,
      items: [{ way: "password and recovery code" }, { way: "password and code" }],
    });
  });

  test("a name changes, and an account that is deleted is gone with its sessions", async () => {
    const { person, ann } = await signedUp();
    const renamed = await ann.call("PATCH", "/v1/account", { name: "  安 " });
    expect([renamed.status, renamed.json.name]).toEqual([200, "安"]);
    expect((await ann.call("PATCH", "/v1/account", { name: " " })).status).toBe(400);
    const other = browser();
    await signIn(other, person);
    expect((await ann.call("DELETE", "/v1/account")).status).toBe(204);
    expect([ann.cookies.size, await me(other)]).toEqual([0, undefined]);
    expect((await signIn(browser(), person)).status).toBe(401);
    await signedUp(person);
  });

  test("without a session, or with an API token's, nothing of an account is shown or changed", async () => {
    for (const [method, path] of [
      ["GET", "/sessions"],
      ["GET", "/sign-ins"],
      ["DELETE", "/sessions"],
      ["DELETE", ""],
      ["PATCH", ""],
      ["POST", "/totp"],
      ["POST", "/verification"],
      ["POST", "/verification/confirm"],
    ] as const) {
      expect([
        path,
        (await browser().call(method, `/v1/account${path}`, method === "GET" ? undefined : {})).status,
      ]).toEqual([path, 401]);
    }
  });
}
