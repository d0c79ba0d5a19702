// MeshMetric: Envoy's metrics and the application's, scraped in one page from the proxy's address.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { attributesOf, httpCollector, otlpCollector } from "#test/collector.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let web: Sidecar;
let application: Server;
let otlp: Awaited<ReturnType<typeof otlpCollector>>;
let http: Awaited<ReturnType<typeof httpCollector>>;

const METRICS =
  '# HELP shop_orders_total Orders.\n# TYPE shop_orders_total counter\nshop_orders_total{kind="book"} 7\n';

const metric = (conf: object): Resource => ({
  type: "MeshMetric",
  mesh: "default",
  name: "all",
  spec: { targetRef: { kind: "Dataplane", labels: { team: "front" } }, default: conf },
});
const applications = (): readonly object[] => [
  { name: "shop", address: "127.0.0.1", port: (application.address() as AddressInfo).port },
];

beforeAll(async () => {
  mesh = await startMesh();
  otlp = await otlpCollector();
  http = await httpCollector();
  await mesh.apply(allowAll());
  application = createServer((incoming, outgoing) => {
    if (incoming.url === "/metrics") outgoing.writeHead(200, { "content-type": "text/plain" }).end(METRICS);
    else outgoing.writeHead(404).end();
  });
  await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
  backend = await httpProgram("backend");
  await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"], labels: { team: "front" } });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
  application?.closeAllConnections();
  application?.close();
  await otlp?.close();
  await http?.close();
});

const page = async (port = 5670): Promise<string> => {
  const { status, body } = await httpGet(`http://${web.address}:${port}/metrics`);
  return status === 200 ? body : "";
};

test("one page holds the metrics of Envoy and of the application, with the proxy's labels", async () => {
  await mesh.apply(metric({ applications: applications(), backends: [{ type: "Prometheus", prometheus: {} }] }));
  const text = await until("both in one page", async () => {
    const all = await page();
    return all.includes("shop_orders_total") && all.includes("envoy_cluster_upstream_rq_total") ? all : undefined;
  });
  const orders = text.split("\n").find((line) => line.startsWith("shop_orders_total{")) ?? "";
  expect(orders).toContain('kind="book"');
  expect(orders).toContain('mesh="default"');
  expect(orders).toContain('dataplane="web-1"');
  expect(orders).toContain('kuma_io_service="web"');
  expect(orders.endsWith(" 7")).toBe(true);
  expect(text.match(/^# TYPE shop_orders_total counter$/gm)).toHaveLength(1);
  const calls = text.split("\n").find((line) => /^envoy_cluster_upstream_rq_total\{.*"backend"/.test(line)) ?? "";
  expect(Number(calls.split(" ").at(-1))).toBeGreaterThan(0);
  expect(text).not.toContain('envoy_cluster_name="ads_cluster"');
});

test("profiles and selectors say what of Envoy is shown", async () => {
  const include = [
    { type: "Exact", match: "envoy_server_uptime" },
    { type: "Regex", match: "(?i)^ENVOY_server_(live|state)$" },
  ];
  const sidecar = { profiles: { appendProfiles: [{ name: "None" }], include } };
  await mesh.apply(metric({ sidecar, backends: [{ type: "Prometheus", prometheus: { port: 5671 } }] }));
  const text = await until("the narrow page", async () => {
    const all = await page(5671);
    return all.includes("envoy_server_uptime") && !all.includes("envoy_cluster") ? all : undefined;
  });
  const named = Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name);
  expect(named.sort()).toEqual(["envoy_server_live", "envoy_server_state", "envoy_server_uptime"]);
});

test("a collector is told of them over gRPC, at its interval", async () => {
  const backends = [
    { type: "OpenTelemetry", openTelemetry: { endpoint: `127.0.0.1:${otlp.port}`, refreshInterval: "200ms" } },
  ];
  await mesh.apply(metric({ applications: applications(), backends }));
  const orders = await until("the application's metric", () =>
    otlp
      .received("metrics")
      .flatMap((message) => message.at(1, 2, 2))
      .find((one) => one.text(1) === "shop_orders_total"),
  );
  const [point] = orders.at(7, 1);
  expect(attributesOf(point?.at(7) ?? [])).toMatchObject({ kind: "book", mesh: "default", dataplane: "web-1" });
  expect(Buffer.from(point?.hex(4) ?? "", "hex").readDoubleLE()).toBe(7);
});

test("and over HTTP in JSON", async () => {
  const labels = { app: "otel" };
  const spec = { protocol: "http", endpoint: { address: "127.0.0.1", port: http.port, path: "/base" } };
  await mesh.apply({ type: "MeshOpenTelemetryBackend", mesh: "default", name: "main", labels, spec });
  const openTelemetry = { backendRef: { kind: "MeshOpenTelemetryBackend", labels }, refreshInterval: "200ms" };
  await mesh.apply(metric({ applications: applications(), backends: [{ type: "OpenTelemetry", openTelemetry }] }));
  const body = await until("the application's metric", () =>
    http.bodies("/base/v1/metrics").find((one) => one.includes("shop_orders_total")),
  );
  const [resource] = (JSON.parse(body) as { resourceMetrics: { scopeMetrics: { metrics: object[] }[] }[] })
    .resourceMetrics;
  expect(resource?.scopeMetrics[0]?.metrics).toContainEqual(
    expect.objectContaining({ name: "shop_orders_total", sum: expect.objectContaining({ isMonotonic: true }) }),
  );
});

test("without a MeshMetric nobody listens", async () => {
  await mesh.apply(metric({ backends: [{ type: "Prometheus", prometheus: { port: 5671 } }] }));
  await until("the page to be there", async () => (await page(5671)) !== "");
  await mesh.remove("meshes/default/meshmetrics/all");
  await until("the port to be closed", async () => {
    try {
      await page(5671);
      return false;
    } catch {
      return true;
    }
  });
});
