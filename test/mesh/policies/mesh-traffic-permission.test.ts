// Permissions over requests on live traffic: methods, paths and headers, and tricks that do not get round a deny.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { type HttpCall, httpCall, type Program, tcpEcho, tcpProgram } from "#test/workload.ts";

let mesh: TestMesh;
let store: Program;
let web: Sidecar;
/** Paths that reached the application, as it saw them. */
const seen: string[] = [];
const application = createServer((incoming, outgoing) => {
  seen.push(incoming.url ?? "");
  outgoing.end("served");
});

const SERVER = { kind: "Dataplane", labels: { "kuma.io/display-name": "backend-1" } };
const EVERYBODY = { spiffeID: { type: "Prefix", value: "spiffe://default" } };
const permission = (conf: object, targetRef: object = SERVER): Resource => ({
  type: "MeshTrafficPermission",
  mesh: "default",
  name: "requests",
  spec: { targetRef, rules: [{ default: conf }] },
});
const status = async (call: HttpCall): Promise<number> => (await httpCall(`${web.outbound()}/`, call)).status;

/**
 * Applies a permission and waits until it holds on every connection between the proxies: each change lets another path in, and
 * no other permission may let its method in. Connections of before are drained, not cut.
 */
let count = 0;
async function holds(conf: { readonly allow?: readonly object[]; readonly deny?: readonly object[] }): Promise<void> {
  const path = `/probe-${++count}`;
  const probe = { ...EVERYBODY, path: { type: "Exact", value: path }, methods: ["OPTIONS"] };
  await mesh.apply(permission({ ...conf, allow: [...(conf.allow ?? []), probe] }));
  const open = async (): Promise<boolean> => (await status({ method: "OPTIONS", path })) === 200;
  const everywhere = async (): Promise<boolean> =>
    (await Promise.all(Array.from({ length: 30 }, open))).every((one) => one);
  await until("the permission to hold", everywhere);
}

