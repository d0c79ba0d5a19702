// MeshCircuitBreaker: violations as a stock control plane gave them, what is taken beyond it, warnings and round trips.
import { describe, expect, it } from "vitest";
import { meshCircuitBreakerJudge } from "#model/policy/mesh-circuit-breaker.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";
import { refusedBy } from "./refused.ts";

const TYPE = "MeshCircuitBreaker";
const targetRef = { kind: "Mesh" };
const limits = { targetRef, default: { connectionLimits: { maxRetries: 3 } } };

describe(TYPE, () => {
  it.each(refusedBy("mesh-circuit-breaker"))("is refused as by Kuma: %s", (_, { spec, refusals }) => {
    expect([...refusalsOf(TYPE, { spec })].sort()).toEqual([...refusals].sort());
  });

  it("takes `to` beside `rules`, and not `from` beside `rules`", () => {
    const rules = [{ default: limits.default }];
    expect(refusalsOf(TYPE, { spec: { to: [limits], rules } })).toEqual([]);
    expect(refusalsOf(TYPE, { spec: { to: [limits], from: [limits] } })).toEqual([]);
    expect(refusalsOf(TYPE, { spec: { from: [limits], rules } })).toEqual([
      "spec: field 'from' must be empty when 'rules' is defined",
    ]);
  });

  it("refuses a factor that does not fit Envoy's 32 bits of thousandths", () => {
    const spec = (standardDeviationFactor: number): object => ({
      to: [{ targetRef, default: { outlierDetection: { detectors: { successRate: { standardDeviationFactor } } } } }],
    });
    expect(refusalsOf(TYPE, { spec: spec(4_294_967) })).toEqual([]);
    expect(refusalsOf(TYPE, { spec: spec(4_294_968) })).toEqual([
      "spec.to[0].default.outlierDetection.detectors.successRate.standardDeviationFactor: must be at most 4294967",
    ]);
  });

  it("warns of `from` and of deprecated targets", () => {
    const spec = { targetRef: { kind: "MeshService", name: "a" } as const, from: [limits] };
    const bare = { type: TYPE, mesh: "default", name: "x", labels: {}, creationTime: "", modificationTime: "" };
    expect(meshCircuitBreakerJudge.warn?.({ ...bare, spec: spec as never })).toEqual([
      "'from' field is deprecated, use 'rules' instead",
      "MeshService value for 'targetRef.kind' is deprecated, use Dataplane with labels instead",
    ]);
  });

  it("answers what was written, every field", () => {
    const detectors = {
      totalFailures: { consecutive: 1 },
      gatewayFailures: { consecutive: 2 },
      localOriginFailures: { consecutive: 3 },
      successRate: { minimumHosts: 4, requestVolume: 5, standardDeviationFactor: "1.9" },
      failurePercentage: { minimumHosts: 6, requestVolume: 7, threshold: 8 },
    };
    const outlierDetection = {
      disabled: false,
      interval: "5s",
      baseEjectionTime: "1m0s",
      maxEjectionPercent: 50,
      splitExternalAndLocalErrors: true,
      detectors,
      healthyPanicThreshold: "62.9",
    };
    const connectionLimits = {
      maxConnections: 1,
      maxConnectionPools: 2,
      maxPendingRequests: 3,
      maxRetries: 4,
      maxRequests: 5,
    };
    const spec = { targetRef, to: [{ targetRef, default: { connectionLimits, outlierDetection } }] };
    expect(answerOf(TYPE, { spec }).spec).toEqual(spec);
  });
});
