// MeshTrace: the spans of one request, from the client's proxy and from the server's, meet in one trace.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { attributesOf, httpCollector, otlpCollector } from "#test/collector.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { counterSum, valuesOf } from "#test/stats.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let server: Sidecar;
let web: Sidecar;
let zipkin: Awaited<ReturnType<typeof httpCollector>>;
let otlp: Awaited<ReturnType<typeof otlpCollector>>;

const trace = (backends: readonly object[]): Resource => ({
  type: "MeshTrace",
  mesh: "default",
  name: "all",
  spec: {
    targetRef: { kind: "Mesh" },
    default: {
      backends,
      tags: [
        { name: "team", literal: "core" },
        { name: "who", header: { name: "x-who" } },
      ],
    },
  },
});

beforeAll(async () => {
  mesh = await startMesh();
  zipkin = await httpCollector();
  otlp = await otlpCollector();
  await mesh.apply(allowAll());
  backend = await httpProgram("backend");
  server = await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
  await zipkin?.close();
  await otlp?.close();
});

interface ZipkinSpan {
  readonly traceId: string;
  readonly kind: string;
  readonly tags: Readonly<Record<string, string>>;
}

test("a Zipkin collector gets both spans of one trace, with tags", async () => {
  const url = `http://127.0.0.1:${zipkin.port}/api/v2/spans`;
  await mesh.apply(trace([{ type: "Zipkin", zipkin: { url } }]));
  const spans = (): readonly ZipkinSpan[] =>
    zipkin.bodies("/api/v2/spans").flatMap((body) => JSON.parse(body) as ZipkinSpan[]);
  const pair = await until("a trace with both sides", async () => {
    await httpGet(`${web.outbound()}/zipkin`);
    const client = spans().find(
      (one) => one.kind === "CLIENT" && spans().some((two) => two.kind === "SERVER" && two.traceId === one.traceId),
    );
    return client && { client, server: spans().find((two) => two.kind === "SERVER" && two.traceId === client.traceId) };
  });
  expect(pair.client.tags).toMatchObject({ team: "core", "kuma.mesh": "default", "http.status_code": "200" });
  expect(pair.server?.tags).toMatchObject({ team: "core", "kuma.mesh": "default" });
});

test("an OTLP collector gets them too, each with its service", async () => {
  await mesh.apply(trace([{ type: "OpenTelemetry", openTelemetry: { endpoint: `127.0.0.1:${otlp.port}` } }]));
  const spans = (): readonly {
    service: string;
    trace: string;
    kind: number;
    tags: Readonly<Record<string, string>>;
  }[] =>
    otlp
      .received("traces")
      .flatMap((message) => message.at(1))
      .flatMap((resource) =>
        resource.at(2, 2).map((span) => ({
          service: attributesOf(resource.at(1, 1))["service.name"] ?? "",
          trace: span.hex(1),
          kind: span.number(6),
          tags: attributesOf(span.at(9)),
        })),
      );
  const services = await until("a trace with both sides", async () => {
    await httpGet(`${web.outbound()}/otlp`);
    const ids = [...new Set(spans().map(({ trace: id }) => id))];
    const lists = ids.map((id) => spans().filter(({ trace: other }) => other === id));
    return lists.find((list) => new Set(list.map(({ service }) => service)).size === 2);
  });
  expect(services.map(({ service }) => service).sort()).toEqual(["backend", "web"]);
  expect(services.every(({ tags }) => tags.team === "core")).toBe(true);
});

test("no backends turn tracing off", async () => {
  await mesh.apply(trace([]));
  for (const proxy of [web, server])
    await until("the proxies to have it", async () => valuesOf(await proxy.configDump(), "tracing").length === 0);
  /** Requests that each of them has counted as traced: it does so where a listener traces, and long before it sends a span. */
  const traced = (): Promise<number[]> =>
    Promise.all([web, server].map((proxy) => counterSum(proxy, /^http\..*\.tracing\.random_sampling$/)));
  expect(Math.min(...(await traced()))).toBeGreaterThan(0);
  // A connection of before between them is drained, not cut.
  let before = await traced();
  await until("a request without a trace", async () => {
    before = await traced();
    await httpGet(`${web.outbound()}/off`);
    return String(await traced()) === String(before);
  });
  for (let n = 0; n < 20; n++) await httpGet(`${web.outbound()}/off`);
  expect(await traced()).toEqual(before);
});
