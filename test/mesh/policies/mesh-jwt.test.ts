// Tokens on live traffic: valid, expired, forged and wrong ones are told apart, and their claims decide.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { type HttpAnswer, type HttpCall, httpCall, httpProgram, type Program } from "#test/workload.ts";

const ISSUER = "https://issuer.test/";
let mesh: TestMesh;
let backend: Program;
let web: Sidecar;
let stranger: Sidecar;
let keys: GenerateKeyPairResult;
let forger: GenerateKeyPairResult;
let rotated: GenerateKeyPairResult;
/** What the key server answers; null = 500. */
let served: string | null = null;
let fetches = 0;
const keyServer = createServer((_, outgoing) => {
  fetches++;
  if (served === null) outgoing.writeHead(500).end();
  else outgoing.setHeader("content-type", "application/json").end(served);
});

const SERVER = { kind: "Dataplane", labels: { "kuma.io/display-name": "backend-1" } };
const jwt = (...rules: readonly object[]): Resource => ({
  type: "MeshJWT",
  mesh: "default",
  name: "users",
  spec: { targetRef: SERVER, rules },
});
const jwks = async (key: GenerateKeyPairResult, kid: string): Promise<string> =>
  JSON.stringify({ keys: [{ ...(await exportJWK(key.publicKey)), kid, alg: "ES256", use: "sig" }] });
const provider = async (more: object = {}): Promise<object> => ({
  name: "users",
  issuer: ISSUER,
  audiences: ["shop"],
  jwks: { inline: await jwks(keys, "1") },
  clockSkew: "1s",
  ...more,
});

interface Token {
  readonly key?: GenerateKeyPairResult;
  readonly kid?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly from?: number;
  readonly until?: number;
  readonly claims?: Readonly<Record<string, unknown>>;
}

