// MeshOpenTelemetryBackend: violations and answers, and the collectors that are meant.
import { expect, it } from "vitest";
import { collectorAt, collectorOf } from "#model/collector.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";

const refused = (spec: object): readonly string[] => refusalsOf("MeshOpenTelemetryBackend", { spec });

it("is refused with Kuma's violations", () => {
  expect(refused({ endpoint: { address: "", port: 0, path: "x" } })).toEqual([
    "spec.endpoint.address: must not be empty",
    "spec.endpoint.port: port must be a valid (1-65535)",
    "spec.endpoint.path: must not be set when protocol is grpc",
  ]);
  expect(refused({ protocol: "http", endpoint: { address: "a b", path: "x?y" } })).toEqual([
    "spec.endpoint.address: address has to be a valid IP or hostname",
    "spec.endpoint.path: must start with /",
    "spec.endpoint.path: must not contain query or fragment",
  ]);
  expect(refused({ protocol: "udp", env: { mode: "Never" } })).toEqual([
    "spec.protocol: in body should be one of [grpc http]",
    "spec.env.mode: in body should be one of [Disabled Optional Required]",
  ]);
});

it("answers what was written, an empty spec too", () => {
  expect(answerOf("MeshOpenTelemetryBackend", { spec: {} })).toEqual({ spec: {} });
  expect(answerOf("MeshOpenTelemetryBackend", { spec: { env: { allowSignalOverrides: false } } })).toEqual({
    spec: { env: { mode: "Optional", precedence: "EnvFirst", allowSignalOverrides: false } },
  });
});

it("means a collector", () => {
  expect(collectorOf("main", {})).toEqual({
    name: "main",
    address: "",
    port: 4317,
    protocol: "grpc",
    secure: false,
    path: "",
  });
  const web = { protocol: "http", endpoint: { address: "otel.example", port: 443, path: "/base/" } } as const;
  expect(collectorOf("web", web)).toMatchObject({ protocol: "http", secure: true, path: "/base" });
});

it.each([
  ["otel", "otel", 4317],
  ["otel:4318", "otel", 4318],
  ["10.0.0.1:0", "10.0.0.1", 4317],
  ["2001:db8::1", "2001:db8::1", 4317],
  ["[2001:db8::1]:4318", "2001:db8::1", 4318],
])("reads the endpoint %s", (endpoint, address, port) => {
  expect(collectorAt(endpoint)).toMatchObject({ name: endpoint, address, port, protocol: "grpc" });
});
