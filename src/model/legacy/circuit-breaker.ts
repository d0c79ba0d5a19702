// Older policy CircuitBreaker: limits of what a client's proxy sends, and which hosts it leaves out for a while.
import type { Judge } from "#model/kind.ts";
import { flag, may, message, number, olderDuration, uint32 } from "#model/shape.ts";
import { under, type Violation } from "#model/violation.ts";
import { ends, endsViolations, type SpecOfShape, TOWARD_SERVICES } from "./older-policy.ts";

const errors = message({ consecutive: may(uint32) }, { keep: ["consecutive"] });

const detectors = message(() => ({
  totalErrors: may(errors),
  gatewayErrors: may(errors),
  localErrors: may(errors),
  standardDeviation: may(
    message(
      { requestVolume: may(uint32), minimumHosts: may(uint32), factor: may(number) },
      { keep: ["requestVolume", "minimumHosts", "factor"] },
    ),
  ),
  failure: may(
    message(
      { requestVolume: may(uint32), minimumHosts: may(uint32), threshold: may(uint32) },
      { keep: ["requestVolume", "minimumHosts", "threshold"] },
    ),
  ),
}));

const LIMITS = ["maxConnections", "maxPendingRequests", "maxRetries", "maxRequests"] as const;

const thresholds = message(
  () => ({
    maxConnections: may(uint32),
    maxPendingRequests: may(uint32),
    maxRetries: may(uint32),
    maxRequests: may(uint32),
  }),
  { keep: LIMITS },
);

const conf = message(
  () => ({
    interval: may(olderDuration),
    baseEjectionTime: may(olderDuration),
    maxEjectionPercent: may(uint32),
    splitExternalAndLocalErrors: may(flag),
    detectors: may(detectors),
    thresholds: may(thresholds),
  }),
  { keep: ["maxEjectionPercent"] },
);

export const circuitBreakerShape = message({ ...ends, conf: may(conf) });
export type CircuitBreakerSpec = SpecOfShape<typeof circuitBreakerShape>;
export type CircuitBreakerConf = SpecOfShape<typeof conf>;

const isEmpty = (said: object | undefined): boolean => Object.keys(said ?? {}).length === 0;

function confViolations({
  detectors: detect,
  thresholds: limits,
  maxEjectionPercent,
}: CircuitBreakerConf): Violation[] {
  if (isEmpty(detect) && isEmpty(limits)) {
    return [{ field: "", reason: "must have at least one of the detector or threshold configured" }];
  }
  const percentage = (field: string, value = 0): Violation[] =>
    value > 100 ? [{ field, reason: "has to be in [0.0 - 100.0] range" }] : [];
  const factor = detect?.standardDeviation?.factor ?? 0;
  return [
    ...(detect !== undefined && isEmpty(detect) ? [{ field: "detectors", reason: "can't be empty" }] : []),
    ...percentage("maxEjectionPercent", maxEjectionPercent),
    ...percentage("detectors.failure.threshold", detect?.failure?.threshold),
    // Envoy's factor is in thousandths, in 32 bits.
    ...(factor < 0 || factor > 4_294_967
      ? [{ field: "detectors.standardDeviation.factor", reason: "must not be negative or above 4294967" }]
      : []),
    ...(limits !== undefined && isEmpty(limits) ? [{ field: "thresholds", reason: "can't be empty" }] : []),
  ];
}

export const circuitBreakerJudge: Judge<CircuitBreakerSpec> = {
  shape: circuitBreakerShape,
  validate: ({ spec }) => [...endsViolations(spec, TOWARD_SERVICES), ...under("conf", confViolations(spec.conf ?? {}))],
};