beforeAll(async () => {
  application.listen(0, "127.0.0.1");
  await new Promise((resolve) => application.once("listening", resolve));
  store = await tcpProgram();
  mesh = await startMesh();
  const program = (application.address() as AddressInfo).port;
  await mesh.proxy({ name: "backend-1", service: "backend", program });
  await mesh.proxy({ name: "store-1", service: "store", protocol: "tcp", program: store.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend", "store"] });
});

afterAll(async () => {
  await mesh?.close();
  await store?.close();
  application.closeAllConnections();
  application.close();
});

test("GET is let in and POST is not, on the same service", async () => {
  await holds({ allow: [{ ...EVERYBODY, methods: ["GET", "HEAD"] }] });
  expect(await status({ path: "/a?b=c" })).toBe(200);
  expect(await status({ method: "HEAD", path: "/" })).toBe(200);
  expect(await status({ method: "POST", path: "/a" })).toBe(403);
  expect(await status({ method: "DELETE", path: "/a" })).toBe(403);
});

test("a path prefix ends at a slash, and an exact path is that path", async () => {
  await holds({
    allow: [
      { ...EVERYBODY, path: { type: "PathPrefix", value: "/api/" } },
      { ...EVERYBODY, path: { type: "Exact", value: "/one" } },
      { ...EVERYBODY, path: { type: "RegularExpression", value: "/item/[0-9]+" } },
    ],
  });
  const expected: Readonly<Record<string, number>> = {
    "/api": 200,
    "/api/x/y?z=/..": 200,
    "/apiary": 403,
    "/one": 200,
    "/one?x": 200,
    "/one/": 403,
    "/ONE": 403,
    "/item/7": 200,
    "/item/7/x": 403,
    "/api/../item/x": 403,
    "/api/..;/item/x": 403,
    "/api/%2e%2e;a=b/item/x": 403,
    "/api/%2e%2e/secret": 403,
  };
  const found = Object.fromEntries(
    await Promise.all(Object.keys(expected).map(async (path) => [path, await status({ path })] as const)),
  );
  expect(found).toEqual(expected);
});

test("no spelling of a denied path gets through to the application", async () => {
  await holds({
    allow: [{ ...EVERYBODY, methods: ["GET"] }],
    deny: [{ path: { type: "PathPrefix", value: "/admin" } }],
  });
  expect(await status({ path: "/open/admin" })).toBe(200);
  seen.length = 0;
  const tricks = [
    "/admin",
    "/admin/",
    "/admin?x=y",
    "/admin/users",
    "//admin",
    "///admin//users",
    "/./admin",
    "/x/../admin",
    "/x/%2e%2e/admin",
    "/x/%2E%2e/admin",
    "/x/.%2e/admin",
    "/%61dmin",
    "/%61%64%6d%69%6e/users",
    "/admin;x=1",
    "/admin;/users",
    "/x/..;/admin",
    "/x/..;a=b/admin",
    "/x/%2e%2e;/admin",
    "/.;/admin",
    "/x\\..\\admin",
    "/%2fadmin",
    "/x%2f..%2fadmin",
    "/x%5c..%5cadmin",
    "/admin%2fusers",
    "http://backend/admin",
    "/admin#x",
  ];
  const answers = await Promise.all(tricks.map(async (path) => [path, await status({ path })] as const));
  expect(answers.filter(([, code]) => code !== 403 && code !== 400)).toEqual([]);
  expect(seen).toEqual([]);
});

test("what the permission saw is what the application sees", async () => {
  await holds({ allow: [{ ...EVERYBODY, path: { type: "PathPrefix", value: "/a" } }] });
  seen.length = 0;
  expect(await status({ path: "/x/%2e%2e//a//b/%7Ec/./d?q=/../x" })).toBe(200);
  expect(seen).toEqual(["/a/b/~c/d?q=/../x"]);
});

test("headers let in by one value and keep out by any", async () => {
  await holds({
    allow: [
      {
        ...EVERYBODY,
        methods: ["GET"],
        headers: [
          { name: "x-role", value: "reader" },
          { type: "Absent", name: "x-test" },
        ],
      },
      { ...EVERYBODY, methods: ["PUT"], headers: [{ type: "Prefix", name: "x-key", value: "a-" }] },
      { ...EVERYBODY, methods: ["DELETE"], headers: [{ type: "Present", name: "x-reason" }] },
      { ...EVERYBODY, methods: ["PATCH"], headers: [{ type: "RegularExpression", name: "x-n", value: "[0-9]+" }] },
    ],
    deny: [{ headers: [{ name: "x-from", value: "evil" }] }],
  });
  const reader = { "x-role": "reader" };
  const cases: readonly (readonly [HttpCall, number])[] = [
    [{ headers: reader }, 200],
    [{ headers: {} }, 403],
    [{ headers: { "x-role": ["reader", "admin"] } }, 403],
    [{ headers: { ...reader, "x-test": "1" } }, 403],
    [{ headers: { ...reader, "x-from": "evil" } }, 403],
    [{ headers: { ...reader, "x-from": ["good", "evil"] } }, 403],
    [{ headers: { ...reader, "x-from": "good, evil ,more" } }, 403],
    [{ headers: { ...reader, "x-from": "good" } }, 200],
    [{ method: "PUT", headers: { "x-key": "a-1" } }, 200],
    [{ method: "PUT", headers: { "x-key": "b-1" } }, 403],
    [{ method: "DELETE", headers: { "x-reason": "" } }, 200],
    [{ method: "DELETE" }, 403],
    [{ method: "PATCH", headers: { "x-n": "12" } }, 200],
    [{ method: "PATCH", headers: { "x-n": "12a" } }, 403],
  ];
  const found = await Promise.all(cases.map(async ([call]) => [call, await status(call)] as const));
  expect(found).toEqual(cases.map(([call, code]) => [call, code]));
});

test("where requests are not read, an allow over them lets nobody in, and the policy's status says so", async () => {
  const { hostname, port } = new URL(web.outbound(1));
  const connect = (): Promise<string> => tcpEcho(hostname, Number(port), "hello");
  const store1 = { kind: "Dataplane", labels: { "kuma.io/display-name": "store-1" } };
  const named = (conf: object): Resource => ({ ...permission(conf, store1), name: "store" });
  await mesh.apply(named({ allow: [EVERYBODY] }));
  await until("bytes to pass", async () => (await connect()) === "hello");
  await mesh.apply(named({ allow: [{ ...EVERYBODY, methods: ["GET"] }] }));
  await until("nobody to be let in", async () => (await connect()) === "");
  await until("the status to say so", async () => {
    const told = JSON.stringify(await mesh.api("GET", "meshes/default/meshtrafficpermissions/store"));
    return told.includes("spec.rules[0].default.allow[0]") && told.includes("it lets nobody in");
  });
  await mesh.apply(named({ allow: [EVERYBODY] }));
  await until("bytes to pass again", async () => (await connect()) === "hello");
  await mesh.apply(named({ allow: [EVERYBODY], deny: [{ path: { type: "Exact", value: "/x" } }] }));
  await until("everybody to be kept out", async () => (await connect()) === "");
});
