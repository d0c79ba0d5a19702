// Sign-in at a real OIDC provider: who is joined to whom, what is refused, and that nothing of another browser or time counts.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ControlPlane, runControlPlane } from "#node/main.ts";
import { type MailBox, openMailBox } from "#test/mail-box.ts";
import { type OidcProvider, openOidcProvider } from "#test/oidc.ts";
import { aPerson, aPlace, type Browser, linkIn, openBrowser, type Person } from "./account-suite.ts";
import type { Subject } from "./subject.ts";

const GONE = "http://127.0.0.1:9";

let folder: string;
let plane: ControlPlane;
let provider: OidcProvider;
let box: MailBox;
let subject: Subject;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-oidc-"));
  provider = await openOidcProvider();
  box = await openMailBox();
  const { issuer, clientId, clientSecret } = provider;
  const client = { clientId, clientSecret };
  const oidcFile = join(folder, "oidc.json");
  const providers = [
    { id: "test", name: "Test", issuer, ...client },
    { id: "gone", name: "Gone", issuer: GONE, ...client },
  ];
  await writeFile(oidcFile, JSON.stringify(providers));
  plane = await runControlPlane({
    stateDir: folder,
    host: "127.0.0.1",
    port: 0,
    logLevel: "silent",
    oidcFile,
    behindProxy: true,
    mail: { url: box.url, from: "weft@example.com" },
  });
  provider.serve(`${plane.url}/account/callback/test`);
  subject = {
    url: plane.url,
    operatorSecret: "",
    fetch: (path, init) => fetch(`${plane.url}${path}`, { redirect: "manual", ...init }),
  };
});
beforeEach(() => provider.people.clear());
afterAll(async () => {
  await plane?.close();
  await provider?.close();
  await box?.close();
  await rm(folder, { recursive: true, force: true });
});

const browser = (): Browser => openBrowser(subject, aPlace());
const me = async (of: Browser) => (await of.call("GET", "/v1/session")).json?.user;

async function start(of: Browser, body: object = {}): Promise<string> {
  const answer = await of.call("POST", "/v1/account/oidc/test", body);
  expect(answer.status, answer.text).toBe(200);
  return answer.json.url;
}

/** Comes back by the address that the provider has sent the browser to; gives where it goes on to. */
async function comeBack(of: Browser, url: string): Promise<string> {
  const { pathname, search } = new URL(url);
  // Whatever Fetch Metadata says of a redirect from another site: this is a page that is opened.
  const answer = await of.call("GET", `${pathname}${search}`, undefined, { "sec-fetch-site": "cross-site" });
  expect(answer.status, answer.text).toBe(303);
  return answer.headers.get("location") ?? "";
}

async function signIn(of: Browser, login: string, body: object = {}): Promise<string> {
  return comeBack(of, await provider.visit(await start(of, body), login));
}

/** The same person at the provider. */
function there(person: Person, email_verified: boolean): string {
  provider.people.set(person.email, { sub: person.email, email: person.email, email_verified, name: person.name });
  return person.email;
}

async function signedUp(person: Person): Promise<Browser> {
  const of = browser();
  expect((await of.call("POST", "/v1/account", person)).status).toBe(201);
  return of;
}

test("it is offered by name, with code, PKCE, state and nonce", async () => {
  expect((await browser().call("GET", "/v1/account/ways")).json.providers).toEqual([
    { id: "test", name: "Test" },
    { id: "gone", name: "Gone" },
  ]);
  const url = new URL(await start(browser()));
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: "code",
    client_id: provider.clientId,
    redirect_uri: `${plane.url}/account/callback/test`,
    code_challenge_method: "S256",
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^.{16,}$/),
    nonce: expect.stringMatching(/^.{16,}$/),
    scope: "openid email profile",
  });
});

test("a newcomer has an account by the provider's word, and goes on where it began", async () => {
  const person = aPerson();
  const ann = browser();
  const login = there(person, true);
  expect(await signIn(ann, login, { from: "/o/acme?x=1" })).toBe("/console/o/acme?x=1");
  expect(await me(ann)).toMatchObject({ name: person.name, email: person.email, emailVerified: true });
  expect([...ann.cookies.keys()]).toEqual(["weft-session"]);
  const again = browser();
  expect(await signIn(again, login)).toBe("/console/");
  expect((await me(again)).id).toBe((await me(ann)).id);
  const { items } = (await ann.call("GET", "/v1/account/sign-ins")).json;
  expect(items).toMatchObject([
    { way: "test", refused: null },
    { way: "test", refused: null },
  ]);
});

