// CircuitBreaker as MeshCircuitBreaker: the same limits and detectors by other names.
import type { CircuitBreakerConf, CircuitBreakerSpec } from "#model/legacy/circuit-breaker.ts";
import type { Detectors, MeshCircuitBreakerConf } from "#model/policy/mesh-circuit-breaker.ts";
import type { Translation } from "./translation.ts";

/** Envoy's own count of failures in a row: a detector that names none uses it. */
const USUAL = 5;

function detectorsOf(said: NonNullable<CircuitBreakerConf["detectors"]>): Detectors {
  const { totalErrors, gatewayErrors, localErrors, standardDeviation, failure } = said;
  return {
    ...(totalErrors && { totalFailures: { consecutive: USUAL, ...totalErrors } }),
    ...(gatewayErrors && { gatewayFailures: { consecutive: USUAL, ...gatewayErrors } }),
    ...(localErrors && { localOriginFailures: { consecutive: USUAL, ...localErrors } }),
    ...(standardDeviation && { successRate: successRate(standardDeviation) }),
    ...(failure && { failurePercentage: failure }),
  };
}

function successRate({
  factor,
  ...hosts
}: NonNullable<NonNullable<CircuitBreakerConf["detectors"]>["standardDeviation"]>): NonNullable<
  Detectors["successRate"]
> {
  return { ...hosts, ...(factor !== undefined && { standardDeviationFactor: String(factor) }) };
}

function conf({ conf: said = {} }: CircuitBreakerSpec): MeshCircuitBreakerConf {
  const { thresholds, detectors = {}, ...ejection } = said;
  return {
    ...(thresholds && { connectionLimits: thresholds }),
    outlierDetection: { ...ejection, detectors: detectorsOf(detectors) },
  };
}

export const circuitBreaker: Translation<CircuitBreakerSpec> = {
  from: "CircuitBreaker",
  to: "MeshCircuitBreaker",
  about: "outbound",
  conf,
};
