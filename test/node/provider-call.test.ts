// Calls to OIDC providers that mean harm: documents that lead to private addresses, redirects, answers without end.
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { discover } from "#account/discovery.ts";
import { readProviders } from "#account/provider.ts";
import { MOST_READ, openAskProvider } from "#account/provider-call.ts";
import { openProviderCall } from "#node/provider-call.ts";
import type { Resolve } from "#node/public-lookup.ts";

let server: Server;
let hidden: Server;
let answer: RequestListener;
let reached: string[];
let [issuer, secret] = ["", ""];

const listen = async (listener: RequestListener): Promise<Server> => {
  const made = createServer(listener);
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  return made;
};
const urlOf = (of: Server): string => `http://127.0.0.1:${(of.address() as AddressInfo).port}`;

beforeAll(async () => {
  server = await listen((request, response) => answer(request, response));
  hidden = await listen((request, response) => {
    reached.push(request.url ?? "");
    response.end("{}");
  });
  [issuer, secret] = [urlOf(server), urlOf(hidden)];
  reached = [];
});
afterEach(() => {
  // Nobody on the private network has heard of any of this.
  expect(reached).toEqual([]);
});
afterAll(async () => {
  for (const one of [server, hidden]) {
    one.closeAllConnections();
    await new Promise((resolve) => one.close(resolve));
  }
});

const causeOf = async (run: Promise<unknown>): Promise<string> => {
  const fault = await run.then(
    () => expect.unreachable("it was let through"),
    (thrown) => thrown,
  );
  expect(fault).toMatchObject({ code: "unavailable", retryAfter: 10 });
  return String(fault.cause);
};
const resolver: Resolve = (_host, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);
const opened = () => {
  const provider = readProviders(
    JSON.stringify([{ id: "p", name: "P", issuer, clientId: "c", clientSecret: "s" }]),
    "x",
  )[0]!;
  const ask = openAskProvider(provider, openProviderCall(resolver));
  return { ask, found: () => discover(provider, ask, Date.now) };
};
const says =
  (document: object): RequestListener =>
  (_, response) =>
    response.end(JSON.stringify(document));
const good = () => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  userinfo_endpoint: `${issuer}/me`,
});

test("the operator's own host may be private, and says where all is", async () => {
  answer = says(good());
  const { found } = opened();
  expect(await found()).toMatchObject({
    issuer,
    tokenUrl: `${issuer}/token`,
    userInfoUrl: `${issuer}/me`,
    algorithms: ["RS256"],
  });
});

test.each([
  ["a private address by number", () => `${secret}/x`, "must begin with https://"],
  ["the same by TLS", () => secret.replace("http:", "https:"), "must not lead to a private"],
  ["the cloud's own data", () => "https://169.254.169.254/latest", "must not lead to a private"],
  ["a name of a private network", () => "https://db.internal/x", "must not lead to a name of a private network"],
  ["a name that resolves to a private address", () => "https://evil.example/x", "not public"],
  ["a file", () => "file:///etc/passwd", "must begin with https://"],
])("what it names is not asked where that is %s", async (_, url, why) => {
  const { ask } = opened();
  expect(await causeOf(ask(url(), { method: "POST", body: "code=1" }))).toContain(why);
});

test("keys at such an address are not fetched when a token is to be verified", async () => {
  answer = says({ ...good(), jwks_uri: `${secret}/jwks` });
  const { keys } = await opened().found();
  expect(await causeOf(Promise.resolve(keys({ alg: "RS256" }, {} as never)))).toContain("must begin with https://");
});

test("no redirect is followed", async () => {
  answer = (_, response) => response.writeHead(302, { location: `${secret}/x` }).end();
  expect(await causeOf(opened().found())).toContain("answered 302");
});

test("an answer without end is read no further than is believed", async () => {
  answer = (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  };
  expect(await causeOf(opened().found())).toContain(`larger than ${MOST_READ} bytes`);
});

test("who vouches for another issuer, lacks an endpoint or says no JSON is not believed", async () => {
  answer = says({ ...good(), issuer: "https://login.example" });
  expect(await causeOf(opened().found())).toContain("is of https://login.example");
  answer = says({ ...good(), token_endpoint: "nowhere" });
  expect(await causeOf(opened().found())).toContain("lacks an endpoint");
  answer = (_, response) => response.end("<html>");
  expect(await causeOf(opened().found())).toContain("no JSON");
});
