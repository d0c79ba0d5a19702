// MeshHealthCheck: violations as a stock control plane gave them, warnings and round trips.
import { describe, expect, it } from "vitest";
import { meshHealthCheckJudge } from "#model/policy/mesh-health-check.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";
import { refusedBy } from "./refused.ts";

const TYPE = "MeshHealthCheck";
const targetRef = { kind: "Mesh" };

describe(TYPE, () => {
  it.each(refusedBy("mesh-health-check"))("is refused as by Kuma: %s", (_, { spec, refusals }) => {
    expect([...refusalsOf(TYPE, { spec })].sort()).toEqual([...refusals].sort());
  });

  it("refuses a path that Envoy could not send", () => {
    const spec = { to: [{ targetRef, default: { http: { path: "/a\r\nx: y" } } }] };
    expect(refusalsOf(TYPE, { spec })).toEqual(["spec.to[0].default.http.path: must not contain line ends or NUL"]);
  });

  it("warns of the panic threshold, which moved, and of deprecated targets", () => {
    const item = { targetRef, default: { tcp: {}, healthyPanicThreshold: 50 } };
    const spec = { targetRef: { kind: "MeshSubset", tags: { a: "b" } }, to: [item] };
    const bare = { type: TYPE, mesh: "default", name: "x", labels: {}, creationTime: "", modificationTime: "" };
    expect(meshHealthCheckJudge.warn?.({ ...bare, spec: spec as never })).toEqual([
      "MeshSubset value for 'targetRef.kind' is deprecated, use Dataplane with labels instead",
      "healthyPanicThreshold for 'to[].default' is deprecated. The setting has been moved to MeshCircuitBreaker policy, please use MeshCircuitBreaker policy instead.",
    ]);
  });

  it("answers what was written, every field", () => {
    const conf = {
      interval: "10s",
      timeout: "2s",
      unhealthyThreshold: 3,
      healthyThreshold: 2,
      initialJitter: "5s",
      intervalJitter: "6s",
      intervalJitterPercent: 10,
      healthyPanicThreshold: "62.9",
      failTrafficOnPanic: true,
      eventLogPath: "/tmp/health.log",
      alwaysLogHealthCheckFailures: true,
      noTrafficInterval: "10s",
      tcp: { disabled: true, send: "foo", receive: ["bar", "baz"] },
      http: {
        disabled: true,
        path: "/health",
        requestHeadersToAdd: { set: [{ name: "a", value: "b" }], add: [{ name: "c", value: "d,e" }] },
        expectedStatuses: [200, 201],
      },
      grpc: { disabled: true, serviceName: "s", authority: "a" },
      reuseConnection: false,
    };
    const spec = { targetRef, to: [{ targetRef, default: conf }] };
    expect(answerOf(TYPE, { spec }).spec).toEqual(spec);
  });
});
