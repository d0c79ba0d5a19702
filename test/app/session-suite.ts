// Sessions of browsers: how one is opened, read and closed, what its cookie is, and which calls it may make.
import { expect, test } from "vitest";
import {
  type Answer,
  call,
  createOrganisation,
  createToken,
  mesh,
  type Organisation,
  type Subject,
} from "./subject.ts";

type Headers = Readonly<Record<string, string>>;

/** As a page of the console calls. */
const OWN: Headers = { "sec-fetch-site": "same-origin" };

/** The name that the subject's cookies have: its own scheme decides. */
function cookieName(subject: Subject): string {
  return subject.url.startsWith("https:") ? "__Host-weft-session" : "weft-session";
}

export function sessionSuite(subject: () => Subject): void {
  const open = (token: unknown, headers: Headers = OWN): Promise<Answer> =>
    call(subject(), "POST", "/v1/session", { body: { token }, headers });
  const withCookie = (token: string): Headers => ({ cookie: `theme=dark; ${cookieName(subject())}=${token}` });
  /** A call of the organisation by its session alone. */
  const bySession = (
    { name, token }: Pick<Organisation, "name" | "token">,
    method: string,
    path: string,
    headers: Headers = {},
    body?: unknown,
  ): Promise<Answer> =>
    call(subject(), method, `/o/${name}${path}`, { headers: { ...withCookie(token), ...headers }, body });

  test("a good token opens one, and its answer says whose it is without the token", async () => {
    const organisation = await createOrganisation(subject());
    const token = await createToken(organisation, ["read", "write"]);
    const opened = await open(token);
    expect(opened.status, opened.text).toBe(201);
    expect(opened.json).toEqual({
      token: { id: expect.any(String), name: "read+write", expiresAt: null },
      organisations: [{ name: organisation.name, scopes: ["read", "write"] }],
    });
    expect(opened.text).not.toContain(token);
    expect(opened.headers.get("cache-control")).toBe("no-store");
    const read = await call(subject(), "GET", "/v1/session", { headers: withCookie(token) });
    expect([read.status, read.json]).toEqual([200, opened.json]);
  });

  test("no script reads the cookie, no other host gets it, and it ends with the browser", async () => {
    const { token } = await createOrganisation(subject());
    const cookie = (await open(token)).headers.get("set-cookie") ?? "";
    const [pair, ...attributes] = cookie.split("; ");
    const secure = subject().url.startsWith("https:");
    expect(pair).toBe(`${cookieName(subject())}=${token}`);
    expect(attributes.sort()).toEqual(["HttpOnly", "Path=/", "SameSite=Strict", ...(secure ? ["Secure"] : [])]);
  });

  test("behind a proxy that speaks TLS the cookie is bound to the host, and the plain one does not count", async () => {
    const organisation = await createOrganisation(subject());
    const { token } = organisation;
    const proxied = { ...OWN, "x-forwarded-proto": "https" };
    const cookie = (await open(token, proxied)).headers.get("set-cookie") ?? "";
    const [pair, ...attributes] = cookie.split("; ");
    expect(pair).toBe(`__Host-weft-session=${token}`);
    // A browser takes a __Host- cookie only with Secure, this path, and no domain.
    expect(attributes.sort()).toEqual(["HttpOnly", "Path=/", "SameSite=Strict", "Secure"]);
    const read = (name: string) =>
      call(subject(), "GET", `/o/${organisation.name}/meshes`, {
        headers: { "x-forwarded-proto": "https", cookie: `${name}=${token}` },
      });
    expect((await read("__Host-weft-session")).status).toBe(200);
    expect((await read("weft-session")).status).toBe(401);
  });

  test("a token that is wrong, revoked, ended or of another kind opens none, and says which", async () => {
    const organisation = await createOrganisation(subject());
    const forged = `${organisation.token.slice(0, -1)}${organisation.token.endsWith("a") ? "b" : "a"}`;
    const revoked = await organisation.call("POST", "/v1/tokens", { name: "gone", scopes: ["read"] });
    await organisation.call("DELETE", `/v1/tokens/${revoked.json.id}`);
    const ended = await organisation.call("POST", "/v1/tokens", { name: "short", scopes: ["read"], validFor: "1s" });
    await new Promise((resolve) => setTimeout(resolve, Date.parse(ended.json.expiresAt) - Date.now() + 5));
    for (const [token, why] of [
      ["nonsense", /malformed/],
      [organisation.token.replace("_api_", "_enrolment_"), /malformed/],
      [subject().operatorSecret, /malformed/],
      [forged, /not known/],
      [revoked.json.token, /revoked/],
      [ended.json.token, /expired at/],
    ] as const) {
      const refused = await open(token);
      expect([refused.status, refused.headers.get("set-cookie")], refused.text).toEqual([401, null]);
      expect(refused.json.detail).toMatch(why);
      const read = await call(subject(), "GET", "/v1/session", { headers: withCookie(token) });
      expect([read.status, read.json.detail]).toEqual([401, refused.json.detail]);
    }
  });

  test.each([
    [{}, "token"],
    [{ token: "" }, "token"],
    [{ token: 7 }, "token"],
    [{ token: "x".repeat(1025) }, "token"],
    [{ token: "x", remember: true }, "remember"],
  ])("a body such as %j is refused at its field", async (body, field) => {
    const answer = await call(subject(), "POST", "/v1/session", { body, headers: OWN });
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([400, null]);
    expect(JSON.stringify(answer.json.invalid_parameters)).toContain(field);
  });

  test("without a cookie, or with one that is nonsense, nobody is signed in", async () => {
    const organisation = await createOrganisation(subject());
    expect((await call(subject(), "GET", "/v1/session")).status).toBe(401);
    for (const token of ["nonsense", "", "%00", `${organisation.token}x`]) {
      const read = await call(subject(), "GET", "/v1/session", { headers: withCookie(token) });
      const used = await bySession({ ...organisation, token }, "GET", "/meshes");
      expect([token, read.status, used.status]).toEqual([token, 401, 401]);
    }
  });

  test("closing it takes the cookie back, and the token lives on", async () => {
    const organisation = await createOrganisation(subject());
    const { token } = organisation;
    const closed = await call(subject(), "DELETE", "/v1/session", { headers: { ...OWN, ...withCookie(token) } });
    expect([closed.status, closed.text]).toEqual([204, ""]);
    const [pair, ...attributes] = (closed.headers.get("set-cookie") ?? "").split("; ");
    expect(pair).toBe(`${cookieName(subject())}=`);
    expect(attributes).toEqual(expect.arrayContaining(["Max-Age=0", "Path=/", "HttpOnly"]));
    expect((await organisation.call("GET", "/meshes")).status).toBe(200);
    expect((await call(subject(), "DELETE", "/v1/session", { headers: OWN })).status).toBe(204);
  });

  test.each(["cross-site", "same-site", "none"])("pages that are %s open and close none", async (site) => {
    const { token } = await createOrganisation(subject());
    const headers = { "sec-fetch-site": site };
    const opened = await open(token, headers);
    const closed = await call(subject(), "DELETE", "/v1/session", { headers: { ...headers, ...withCookie(token) } });
    for (const { status, headers: answered } of [opened, closed]) {
      expect([status, answered.get("set-cookie")]).toEqual([403, null]);
    }
  });

  test("an old browser that says no more than an origin opens and closes none for another host's page", async () => {
    const { token } = await createOrganisation(subject());
    const foreign = await open(token, { origin: "https://evil.example" });
    expect([foreign.status, foreign.headers.has("set-cookie")]).toEqual([403, false]);
    const closed = await call(subject(), "DELETE", "/v1/session", {
      headers: { ...withCookie(token), origin: "https://evil.example" },
    });
    expect([closed.status, closed.headers.has("set-cookie")]).toEqual([403, false]);
    expect((await open(token, { origin: "null" })).status).toBe(403);
    // A program has no origin, and the console's own pages have ours.
    expect((await open(token, {})).status).toBe(201);
    expect((await open(token, { origin: subject().url, host: new URL(subject().url).host })).status).toBe(201);
  });

  test("reading needs the cookie alone", async () => {
    const organisation = await createOrganisation(subject());
    for (const headers of [{}, { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "none" }]) {
      expect((await bySession(organisation, "GET", "/meshes", headers)).status).toBe(200);
      expect((await bySession(organisation, "HEAD", "/meshes", headers)).status).toBe(200);
    }
  });

  test("what changes something must come from a page of this host", async () => {
    const organisation = await createOrganisation(subject());
    const { origin, host } = new URL(subject().url);
    const write = (name: string, headers: Headers): Promise<Answer> =>
      bySession(organisation, "PUT", `/meshes/${name}`, headers, mesh(name));
    const refused: readonly Headers[] = [
      {},
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
      { "sec-fetch-site": "cross-site", origin },
      { "sec-fetch-site": "" },
      { origin: "null" },
      { origin: "https://attacker.example" },
      { origin: `https://attacker.example/${host}` },
      { origin: `https://${host}.attacker.example` },
      { origin: "nonsense" },
    ];
    for (const headers of refused) {
      for (const method of ["PUT", "DELETE"]) {
        const answer = await bySession(organisation, method, "/meshes/forged", headers, mesh("forged"));
        expect([method, headers, answer.status]).toEqual([method, headers, 403]);
        expect(answer.json.detail).toContain("console");
      }
    }
    expect((await organisation.call("GET", "/meshes")).json.total).toBe(0);
    expect((await write("by-metadata", OWN)).status).toBe(201);
    expect((await write("by-origin", { origin })).status).toBe(201);
    const posted = await bySession(organisation, "POST", "/v1/tokens", OWN, { name: "ci", scopes: ["read"] });
    expect(posted.status, posted.text).toBe(201);
  });

  test("it may do what its token may, and what it did is the token's", async () => {
    const organisation = await createOrganisation(subject());
    const reader = { name: organisation.name, token: await createToken(organisation, ["read"]) };
    expect((await bySession(reader, "GET", "/meshes")).status).toBe(200);
    expect((await bySession(reader, "PUT", "/meshes/m", OWN, mesh("m"))).status).toBe(403);
    const writer = { name: organisation.name, token: await createToken(organisation, ["write", "read"]) };
    expect((await bySession(writer, "PUT", "/meshes/m", OWN, mesh("m"))).status).toBe(201);
    const { items } = (await organisation.call("GET", "/v1/revisions")).json;
    expect(items[0].token.name).toBe("write+read");
  });

  test("another organisation is not there for it, existing or not", async () => {
    const [mine, other] = [await createOrganisation(subject()), await createOrganisation(subject())];
    for (const name of [other.name, "no-such-organisation"]) {
      const { token } = mine;
      expect((await bySession({ name, token }, "GET", "/meshes")).status).toBe(404);
      expect((await bySession({ name, token }, "PUT", "/meshes/m", OWN, mesh("m"))).status).toBe(404);
    }
    expect((await other.call("GET", "/meshes")).json.total).toBe(0);
  });

  test("a token in the call counts, not the cookie beside it", async () => {
    const [mine, other] = [await createOrganisation(subject()), await createOrganisation(subject())];
    const both = (organisation: Organisation, token: string, cookie: string) =>
      call(subject(), "GET", `/o/${organisation.name}/meshes`, { token, headers: withCookie(cookie) });
    expect((await both(mine, mine.token, other.token)).status).toBe(200);
    expect((await both(other, mine.token, other.token)).status).toBe(404);
    expect((await both(mine, "nonsense", mine.token)).status).toBe(401);
    // Such a call is no browser's, so where it comes from does not matter.
    const written = await call(subject(), "PUT", `/o/${mine.name}/meshes/m`, {
      token: mine.token,
      body: mesh("m"),
      headers: { ...withCookie(mine.token), "sec-fetch-site": "cross-site" },
    });
    expect(written.status, written.text).toBe(201);
  });

  test("the operator's routes and relays' routes take no session", async () => {
    const organisation = await createOrganisation(subject());
    const headers = { ...OWN, ...withCookie(organisation.token) };
    expect((await call(subject(), "GET", "/v1/organisations", { headers })).status).toBe(401);
    expect((await call(subject(), "GET", "/v1/zone/snapshot", { headers })).status).toBe(401);
    const operator = { ...OWN, ...withCookie(subject().operatorSecret) };
    expect((await call(subject(), "GET", "/v1/organisations", { headers: operator })).status).toBe(401);
  });
}
