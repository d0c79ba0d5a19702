// MeshAccessLog: what a request and a connection leave behind at a file, a TCP receiver and an OTLP collector.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { attributesOf, otlpCollector, tcpLogs } from "#test/collector.ts";
import { allowAll, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let web: Sidecar;
let receiver: Awaited<ReturnType<typeof tcpLogs>>;
let collector: Awaited<ReturnType<typeof otlpCollector>>;
const file = (name: string): string => join(mesh.folder, name);
/** Whole lines: the last may be half written. */
const linesOf = (name: string): readonly string[] =>
  existsSync(file(name)) ? readFileSync(file(name), "utf8").split("\n").slice(0, -1) : [];

beforeAll(async () => {
  mesh = await startMesh();
  receiver = await tcpLogs();
  collector = await otlpCollector();
  await mesh.apply(
    allowAll(),
    {
      type: "MeshOpenTelemetryBackend",
      mesh: "default",
      name: "main",
      labels: { app: "otel" },
      spec: { endpoint: { address: "127.0.0.1", port: collector.port } },
    },
    {
      type: "MeshAccessLog",
      mesh: "default",
      name: "calls",
      spec: {
        targetRef: { kind: "Dataplane", labels: { team: "front" } },
        to: [
          {
            targetRef: { kind: "Mesh" },
            default: {
              backends: [
                {
                  type: "Tcp",
                  tcp: {
                    address: `127.0.0.1:${receiver.port}`,
                    format: {
                      type: "Json",
                      json: [
                        { key: "from", value: "%KUMA_SOURCE_SERVICE%" },
                        { key: "to", value: "%KUMA_DESTINATION_SERVICE%" },
                        { key: "path", value: "%REQ(:PATH)%" },
                        { key: "code", value: "%RESPONSE_CODE%" },
                        { key: "direction", value: "%KUMA_TRAFFIC_DIRECTION%" },
                      ],
                    },
                  },
                },
                { type: "File", file: { path: file("calls.log") } },
                {
                  type: "OpenTelemetry",
                  openTelemetry: {
                    backendRef: { kind: "MeshOpenTelemetryBackend", labels: { app: "otel" } },
                    body: { stringValue: "%REQ(:PATH)% of %KUMA_DESTINATION_SERVICE%" },
                    attributes: [{ key: "mesh", value: "%KUMA_MESH%" }],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    {
      type: "MeshAccessLog",
      mesh: "default",
      name: "served",
      spec: {
        targetRef: { kind: "Dataplane", labels: { team: "shop" } },
        rules: [
          {
            matches: [{ spiffeID: { type: "Exact", value: "spiffe://default/web" } }],
            default: { backends: [{ type: "File", file: { path: file("web.log") } }] },
          },
          {
            matches: [{ spiffeID: { type: "Exact", value: "spiffe://default/other" } }],
            default: { backends: [{ type: "File", file: { path: file("other.log") } }] },
          },
          { default: { backends: [{ type: "File", file: { path: file("all.log") } }] } },
        ],
      },
    },
  );
  backend = await httpProgram("backend");
  await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port, labels: { team: "shop" } });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"], labels: { team: "front" } });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
  await receiver?.close();
  await collector?.close();
});

test("a request leaves a line with its fields at a TCP receiver", async () => {
  await httpGet(`${web.outbound()}/tcp`);
  const line = await until("the line", () => receiver.lines().find((one) => one.includes("/tcp")));
  expect(JSON.parse(line)).toEqual({ from: "web", to: "backend", path: "/tcp", code: 200, direction: "OUTBOUND" });
});

test("and a line in Kuma's format in a file", async () => {
  await httpGet(`${web.outbound()}/file`);
  const line = await until("the line", () => linesOf("calls.log").find((one) => one.includes("/file")));
  expect(line).toMatch(/^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] default "GET \/file HTTP\/1.1" 200 - 0 \d+ \d+ /);
  expect(line).toContain(`"web" "backend" "${web.address}" `);
});

test("and a record at a collector, which names the mesh and the zone", async () => {
  await httpGet(`${web.outbound()}/otlp`);
  const found = await until("the record", () =>
    collector
      .received("logs")
      .flatMap((message) => message.at(1))
      .flatMap((logs) => logs.at(2, 2).map((record) => ({ logs, record })))
      .find(({ record }) => record.at(5)[0]?.text(1) === "/otlp of backend"),
  );
  expect(attributesOf(found.record.at(6))).toEqual({ mesh: "default" });
  expect(attributesOf(found.logs.at(1, 1))).toMatchObject({ "kuma.mesh": "default", log_name: "MeshAccessLog" });
  expect(attributesOf(found.logs.at(1, 1))["kuma.zone"]).not.toBe("");
});

test("every rule that matches the client logs, and no other", async () => {
  await httpGet(`${web.outbound()}/rules`);
  await until("both lines", () =>
    ["web.log", "all.log"].every((name) => linesOf(name).some((one) => one.includes("/rules"))),
  );
  expect(linesOf("other.log")).toEqual([]);
});
