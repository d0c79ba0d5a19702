// Sessions of people: whose they are, when they end, and that nothing else is one.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createApp } from "#app/app.ts";
import type { AppOptions } from "#app/call.ts";
import { openPersonSession, SESSION_LIFE } from "#app/person.ts";
import { openContactBook } from "#control/bell/contact.ts";
import { Sealed } from "#model/sealed.ts";
import { openPlane, type Plane, START } from "#test/control/harness.ts";
import { noAccounts } from "#test/no-accounts.ts";
import { importNonceKey } from "#trust/nonce.ts";
import { openAccountKeys, signSessionToken } from "#trust/session-token.ts";

const URL_OF_PLANE = "https://weft.example";
const OWN = { "sec-fetch-site": "same-origin" };
const HOUR = 3_600_000;

let plane: Plane;
let options: AppOptions;
let app: ReturnType<typeof createApp>;
let people = 0;

beforeAll(async () => {
  plane = await openPlane();
  const { store, deps, control } = plane;
  const nonceKey = await importNonceKey(new Sealed<Uint8Array>(randomBytes(32)));
  const { session } = await openAccountKeys(new Sealed<Uint8Array>(randomBytes(32)));
  options = {
    ...control,
    store,
    contacts: openContactBook(deps.clock, true),
    console: async () => null,
    controlPlane: deps.controlPlane,
    operatorSecret: new Sealed("operator"),
    nonceKey,
    accountKey: session,
    accounts: noAccounts,
    originOf: () => URL_OF_PLANE,
    addressOf: (request) => request.headers.get("from-here") ?? "",
    clock: deps.clock,
    chance: deps.chance,
    log: () => {},
  };
  app = createApp(options);
});
beforeEach(() => {
  plane.now = START;
});
afterAll(() => plane.close());

const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  Promise.resolve(app.fetch(new Request(`${URL_OF_PLANE}${path}`, { method, headers })));

/** A person who is signed in, and the header that says so. */
async function signedIn(): Promise<{ readonly id: string; readonly cookie: string; readonly setCookie: string }> {
  people += 1;
  const id = `person-${people}`;
  await plane.store.accounts.addUser({
    id,
    name: "Ann",
    email: `${id}@example.com`,
    emailVerified: true,
    secondFactor: false,
    createdAt: new Date(plane.now).toISOString(),
  });
  const setCookie = await openPersonSession({ app: options, request: browser() }, id);
  return { id, setCookie, cookie: setCookie.split(";")[0] ?? "" };
}

function browser(): Request {
  return new Request(URL_OF_PLANE, {
    headers: { "user-agent": `Firefox ${"x".repeat(999)}`, "from-here": "192.0.2.7" },
  });
}

test("a person is told who it is, and the cookie is out of reach of scripts and other hosts", async () => {
  const { id, cookie, setCookie } = await signedIn();
  const [pair = "", ...attributes] = setCookie.split("; ");
  expect(pair).toMatch(/^__Host-weft-session=weft_session_[a-z2-7]{52}_[\w-]{43}$/);
  expect(attributes.sort()).toEqual(
    ["HttpOnly", `Max-Age=${SESSION_LIFE.whole / 1000}`, "Path=/", "SameSite=Strict", "Secure"].sort(),
  );
  const answer = await ask("GET", "/v1/session", { cookie });
  expect([answer.status, await answer.json()]).toEqual([
    200,
    {
      user: { id, name: "Ann", email: `${id}@example.com`, emailVerified: true, secondFactor: false },
      organisations: [],
    },
  ]);
  const [row] = await plane.store.accounts.listSessions(id, new Date(plane.now).toISOString());
  expect(row).toMatchObject({ user: id, address: "192.0.2.7" });
  expect(row?.agent).toHaveLength(300);
});

