// One mesh, one zone: HTTP, HTTP/2, gRPC, WebSocket, Redis and PostgreSQL, each through two Envoys with mTLS between them.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { findPostgres, findRedis, startPostgres, startRedis } from "#test/database.ts";
import { allowAll, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { counterSum } from "#test/stats.ts";
import {
  grpcEcho,
  grpcProgram,
  http2Get,
  http2Program,
  httpGet,
  httpProgram,
  type Program,
  runClient,
  webSocketEcho,
} from "#test/workload.ts";

let mesh: TestMesh;
let client: Sidecar;
const programs: Program[] = [];
const servers: { close(): Promise<void> }[] = [];
const SERVICES = ["http-app", "http2-app", "grpc-app", "redis", "postgres"] as const;
const outboundOf = (service: (typeof SERVICES)[number]): string => client.outbound(SERVICES.indexOf(service));
const hostPort = (url: string): [host: string, port: string] => [new URL(url).hostname, new URL(url).port];

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  const [http, http2, grpc] = [
    await httpProgram("http-app"),
    await http2Program("http2-app"),
    await grpcProgram("grpc-app"),
  ];
  programs.push(http, http2, grpc);
  await mesh.proxy({ name: "http-1", service: "http-app", protocol: "http", program: http.port });
  await mesh.proxy({ name: "http2-1", service: "http2-app", protocol: "http2", program: http2.port });
  await mesh.proxy({ name: "grpc-1", service: "grpc-app", protocol: "grpc", program: grpc.port });
  if (findRedis() !== undefined) {
    const redis = await startRedis();
    servers.push(redis);
    await mesh.proxy({ name: "redis-1", service: "redis", protocol: "tcp", program: redis.port });
  }
  if (findPostgres() !== undefined) {
    const postgres = await startPostgres();
    servers.push(postgres);
    await mesh.proxy({ name: "postgres-1", service: "postgres", protocol: "tcp", program: postgres.port });
  }
  await mesh.apply({
    type: "MeshService",
    mesh: "default",
    name: "http-service",
    spec: {
      selector: { dataplaneTags: { "kuma.io/service": "http-app" } },
      ports: [{ port: 80, targetPort: 8080, appProtocol: "http" }],
    },
  });
  client = await mesh.proxy({
    name: "client-1",
    service: "client",
    calls: [...SERVICES, { kind: "MeshService", name: "http-service", port: 80 }],
  });
});

afterAll(async () => {
  await mesh?.close();
  for (const one of [...programs, ...servers]) await one.close();
});

describe("standalone", () => {
  test("HTTP/1.1 goes through both proxies with mTLS", async () => {
    const [http] = programs;
    const before = http!.count();
    const answer = await until("the first answer", async () => {
      const got = await httpGet(`${outboundOf("http-app")}/hello`);
      return got.status === 200 ? got : null;
    });
    expect(answer.body).toBe("http-app /hello");
    expect(http!.count()).toBeGreaterThan(before);
    // Envoy at the server names the client that it verified.
    expect(http!.lastHeaders()["x-forwarded-client-cert"]).toContain("URI=spiffe://default/client");
    expect(await counterSum(client, /^cluster\.http-app\.ssl\.handshake$/)).toBeGreaterThan(0);
  });

  test("a MeshService by name and port", async () => {
    const answer = await until("an answer of the MeshService", async () => {
      const got = await httpGet(`${client.outbound(SERVICES.length)}/by-service`);
      return got.status === 200 ? got : null;
    });
    expect(answer.body).toBe("http-app /by-service");
    expect(await counterSum(client, /^cluster\.default_http-service__.*_msvc_80\.ssl\.handshake$/)).toBeGreaterThan(0);
  });

  test("HTTP/2", async () => {
    const answer = await until("an answer over HTTP/2", async () => {
      const got = await http2Get(outboundOf("http2-app"), "/two");
      return got.status === 200 ? got : null;
    });
    expect(answer.body).toBe("http2-app /two");
  });

  test("gRPC", async () => {
    const target = new URL(outboundOf("grpc-app")).host;
    expect(await until("a gRPC answer", () => grpcEcho(target, "ping"))).toBe("grpc-app:ping");
  });

  test("WebSocket", async () => {
    const url = `${outboundOf("http-app").replace("http", "ws")}/socket`;
    expect(await until("an echo", () => webSocketEcho(url, "over the mesh"))).toBe("over the mesh");
  });

  test.skipIf(findRedis() === undefined)("Redis (skipped without redis-server and redis-cli)", async () => {
    const [host, port] = hostPort(outboundOf("redis"));
    await until(
      "redis to answer",
      async () => (await runClient("redis-cli", ["-h", host, "-p", port, "ping"])) === "PONG\n",
    );
    await runClient("redis-cli", ["-h", host, "-p", port, "set", "weft", "mesh"]);
    expect(await runClient("redis-cli", ["-h", host, "-p", port, "get", "weft"])).toBe("mesh\n");
    expect(await counterSum(client, /^cluster\.redis\.ssl\.handshake$/)).toBeGreaterThan(0);
  });

  test.skipIf(findPostgres() === undefined)("PostgreSQL (skipped without its server and psql)", async () => {
    const [host, port] = hostPort(outboundOf("postgres"));
    const args = ["-h", host, "-p", port, "-U", "weft", "-d", "postgres", "-Atc", "select 6 * 7"];
    const answer = await until("postgres to answer", () => runClient("psql", args, { PGCONNECT_TIMEOUT: "5" }));
    expect(answer).toBe("42\n");
    expect(await counterSum(client, /^cluster\.postgres\.ssl\.handshake$/)).toBeGreaterThan(0);
  });
});