function sign({ key = keys, kid = "1", issuer = ISSUER, audience = "shop", ...more }: Token = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ ...more.claims })
    .setProtectedHeader({ alg: "ES256", kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject("ada")
    .setNotBefore(now + (more.from ?? -60))
    .setExpirationTime(now + (more.until ?? 600))
    .sign(key.privateKey);
}

const call = (proxy: Sidecar, options: HttpCall = {}): Promise<HttpAnswer> => httpCall(`${proxy.outbound()}/`, options);
const bearer = (token: string): HttpCall => ({ headers: { authorization: `Bearer ${token}` } });
const withToken = async (token: Token, proxy = web): Promise<HttpAnswer> => call(proxy, bearer(await sign(token)));

/** Waits until so many requests in a row, spread over all connections, find what is wanted. */
async function steadily(what: string, holds: () => Promise<boolean>): Promise<void> {
  const all = async (): Promise<boolean> => (await Promise.all(Array.from({ length: 20 }, holds))).every((one) => one);
  await until(what, all);
}

beforeAll(async () => {
  const pair = (): Promise<GenerateKeyPairResult> => generateKeyPair("ES256", { extractable: true });
  [keys, forger, rotated] = await Promise.all([pair(), pair(), pair()]);
  keyServer.listen(0, "127.0.0.1");
  mesh = await startMesh();
  await mesh.apply(allowAll());
  backend = await httpProgram("backend");
  await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  stranger = await mesh.proxy({ name: "stranger-1", service: "stranger", calls: ["backend"] });
  for (const proxy of [web, stranger])
    await steadily("the path to be open", async () => (await call(proxy)).status === 200);
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
  keyServer.closeAllConnections();
  keyServer.close();
});

test("a valid token is told from one that is missing, expired, early, forged, or for somebody else", async () => {
  await mesh.apply(jwt({ default: { providers: [await provider()] } }));
  await steadily("a token to be required", async () => (await call(web)).status === 401);
  const before = backend.count();
  const told = async (token: Token): Promise<string> => {
    const { status, body } = await withToken(token);
    return `${status} ${body}`;
  };
  expect((await call(web)).body).toBe("Jwt is missing");
  expect(await told({ until: -60, from: -600 })).toBe("401 Jwt is expired");
  expect(await told({ from: 600, until: 1200 })).toBe("401 Jwt not yet valid");
  expect(await told({ audience: "other" })).toBe("403 Audiences in Jwt are not allowed");
  expect(await told({ issuer: "https://elsewhere.test/" })).toBe("401 Jwt issuer is not configured");
  expect(await told({ key: forger })).toBe("401 Jwt verification fails");
  const [head = "", , signature = ""] = (await sign()).split(".");
  const other = Buffer.from(JSON.stringify({ iss: ISSUER, aud: "shop", sub: "root", exp: 9_999_999_999 })).toString(
    "base64url",
  );
  expect((await call(web, bearer(`${head}.${other}.${signature}`))).status).toBe(401);
  const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
  expect((await call(web, bearer(`${none}.${other}.`))).status).toBe(401);
  expect(backend.count()).toBe(before);
  expect(await told({})).toBe("200 backend /");
  expect(backend.lastHeaders().authorization).toBe(undefined);
});

test("claims go on as headers, and a client's own headers of those names do not", async () => {
  const more = {
    forward: true,
    forwardPayloadHeader: "x-payload",
    claimToHeaders: [
      { header: "x-user", claim: "sub" },
      { header: "x-role", claim: "realm.role" },
    ],
    fromHeaders: [{ name: "x-token", prefix: "T " }],
    fromParams: ["t"],
  };
  await mesh.apply(
    jwt({
      default: {
        providers: [await provider(more)],
        exemptPaths: [
          { type: "Exact", value: "/health" },
          { type: "PathPrefix", value: "/public" },
        ],
      },
    }),
  );
  const token = await sign({ claims: { realm: { role: "cook" } } });
  await steadily(
    "the new place of tokens",
    async () => (await call(web, { headers: { "x-token": `T ${token}` } })).status === 200,
  );
  const { "x-user": user, "x-role": role, "x-payload": payload, "x-token": passed } = backend.lastHeaders();
  expect([user, role, passed]).toEqual(["ada", "cook", `T ${token}`]);
  expect(JSON.parse(Buffer.from(String(payload), "base64url").toString("utf8"))).toMatchObject({ sub: "ada" });
  expect((await call(web, { path: `/?t=${token}` })).status).toBe(200);
  expect((await call(web, bearer(token))).status).toBe(401);

  // `x_user` is `x-user` to applications behind CGI or WSGI.
  const lies = { "x-user": "root", "x-role": "king", "x-payload": "e30", x_user: "root", x_role: "king" };
  expect((await call(web, { path: "/health?x", headers: lies })).status).toBe(200);
  expect(Object.keys(backend.lastHeaders()).filter((name) => /^x.(user|role|payload)$/.test(name))).toEqual([]);
  expect(backend.lastHeaders()["x-role"]).toBe(undefined);
  expect(backend.lastHeaders()["x-payload"]).toBe(undefined);
  expect((await call(web, { headers: { ...lies, "x-token": `T ${await sign()}` } })).status).toBe(200);
  expect(backend.lastHeaders()["x-user"]).toBe("ada");
  expect(backend.lastHeaders()["x-role"]).toBe(undefined);

  const paths = [
    "/public",
    "/public/a",
    "/publicity",
    "/health/x",
    "/public/../x",
    "/public/%2e%2e/x",
    "/public/..;/x",
    "/public/%2e%2e;/x",
    "/public%2fx",
  ];
  const found = await Promise.all(paths.map(async (path) => (await call(web, { path })).status));
  expect(found).toEqual([200, 200, 401, 401, 401, 401, 401, 401, 400]);
});

test("a token may be missing where it is optional, but not wrong; and one client may need none", async () => {
  const matches = [{ spiffeID: { type: "Exact", value: "spiffe://default/web" } }];
  await mesh.apply(jwt({ default: { providers: [await provider()] } }, { matches, default: { mode: "Optional" } }));
  await steadily("web to need none", async () => (await call(web)).status === 200);
  await steadily("others to need one", async () => (await call(stranger)).status === 401);
  expect((await withToken({ key: forger })).status).toBe(401);
  expect((await withToken({})).status).toBe(200);
  expect((await withToken({}, stranger)).status).toBe(200);
});

test("a claim decides a permission", async () => {
  await mesh.apply(jwt({ default: { mode: "Optional", providers: [await provider()] } }));
  const claims = (...list: readonly object[]): object => ({
    spiffeID: { type: "Prefix", value: "spiffe://default" },
    claims: list,
  });
  await mesh.apply({
    type: "MeshTrafficPermission",
    mesh: "default",
    // In place of the one that lets everybody in.
    name: "allow-all",
    spec: {
      targetRef: SERVER,
      rules: [
        {
          default: {
            deny: [claims({ name: "banned", value: "true" })],
            allow: [
              { ...claims({ name: "realm.roles", value: "staff" }), methods: ["GET"] },
              { ...claims({ name: "scope", value: "write" }, { type: "Absent", name: "act" }), methods: ["POST"] },
              { ...claims({ name: "https://x\\.test/level", value: "7" }), methods: ["PUT"] },
              { ...claims({ type: "Prefix", name: "email", value: "root@" }), methods: ["DELETE"] },
              { ...claims({ type: "Present", name: "jti" }), methods: ["PATCH"] },
            ],
          },
        },
      ],
    },
  });
  await steadily("a claim to be asked for", async () => (await withToken({})).status === 403);
  const staff = { realm: { roles: ["cook", "staff"] } };
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, number])[] = [
    ["GET", staff, 200],
    ["GET", { realm: { roles: "staff" } }, 200],
    ["GET", { realm: { roles: ["cook"] } }, 403],
    ["GET", { "realm.roles": "staff" }, 403],
    ["POST", staff, 403],
    ["GET", { ...staff, banned: true }, 403],
    ["GET", { ...staff, banned: "true" }, 403],
    ["GET", { ...staff, banned: false }, 200],
    ["POST", { scope: "read write" }, 200],
    ["POST", { scope: "read writer" }, 403],
    ["POST", { scope: "write", act: { sub: "x" } }, 403],
    ["PUT", { "https://x.test/level": 7 }, 200],
    ["PUT", { "https://x.test/level": 8 }, 403],
    ["DELETE", { email: "root@x.test" }, 200],
    ["DELETE", { email: "not-root@x.test" }, 403],
    ["PATCH", { jti: "1" }, 200],
    ["PATCH", {}, 403],
  ];
  const found = await Promise.all(
    cases.map(async ([method, claimed]) => {
      const { status } = await call(web, { method, ...bearer(await sign({ claims: claimed })) });
      return [method, claimed, status] as const;
    }),
  );
  expect(found).toEqual(cases);
  expect((await call(web)).status).toBe(403);
  await mesh.apply(allowAll());
});

test("keys come from a server, are kept while it is down, and follow when they are changed", async () => {
  served = await jwks(keys, "1");
  const port = (keyServer.address() as AddressInfo).port;
  const remote = { uri: `http://127.0.0.1:${port}/keys.json`, timeout: "1s", cacheDuration: "1s" };
  await mesh.apply(jwt({ default: { providers: [await provider({ jwks: { remote } })] } }));
  await until("the keys to be fetched", () => fetches > 0);
  await steadily("tokens to be taken", async () => (await withToken({})).status === 200);
  expect((await withToken({ key: forger })).status).toBe(401);
  expect((await withToken({ key: rotated, kid: "2" })).status).toBe(401);
  served = null;
  const reached = fetches;
  await until("fetches to fail", () => fetches > reached + 2);
  expect((await withToken({})).status).toBe(200);
  served = await jwks(rotated, "2");
  await steadily("the new key to be taken", async () => (await withToken({ key: rotated, kid: "2" })).status === 200);
  await steadily("the old key to be refused", async () => (await withToken({})).status === 401);
});
