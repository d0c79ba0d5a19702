// Older policies act on live traffic: permissions, timeouts, retries and faults, until a newer policy speaks.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { type Resource, type Sidecar, startMesh, strictMesh, type TestMesh } from "#test/mesh.ts";
import { counterSum } from "#test/stats.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";

const MESH = "older";
let mesh: TestMesh;
let backend: Program;
let web: Sidecar;
let shop: Sidecar;

const service = (name: string, more: object = {}): object => ({ match: { "kuma.io/service": name, ...more } });
const older = (type: string, name: string, from: object, to: object, conf?: object): Resource => ({
  type,
  mesh: MESH,
  name,
  sources: [from],
  destinations: [to],
  ...(conf && { conf }),
});
const all = older("TrafficPermission", "all", service("*"), service("*"));
const status = async (proxy: Sidecar, path = "/"): Promise<number> =>
  (await httpGet(`${proxy.outbound()}${path}`)).status;

beforeAll(async () => {
  mesh = await startMesh();
  // Without the defaults, which are newer policies and would speak for every proxy.
  await mesh.apply({ ...strictMesh(MESH), skipCreatingInitialPolicies: ["*"] });
  backend = await httpProgram("backend");
  await mesh.proxy({ name: "backend-1", mesh: MESH, service: "backend", program: backend.port });
  web = await mesh.proxy({ name: "web-1", mesh: MESH, service: "web", calls: ["backend"] });
  shop = await mesh.proxy({ name: "shop-1", mesh: MESH, service: "shop", calls: ["backend"], tags: { env: "dev" } });
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
});

test("a TrafficPermission lets in its sources, and a more special one takes its place for its destination", async () => {
  await until("a refusal", async () => (await status(web)) === 403);
  await mesh.apply(all);
  await until("both to be let in", async () => (await status(web)) === 200 && (await status(shop)) === 200);
  await mesh.apply(older("TrafficPermission", "dev", service("*", { env: "dev" }), service("backend")));
  await until("web to be kept out", async () => (await status(web)) === 403);
  expect(await status(shop)).toBe(200);
  await mesh.remove(`meshes/${MESH}/traffic-permissions/dev`);
  await until("web to be let in again", async () => (await status(web)) === 200);
});

test("a Timeout cuts slow requests of its source alone", async () => {
  await mesh.apply(older("Timeout", "web", service("web"), service("backend"), { http: { requestTimeout: "4s" } }));
  await until("the timeout to hold", async () => (await status(web, "/slow?ms=6000")) === 504);
  expect(await status(web, "/fast")).toBe(200);
  expect(await status(shop, "/slow?ms=4500")).toBe(200);
  await mesh.remove(`meshes/${MESH}/timeouts/web`);
  await until("the timeout to be gone", async () => (await status(web, "/slow?ms=4500")) === 200);
});

test("a FaultInjection aborts for its clients, and a Retry asks again", async () => {
  const destination = service("backend", { "kuma.io/protocol": "http" });
  const abort = (percentage: number): object => ({ abort: { percentage, httpStatus: 503 } });
  await mesh.apply(older("FaultInjection", "dev", service("shop"), destination, abort(100)));
  await until("the abort", async () => (await status(shop)) === 503);
  expect(await status(web)).toBe(200);

  await mesh.apply(older("FaultInjection", "dev", service("shop"), destination, abort(50)));
  // Retries that came before it would all be aborted.
  await until("the server to let some pass", async () => (await status(shop)) === 200);
  await mesh.apply(
    older("Retry", "shop", service("shop"), service("backend"), {
      http: { numRetries: 10, retryOn: ["all_5xx"], backOff: { baseInterval: "1ms", maxInterval: "2ms" } },
    }),
  );
  await until("retries", async () => {
    await status(shop);
    return (await counterSum(shop, /^cluster\.backend\.upstream_rq_retry$/)) > 0;
  });
  const answers: number[] = [];
  for (let i = 0; i < 40; i++) answers.push(await status(shop));
  // Eleven aborts in a row are one in two thousand: more than three of forty are chance once in 200 million runs, and five
  // retries or less once in 25 million. Without retries half would fail.
  expect(answers.filter((answer) => answer !== 200).length).toBeLessThanOrEqual(3);
  expect(await counterSum(shop, /^cluster\.backend\.upstream_rq_retry$/)).toBeGreaterThan(5);
  await mesh.remove(`meshes/${MESH}/fault-injections/dev`);
  await mesh.remove(`meshes/${MESH}/retries/shop`);
});

test("a RateLimit counts the requests of its source", async () => {
  const conf = {
    http: { requests: 1, interval: "600s", onRateLimit: { headers: [{ key: "x-older", value: "yes" }] } },
  };
  await mesh.apply(older("RateLimit", "shop", service("shop"), service("backend"), conf));
  await until("a refusal", async () => (await status(shop)) === 429);
  expect((await httpGet(`${shop.outbound()}/`)).headers["x-older"]).toBe("yes");
  expect(await status(web)).toBe(200);
  await mesh.remove(`meshes/${MESH}/rate-limits/shop`);
  await until("the limit to be gone", async () => (await status(shop)) === 200);
});

test("an older policy gives way to a newer one of its kind", async () => {
  await mesh.apply(older("Timeout", "web", service("web"), service("backend"), { http: { requestTimeout: "300ms" } }));
  await until("the timeout to hold", async () => (await status(web, "/slow?ms=1500")) === 504);
  await mesh.apply({
    type: "MeshTimeout",
    mesh: MESH,
    name: "newer",
    spec: { to: [{ targetRef: { kind: "Mesh" }, default: { http: { requestTimeout: "5s" } } }] },
  });
  await until("the newer one to hold", async () => (await status(web, "/slow?ms=700")) === 200);
});

test("a TrafficRoute splits by version and by header", async () => {
  const second = await httpProgram("second");
  await mesh.proxy({
    name: "backend-2",
    mesh: MESH,
    service: "backend",
    program: second.port,
    tags: { version: "v2" },
  });
  const destination = (version: string): object => ({ "kuma.io/service": "backend", version });
  await mesh.apply(
    older("TrafficRoute", "split", service("web"), service("backend"), {
      http: [{ match: { path: { prefix: "/new" } }, destination: destination("v2") }],
      destination: destination("v1"),
    }),
  );
  const body = async (path: string): Promise<string> => (await httpGet(`${web.outbound()}${path}`)).body;
  // Nobody has version v1, so what is no new path goes nowhere.
  await until("the route to hold", async () => (await status(web, "/old")) === 503);
  await until("version 2's endpoint", async () => (await body("/new")) === "second /new");
  for (let i = 0; i < 10; i++) expect(await body("/new/er")).toBe("second /new/er");
  expect(await status(web, "/old")).toBe(503);
  await second.close();
});