test("a proved address joins the person who has proved it here too, and all that they have stays", async () => {
  const person = aPerson();
  const ann = await signedUp(person);
  const [mail] = await box.mails(person.email, 1);
  if (mail === undefined) throw new Error("no mail");
  const confirmed = await ann.call("POST", "/v1/account/verification/confirm", { token: linkIn(mail).token });
  expect(confirmed.status, confirmed.text).toBe(204);
  const { id } = await me(ann);
  const other = browser();
  expect(await signIn(other, there(person, true))).toBe("/console/");
  expect(await me(other)).toMatchObject({ id, name: person.name });
  expect(await me(ann)).toMatchObject({ id });
  const proof = { email: person.email, password: person.password };
  expect((await browser().call("POST", "/v1/account/sign-in", proof)).status).toBe(200);
});

test("who signed up with an address and never proved it loses it to whom the provider says it belongs", async () => {
  const person = aPerson();
  const ann = await signedUp(person);
  const { id } = await me(ann);
  const other = browser();
  expect(await signIn(other, there(person, true))).toBe("/console/");
  expect(await me(other)).toMatchObject({ id, emailVerified: true });
  expect(await me(ann)).toBeUndefined();
  const proof = { email: person.email, password: person.password };
  expect((await browser().call("POST", "/v1/account/sign-in", proof)).status).toBe(401);
});

test("an address that the provider has not proved joins nobody", async () => {
  const person = aPerson();
  const ann = await signedUp(person);
  const other = browser();
  expect(await signIn(other, there(person, false))).toBe("/console/sign-in?refused=taken");
  expect(await me(other)).toBeUndefined();
  expect((await me(ann)).emailVerified).toBe(false);
  const { items } = (await ann.call("GET", "/v1/account/sign-ins")).json;
  expect(items).toMatchObject([{ way: "test", refused: "taken" }]);
});

test("without an address nobody is signed in", async () => {
  provider.people.set("bare", { sub: "bare" });
  expect(await signIn(browser(), "bare")).toBe("/console/sign-in?refused=email");
});

test("who says no at the provider is told so", async () => {
  const ann = browser();
  const back = await provider.visit(await start(ann), null);
  expect(await comeBack(ann, back)).toBe("/console/sign-in?refused=denied");
  expect(ann.cookies.size).toBe(0);
});

test("an answer counts once, and for the browser that began", async () => {
  const login = there(aPerson(), true);
  const [ann, thief] = [browser(), browser()];
  const back = await provider.visit(await start(ann), login);
  // An answer that is slipped to somebody else would sign them in as another person.
  expect(await comeBack(thief, back)).toBe("/console/sign-in?refused=expired");
  await start(thief);
  expect(await comeBack(thief, back)).toBe("/console/sign-in?refused=expired");
  expect(await me(thief)).toBeUndefined();
  const kept = new Map(ann.cookies);
  expect(await comeBack(ann, back)).toBe("/console/");
  const again = browser();
  for (const [name, value] of kept) (again.cookies as Map<string, string>).set(name, value);
  expect(await comeBack(again, back)).toBe("/console/sign-in?refused=expired");
  expect(await me(again)).toBeUndefined();
});

test("an answer with another code, state or issuer is refused", async () => {
  const login = there(aPerson(), true);
  for (const [name, value, why] of [
    ["code", "forged", "provider"],
    ["state", "forged", "expired"],
    ["iss", "https://other.example", "provider"],
  ] as const) {
    const ann = browser();
    const back = new URL(await provider.visit(await start(ann), login));
    back.searchParams.set(name, value);
    expect([name, await comeBack(ann, back.href)]).toEqual([name, `/console/sign-in?refused=${why}`]);
    expect(await me(ann)).toBeUndefined();
  }
});

test("nobody is sent to another site afterwards", async () => {
  const ann = browser();
  for (const from of [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "evil",
    "/a\nb",
  ]) {
    expect((await ann.call("POST", "/v1/account/oidc/test", { from })).status, from).toBe(400);
  }
  const login = there(aPerson(), true);
  const back = await provider.visit(await start(ann), login);
  const [name = "", value = ""] = [...ann.cookies].find(([one]) => one === "weft-oidc") ?? [];
  const planted = Buffer.from("//evil.example/").toString("base64url");
  (ann.cookies as Map<string, string>).set(name, `${value.split("~")[0]}~${planted}`);
  expect(await comeBack(ann, back)).toBe("/console/");
});

test("a provider that does not answer stops nobody else, and one that comes back is asked again", async () => {
  const gone = await browser().call("POST", "/v1/account/oidc/gone", {});
  expect([gone.status, gone.json.detail]).toEqual([503, expect.stringContaining("Gone does not answer")]);
  expect((await browser().call("POST", "/v1/account/oidc/none", {})).status).toBe(404);
  const before = provider.discovered();
  await start(browser());
  expect(provider.discovered(), "its document is kept").toBe(before);
});
