// MeshRetry on live traffic: what fails is asked again, over HTTP, HTTP/2, gRPC and TCP, and only where the policy says so.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { type Moody, moodyGrpc, moodyHttp, moodyHttp2 } from "#test/moody.ts";
import { valuesOf } from "#test/stats.ts";
import { grpcEcho, http2Get, httpGet, tcpExchange } from "#test/workload.ts";

let mesh: TestMesh;
let web: Sidecar;
let backend: Moody;
let api: Moody;
let rpc: Moody;
let db: Moody;

const backOff = { baseInterval: "1ms", maxInterval: "10ms" };

/** Retries toward everything, or another word for one service. */
const retry = (conf: object, service?: string): Resource => ({
  type: "MeshRetry",
  mesh: "default",
  // The smaller name wins the tie.
  name: service ?? "retry-all",
  spec: {
    targetRef: { kind: "Mesh" },
    to: [
      {
        targetRef: service === undefined ? { kind: "Mesh" } : { kind: "MeshService", name: service },
        default: conf,
      },
    ],
  },
});

const status = async (index: number): Promise<number> => (await httpGet(`${web.outbound(index)}/`)).status;
const grpcTarget = (): string => web.outbound(2).replace("http://", "");
/** The program closes after its answer, and Envoy at once where it reaches no program. */
const database = (): Promise<string> =>
  tcpExchange(web.address, 10_004, "GET / HTTP/1.1\r\nhost: db\r\nconnection: close\r\n\r\n", 30_000);

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  await mesh.remove("meshes/default/meshretries/mesh-retry-all-default");
  [backend, api, rpc, db] = await Promise.all([moodyHttp("backend"), moodyHttp2("api"), moodyGrpc(), moodyHttp("db")]);
  await Promise.all([
    mesh.proxy({ name: "backend-1", service: "backend", program: backend.port }),
    mesh.proxy({ name: "api-1", service: "api", protocol: "http2", program: api.port }),
    mesh.proxy({ name: "rpc-1", service: "rpc", protocol: "grpc", program: rpc.port }),
    mesh.proxy({ name: "db-1", service: "db", protocol: "tcp", program: db.port }),
  ]);
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend", "api", "rpc", "db"] });
  await until("HTTP", async () => (await status(0)) === 200);
  await until("HTTP/2", async () => (await http2Get(web.outbound(1), "/")).status === 200);
  await until("gRPC", async () => (await grpcEcho(grpcTarget(), "x").catch(() => "")) === "x");
  await until("TCP", async () => (await database()).includes("200 OK"));
  await until(
    "no retries",
    async () => valuesOf(valuesOf(await web.configDump(), "virtual_hosts"), "retry_policy").length === 0,
  );
});

afterAll(async () => {
  await mesh?.close();
  await Promise.all([backend, api, rpc, db].map((one) => one?.close()));
});

test("without the policy a failure is the client's", async () => {
  backend.fail(1);
  expect([await status(0), backend.count()]).toEqual([503, 1]);
  api.fail(1);
  expect([(await http2Get(web.outbound(1), "/")).status, api.count()]).toEqual([503, 1]);
  rpc.fail(1);
  await expect(grpcEcho(grpcTarget(), "x")).rejects.toThrow(/UNAVAILABLE/);
  expect(rpc.count()).toBe(1);
});

test("with it, three attempts reach the program and the client sees the one that succeeds", async () => {
  await mesh.apply(retry({ http: { numRetries: 3, backOff }, grpc: { numRetries: 3, backOff } }));
  // Each listener takes it by itself.
  await until("retries over HTTP", async () => {
    backend.fail(1);
    return (await status(0)) === 200;
  });
  await until("retries over HTTP/2", async () => {
    api.fail(1);
    return (await http2Get(web.outbound(1), "/")).status === 200;
  });
  await until("retries over gRPC", async () => {
    rpc.fail(1);
    return (await grpcEcho(grpcTarget(), "x")) === "x";
  });
  backend.fail(2);
  expect([await status(0), backend.count()]).toEqual([200, 3]);
  // HTTP/2 services are retried as HTTP ones.
  api.fail(2);
  expect([(await http2Get(web.outbound(1), "/")).status, api.count()]).toEqual([200, 3]);
  rpc.fail(2);
  expect([await grpcEcho(grpcTarget(), "x"), rpc.count()]).toEqual(["x", 3]);
});

test("more failures than retries are the client's", async () => {
  backend.fail(9);
  expect([await status(0), backend.count()]).toEqual([503, 4]);
  backend.fail(0);
});

test("no retries for one service among all", async () => {
  await mesh.apply(retry({ http: { numRetries: 0 } }, "backend"));
  await until("no retries", async () => {
    backend.fail(1);
    return (await status(0)) === 503;
  });
  backend.fail(1);
  expect([await status(0), backend.count()]).toEqual([503, 1]);
  api.fail(1);
  expect([(await http2Get(web.outbound(1), "/")).status, api.count()]).toEqual([200, 2]);
  await mesh.remove("meshes/default/meshretries/backend");
});

test("a connection that comes up nowhere is tried at another instance", async () => {
  // Nobody listens there.
  await mesh.apply({
    type: "Dataplane",
    mesh: "default",
    name: "db-dead",
    networking: {
      address: "127.0.0.1",
      inbound: [{ port: 1, tags: { "kuma.io/service": "db", "kuma.io/protocol": "tcp" } }],
    },
  });
  // One after another they take turns; at once, one could have its turn where nobody listens each time.
  const failures = async (): Promise<number> => {
    let failed = 0;
    for (let at = 0; at < 10; at++) if (!(await database().catch(() => "")).includes("200 OK")) failed++;
    return failed;
  };
  await until("a connection to fail", async () => (await failures()) > 0);
  await mesh.apply(retry({ tcp: { maxConnectAttempt: 5 } }, "db"));
  await until("no connection to fail", async () => (await failures()) === 0);
  expect(await failures()).toBe(0);
});
