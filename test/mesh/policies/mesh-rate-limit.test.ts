// Rate limits on live traffic: a 429 with its headers, a bucket for one client, and connections that are closed.
import { afterAll, beforeAll, expect, test } from "vitest";
import { SERVER_NAME_HEADER } from "#model/rule-match.ts";
import { hashSni } from "#model/sni.ts";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { type HttpAnswer, httpCall, httpGet, httpProgram, type Program, tcpEcho, tcpProgram } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let store: Program;
let web: Sidecar;
let stranger: Sidecar;

const real = { kind: "MeshService", name: "backend", port: 80 } as const;
const limits = (name: string, rules: readonly object[]): Resource => ({
  type: "MeshRateLimit",
  mesh: "default",
  name: `${name}-limits`,
  spec: { targetRef: { kind: "Dataplane", labels: { "kuma.io/display-name": name } }, rules },
});
const http = (conf: object): object => ({ local: { http: conf } });
const ask = (proxy: Sidecar): Promise<HttpAnswer> => httpGet(`${proxy.outbound()}/`);

/** How many of so many requests are let in. */
async function letIn(proxy: Sidecar, count: number): Promise<number> {
  let good = 0;
  for (let at = 0; at < count; at++) if ((await ask(proxy)).status === 200) good++;
  return good;
}

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll(), {
    type: "MeshService",
    mesh: "default",
    name: "backend",
    spec: {
      selector: { dataplaneTags: { "kuma.io/service": "backend" } },
      ports: [{ port: 80, targetPort: 8080, appProtocol: "http" }],
    },
  });
  backend = await httpProgram("backend");
  store = await tcpProgram();
  await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port });
  await mesh.proxy({ name: "store-1", service: "store", protocol: "tcp", program: store.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend", "store", real] });
  stranger = await mesh.proxy({ name: "stranger-1", service: "stranger", calls: ["backend"] });
  for (const proxy of [web, stranger])
    await until("the path to be open", async () => (await ask(proxy)).status === 200);
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
  await store?.close();
});

test("what is over the rate gets the status and headers that the policy says, and does not reach the application", async () => {
  const onRateLimit = {
    status: 503,
    headers: { set: [{ name: "x-limited", value: "yes, 100%" }], add: [{ name: "retry-after", value: "1" }] },
  };
  const rule = { default: http({ requestRate: { num: 3, interval: "1h" }, onRateLimit }) };
  await mesh.apply(limits("backend-1", [rule]));
  // Connections of before the filter was there are drained, not cut: of each client, until none is left.
  for (const proxy of [web, stranger]) {
    const refused = async (): Promise<boolean> => (await ask(proxy)).status === 503;
    const everywhere = async (): Promise<boolean> =>
      (await Promise.all(Array.from({ length: 20 }, refused))).every((one) => one);
    await until("a refusal on every connection", everywhere);
  }
  const before = backend.count();
  const { status, headers } = await ask(web);
  expect(status).toBe(503);
  expect(headers["x-limited"]).toBe("yes, 100%");
  expect(headers["retry-after"]).toBe("1");
  expect(backend.count()).toBe(before);
});

test("the status is 429 unless said, and a bucket holds as many as the rate says", async () => {
  await mesh.apply(limits("backend-1", [{ default: http({ requestRate: { num: 7, interval: "2h" } }) }]));
  const seen: number[] = [];
  await until("the new limit to be used up", async () => {
    seen.push((await ask(web)).status);
    return seen.at(-1) === 429;
  });
  expect(seen.filter((status) => status === 200).length).toBe(7);
  expect(await letIn(web, 5)).toBe(0);
});

test("a client that a rule names has a bucket of its own, or none", async () => {
  const matches = [{ spiffeID: { type: "Exact", value: "spiffe://default/web" } }];
  const common = { default: http({ requestRate: { num: 4, interval: "3h" } }) };
  await mesh.apply(
    limits("backend-1", [common, { matches, default: http({ requestRate: { num: 9, interval: "3h" } }) }]),
  );
  // The bucket of before is empty; the first request let in is out of the new one.
  await until("the new bucket", async () => (await ask(stranger)).status === 200);
  await until("the common bucket to be used up", async () => (await ask(stranger)).status === 429);
  expect(await letIn(web, 15)).toBe(9);
  expect(await letIn(stranger, 3)).toBe(0);
  await mesh.apply(limits("backend-1", [common, { matches, default: http({ disabled: true }) }]));
  await until("web to be free", async () => (await letIn(web, 10)) === 10);
  expect(await letIn(web, 20)).toBe(20);
});

test("a rule for a server name holds for who calls the service by it, and nobody can pretend to", async () => {
  const value = hashSni("msvc", "default", "backend", 80);
  const rule = {
    matches: [{ sni: { type: "Exact", value } }],
    default: http({ requestRate: { num: 3, interval: "1h" } }),
  };
  await mesh.apply(limits("backend-1", [rule]));
  const named = (): Promise<HttpAnswer> => httpGet(`${web.outbound(2)}/`);
  await until("the limit of the name", async () => (await named()).status === 429);
  expect((await named()).status).toBe(429);
  expect(await letIn(web, 20)).toBe(20);
  const forged = await httpCall(`${web.outbound()}/`, { headers: { [SERVER_NAME_HEADER]: value } });
  expect(forged.status).toBe(200);
  expect(backend.lastHeaders()[SERVER_NAME_HEADER]).toBeUndefined();
});

test("connections over the rate are closed", async () => {
  const { hostname, port } = new URL(web.outbound(1));
  const connect = (): Promise<string> => tcpEcho(hostname, Number(port), "hello");
  await until("bytes to pass", async () => (await connect()) === "hello");
  await mesh.apply(
    limits("store-1", [{ default: { local: { tcp: { connectionRate: { num: 3, interval: "1h" } } } } }]),
  );
  await until("a connection to be closed", async () => (await connect()) === "");
  const before = store.count();
  expect(await connect()).toBe("");
  expect(store.count()).toBe(before);
  await mesh.remove("meshes/default/meshratelimits/store-1-limits");
  await until("bytes to pass again", async () => (await connect()) === "hello");
});
