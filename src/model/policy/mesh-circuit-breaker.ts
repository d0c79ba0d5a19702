// Policy MeshCircuitBreaker: how much may be asked of a service at once, and which of its instances are left out for a while.

import { atLeastOne, longerThanNone, wholePercentage } from "#model/bound.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { parsePercentage, percentage, percentageViolations } from "#model/percentage.ts";
import { itemViolations, type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { duration, flag, may, uint32 } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";

const connectionLimits = z.strictObject(() => ({
  maxConnections: may(uint32),
  maxConnectionPools: may(uint32),
  maxPendingRequests: may(uint32),
  maxRetries: may(uint32),
  maxRequests: may(uint32),
}));

const consecutive = z.strictObject({ consecutive: may(uint32) });

const outlierDetection = z.strictObject(() => ({
  disabled: may(flag),
  interval: may(duration),
  baseEjectionTime: may(duration),
  maxEjectionPercent: may(uint32),
  splitExternalAndLocalErrors: may(flag),
  detectors: may(
    z.strictObject({
      totalFailures: may(consecutive),
      gatewayFailures: may(consecutive),
      localOriginFailures: may(consecutive),
      successRate: may(
        z.strictObject({
          minimumHosts: may(uint32),
          requestVolume: may(uint32),
          standardDeviationFactor: may(percentage),
        }),
      ),
      failurePercentage: may(
        z.strictObject({ minimumHosts: may(uint32), requestVolume: may(uint32), threshold: may(uint32) }),
      ),
    }),
  ),
  healthyPanicThreshold: may(percentage),
}));

const conf = z.strictObject({ connectionLimits: may(connectionLimits), outlierDetection: may(outlierDetection) });

const item = z.strictObject({ targetRef: targetRefShape, default: may(conf) });

export const meshCircuitBreakerShape = z.strictObject(() => ({
  targetRef: may(targetRefShape),
  to: may(z.array(item)),
  from: may(z.array(item)),
  rules: may(z.array(z.strictObject({ default: may(conf) }))),
}));
export type MeshCircuitBreakerSpec = Frozen<z.infer<typeof meshCircuitBreakerShape>>;
export type MeshCircuitBreakerConf = Frozen<z.infer<typeof conf>>;
export type ConnectionLimits = Frozen<z.infer<typeof connectionLimits>>;
export type OutlierDetection = Frozen<z.infer<typeof outlierDetection>>;
export type Detectors = NonNullable<OutlierDetection["detectors"]>;

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshGateway", "MeshService", "MeshServiceSubset", "Dataplane"],
  to: ["Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService"],
  from: ["Mesh"],
  rules: true,
  gatewayTags: true,
} as const satisfies PolicyGrammar;

const DETECTORS = [
  "totalFailures",
  "gatewayFailures",
  "localOriginFailures",
  "successRate",
  "failurePercentage",
] as const satisfies readonly (keyof Detectors)[];

function validate({ spec }: { readonly spec: MeshCircuitBreakerSpec }): readonly Violation[] {
  const { from = [], to = [], rules = [] } = spec;
  const byConf = ({ default: said }: { readonly default?: MeshCircuitBreakerConf }): Violation[] =>
    under("default", confViolations(said));
  return [
    ...topViolations(spec, grammar),
    // `to` may stand beside `rules`, for they speak of different clusters; `from` and `rules` are one thing in two forms.
    ...(rules.length > 0 && from.length > 0
      ? [{ field: "", reason: "field 'from' must be empty when 'rules' is defined" }]
      : []),
    ...(rules.length + from.length + to.length === 0
      ? [{ field: "", reason: "at least one of 'from', 'to' or 'rules' has to be defined" }]
      : []),
    // Kuma names rules `from` here.
    ...rules.flatMap((rule, index) => under(`from[${index}]`, byConf(rule))),
    ...itemViolations("from", from, grammar.from, byConf),
    ...itemViolations("to", to, grammar.to, byConf),
  ];
}

function confViolations({
  connectionLimits: limits,
  outlierDetection: outliers,
}: MeshCircuitBreakerConf = {}): Violation[] {
  if (limits === undefined && outliers === undefined) {
    return [{ field: "", reason: "at least one of: 'connectionLimits' or 'outlierDetection' should be configured" }];
  }
  return [
    ...under(
      "connectionLimits",
      Object.entries(limits ?? {}).flatMap(([field, value]) => atLeastOne(field, value)),
    ),
    ...under("outlierDetection", outliers === undefined ? [] : outlierViolations(outliers)),
  ];
}

function outlierViolations(said: OutlierDetection): Violation[] {
  const { interval, baseEjectionTime, maxEjectionPercent, healthyPanicThreshold, detectors } = said;
  return [
    ...longerThanNone("interval", interval),
    ...longerThanNone("baseEjectionTime", baseEjectionTime),
    ...wholePercentage("maxEjectionPercent", maxEjectionPercent),
    ...under(
      "healthyPanicThreshold",
      healthyPanicThreshold === undefined ? [] : percentageViolations(healthyPanicThreshold),
    ),
    ...under("detectors", detectorViolations(detectors)),
  ];
}

function detectorViolations(said: Detectors | undefined): Violation[] {
  if (said === undefined) return [{ field: "", reason: "must be defined" }];
  if (DETECTORS.every((name) => said[name] === undefined)) {
    return [{ field: "", reason: `must have at least one defined: ${DETECTORS.join(", ")}` }];
  }
  return DETECTORS.flatMap((name) =>
    under(
      name,
      Object.entries(said[name] ?? {}).flatMap(([field, value]) => {
        if (field === "threshold") return wholePercentage(field, Number(value));
        if (field === "standardDeviationFactor") return factorViolations(field, value);
        return atLeastOne(field, Number(value));
      }),
    ),
  );
}

function factorViolations(field: string, value: number | string): Violation[] {
  const factor = parsePercentage(value);
  if (factor === null) return [{ field, reason: "invalid number" }];
  if (factor <= 0) return [{ field, reason: "must be greater than 0" }];
  // Envoy takes thousandths in 32 bits.
  return factor * 1000 > 4_294_967_295 ? [{ field, reason: "must be at most 4294967" }] : [];
}

export const meshCircuitBreakerJudge: Judge<MeshCircuitBreakerSpec> = {
  shape: meshCircuitBreakerShape,
  validate,
  warn: ({ spec }) => [
    ...((spec.from?.length ?? 0) > 0 ? ["'from' field is deprecated, use 'rules' instead"] : []),
    ...topWarnings(spec),
  ],
};