test("it ends when it is not seen for a week, and after a month however often it is seen", async () => {
  const idle = await signedIn();
  const busy = await signedIn();
  const read = async ({ cookie }: { readonly cookie: string }) => (await ask("GET", "/v1/session", { cookie })).status;
  for (let day = 1; day <= 29; day += 1) {
    plane.now = START + day * 24 * HOUR;
    expect(await read(busy), `day ${day}`).toBe(200);
  }
  expect(await read(idle)).toBe(401);
  plane.now = START + SESSION_LIFE.whole - 1;
  expect(await read(busy)).toBe(200);
  plane.now = START + SESSION_LIFE.whole;
  expect(await read(busy)).toBe(401);
});

test("being seen is written down seldom", async () => {
  const { id, cookie } = await signedIn();
  const seenAt = async () =>
    (await plane.store.accounts.listSessions(id, new Date(START).toISOString())).map(({ lastSeenAt }) => lastSeenAt);
  plane.now = START + SESSION_LIFE.seen - 1;
  await ask("GET", "/v1/session", { cookie });
  expect(await seenAt()).toEqual([new Date(START).toISOString()]);
  plane.now = START + SESSION_LIFE.seen;
  await ask("GET", "/v1/session", { cookie });
  expect(await seenAt()).toEqual([new Date(plane.now).toISOString()]);
});

test("signing out ends the session itself; the cookie is worth nothing afterwards", async () => {
  const { cookie } = await signedIn();
  const other = await ask("DELETE", "/v1/session", { cookie, "sec-fetch-site": "cross-site" });
  expect(other.status).toBe(403);
  expect((await ask("GET", "/v1/session", { cookie })).status).toBe(200);
  const closed = await ask("DELETE", "/v1/session", { cookie, ...OWN });
  expect([closed.status, closed.headers.get("set-cookie")]).toEqual([204, expect.stringContaining("Max-Age=0")]);
  const read = await ask("GET", "/v1/session", { cookie });
  expect([read.status, ((await read.json()) as { detail: string }).detail]).toEqual([
    401,
    "This session has ended; sign in again",
  ]);
});

test("a row's token without our signature, or under another key, signs nobody in", async () => {
  const { id } = await signedIn();
  const [row] = await plane.store.accounts.listSessions(id, new Date(START).toISOString());
  const other = await openAccountKeys(new Sealed<Uint8Array>(randomBytes(32)));
  for (const value of [
    row?.token ?? "",
    `weft_session_${row?.token}_${"A".repeat(43)}`,
    await signSessionToken(other.session, row?.token ?? ""),
  ]) {
    expect((await ask("GET", "/v1/session", { cookie: `__Host-weft-session=${value}` })).status).toBe(401);
  }
});

test("who is no member finds no organisation, existing or not, and a session is no bearer token", async () => {
  const { cookie } = await signedIn();
  const { organisation } = await plane.control.organisations.create("acme");
  for (const name of [organisation.name, "nobody"]) {
    const answer = await ask("GET", `/o/${name}/meshes`, { cookie });
    expect([name, answer.status]).toEqual([name, 404]);
  }
  const text = cookie.split("=")[1] ?? "";
  expect((await ask("GET", "/v1/session", { authorization: `Bearer ${text}` })).status).toBe(401);
});

test("what has ended is removed by one of many sessions that open without a password", async () => {
  const { id } = await signedIn();
  const ended = { createdAt: "2020-01-01T00:00:00.000Z", lastSeenAt: "", expiresAt: "2020-01-02T00:00:00.000Z" };
  const row = { id: "ended", token: "ended", user: id, ...ended, lastSeenAt: ended.createdAt, agent: "", address: "" };
  await plane.store.accounts.addSession(row);
  const works: Promise<unknown>[] = [];
  const opened = async (first: number): Promise<boolean> => {
    const chance = (length: number) => (length === 1 ? Uint8Array.of(first) : options.chance(length));
    const turn: AppOptions = { ...options, chance, background: (work) => void works.push(work) };
    await openPersonSession({ app: turn, request: new Request(URL_OF_PLANE) }, id);
    await Promise.all(works);
    return (await plane.store.accounts.sessionOf("ended")) !== null;
  };
  expect([await opened(1), await opened(0)]).toEqual([true, false]);
});
