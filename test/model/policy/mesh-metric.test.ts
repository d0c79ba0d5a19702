// MeshMetric: violations, warnings, and what a write fills in.
import { describe, expect, it } from "vitest";
import { warningsOf } from "#model/wire.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";

const refused = (conf: object): readonly string[] => refusalsOf("MeshMetric", { spec: { default: conf } });

describe("MeshMetric is refused, in Kuma's paths,", () => {
  it("for expressions that are none", () => {
    const wrong = [
      { type: "Regex", match: "(" },
      { type: "Prefix", match: "(" },
    ];
    expect(refused({ sidecar: { profiles: { exclude: wrong, include: wrong } } })).toEqual([
      "spec.default.sidecar.profiles.exclude[0].match: invalid regex",
      "spec.default.sidecar.profiles.include[0].match: invalid regex",
    ]);
  });

  it("for ports and paths that are none", () => {
    const conf = {
      applications: [{ port: 80 }, { port: 0 }, { port: 65_536 }],
      backends: [{ type: "Prometheus", prometheus: { port: 0, path: "metrics" } }],
    };
    expect(refused(conf)).toEqual([
      "spec.default.applications.application[1]: port must be a valid (1-65535)",
      "spec.default.applications.application[2]: port must be a valid (1-65535)",
      "spec.default.backends.backend[0].port: port must be a valid (1-65535)",
      "spec.default.backends.backend[0].prometheus.path: must start with /",
    ]);
  });

  it("for backends that are not there or lead nowhere", () => {
    const otel = (openTelemetry: object): object => ({ type: "OpenTelemetry", openTelemetry });
    const backends = [
      { type: "Prometheus" },
      { type: "OpenTelemetry" },
      otel({}),
      otel({ endpoint: "otel" }),
      otel({ endpoint: "otel:4317", refreshInterval: "0s" }),
    ];
    expect(refused({ backends })).toEqual([
      "spec.default.backends.backend[0].prometheus: must be defined",
      "spec.default.backends.backend[1].openTelemetry: must be defined",
      "spec.default.backends.backend[2].openTelemetry: openTelemetry must have exactly one defined: endpoint, backendRef",
      "spec.default.backends.backend[3].openTelemetry.endpoint: must be in host:port format",
      "spec.default.backends.backend[4].openTelemetry.refreshInterval: must be greater than zero when defined",
    ]);
  });

  it("for a profile, a type or a mode that nobody knows", () => {
    const conf = {
      sidecar: { profiles: { appendProfiles: [{ name: "Some" }] } },
      backends: [{ type: "Statsd" }, { type: "Prometheus", prometheus: { tls: { mode: "On" } } }],
    };
    expect(refused(conf)).toEqual([
      "spec.default.sidecar.profiles.appendProfiles[0].name: in body should be one of [All Basic None]",
      "spec.default.backends[0].type: in body should be one of [Prometheus OpenTelemetry]",
      "spec.default.backends[1].prometheus.tls.mode: in body should be one of [Disabled ProvidedTLS ActiveMTLSBackend]",
    ]);
  });
});

it("answers with Kuma's defaults", () => {
  const spec = {
    default: {
      applications: [{ port: 80 }],
      backends: [{ type: "Prometheus", prometheus: { clientId: "main", tls: {} } }],
    },
  };
  expect(answerOf("MeshMetric", { spec })).toEqual({
    spec: {
      default: {
        applications: [{ path: "/metrics", port: 80 }],
        backends: [
          {
            type: "Prometheus",
            prometheus: { clientId: "main", port: 5670, path: "/metrics", tls: { mode: "Disabled" } },
          },
        ],
      },
    },
  });
});

it("warns of an endpoint", () => {
  const spec = { default: { backends: [{ type: "OpenTelemetry", openTelemetry: { endpoint: "otel:4317" } }] } };
  const resource = {
    type: "MeshMetric",
    mesh: "default",
    name: "x",
    labels: {},
    creationTime: "",
    modificationTime: "",
    spec,
  };
  expect(warningsOf(resource)).toEqual([
    "openTelemetry.endpoint is deprecated, use openTelemetry.backendRef with a MeshOpenTelemetryBackend resource instead",
  ]);
});
