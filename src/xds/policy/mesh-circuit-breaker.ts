// MeshCircuitBreaker: limits of a cluster, and which of its hosts are left out for a while.
import type { CircuitBreakers_ThresholdsJson as Thresholds } from "#envoy/generated/envoy/config/cluster/v3/circuit_breaker_pb.ts";
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { OutlierDetectionJson } from "#envoy/generated/envoy/config/cluster/v3/outlier_detection_pb.ts";
import type { InboundPolicy } from "#match/matched.ts";
import type {
  ConnectionLimits,
  Detectors,
  MeshCircuitBreakerConf,
  OutlierDetection,
} from "#model/policy/mesh-circuit-breaker.ts";
import { numberOf, setDuration, setValue } from "#xds/field.ts";
import type { PolicyWriter } from "#xds/policy.ts";
import type { Source, Tracer } from "#xds/trace.ts";

const TYPE = "MeshCircuitBreaker";

type At = (pointer: string) => Source;

export const meshCircuitBreakerWriter: PolicyWriter = {
  type: TYPE,
  inbound({ cluster }, policy, tracer) {
    const rules = (policy as InboundPolicy<MeshCircuitBreakerConf> | undefined)?.rules ?? [];
    const item = rules.findIndex(({ match }) => match === undefined);
    const conf = rules[item]?.conf;
    if (conf === undefined) return;
    writeCluster(cluster, conf, tracer, (pointer) => ({ policy: TYPE, list: "rules", item, pointer }));
  },
  cluster({ cluster }, conf, tracer) {
    const at: At = (pointer) => ({ policy: TYPE, list: "to", item: 0, pointer });
    writeCluster(cluster, conf as MeshCircuitBreakerConf, tracer, at);
  },
};

function writeCluster(cluster: ClusterJson, conf: MeshCircuitBreakerConf, tracer: Tracer, at: At): void {
  const { connectionLimits, outlierDetection } = conf;
  if (connectionLimits !== undefined) writeLimits(thresholdsOf(cluster), connectionLimits, tracer, at);
  if (outlierDetection !== undefined && outlierDetection.disabled !== true) {
    writeOutliers(cluster, outlierDetection, tracer, at);
  }
}

/** Those of ordinary priority; every cluster is made with them, so that what remains is counted without any policy. */
function thresholdsOf(cluster: ClusterJson): Thresholds {
  const found = cluster.circuitBreakers?.thresholds?.[0];
  if (found === undefined) throw new TypeError("a cluster without thresholds");
  return found;
}

function writeLimits(thresholds: Thresholds, said: ConnectionLimits, tracer: Tracer, at: At): void {
  for (const field of [
    "maxConnections",
    "maxConnectionPools",
    "maxPendingRequests",
    "maxRetries",
    "maxRequests",
  ] as const) {
    setValue([thresholds, field], said[field], tracer, at(`/connectionLimits/${field}`));
  }
}

function writeOutliers(cluster: ClusterJson, said: OutlierDetection, tracer: Tracer, at: At): void {
  const outliers: OutlierDetectionJson = {};
  tracer.set(cluster, "outlierDetection", outliers, at("/outlierDetection"));
  const from: At = (pointer) => at(`/outlierDetection${pointer}`);
  setDuration([outliers, "interval"], said.interval, "some", tracer, from("/interval"));
  setDuration([outliers, "baseEjectionTime"], said.baseEjectionTime, "some", tracer, from("/baseEjectionTime"));
  const split = said.splitExternalAndLocalErrors;
  setValue([outliers, "splitExternalLocalOriginErrors"], split, tracer, from("/splitExternalAndLocalErrors"));
  setValue([outliers, "maxEjectionPercent"], said.maxEjectionPercent, tracer, from("/maxEjectionPercent"));
  writeDetectors(outliers, said.detectors, tracer, (pointer) => from(`/detectors${pointer}`));
  const panic = from("/healthyPanicThreshold");
  const percent = numberOf(said.healthyPanicThreshold, [0, 100], tracer, panic);
  if (percent === null) return;
  const common = cluster.commonLbConfig ?? {};
  tracer.set(cluster, "commonLbConfig", common);
  tracer.set(common, "healthyPanicThreshold", { value: percent }, panic);
}

/** Each detector: the fields that switch it, and Envoy's names for what it may be told. */
const DETECTORS = {
  totalFailures: { enforcing: ["enforcingConsecutive5xx"], fields: { consecutive: "consecutive5xx" } },
  gatewayFailures: {
    enforcing: ["enforcingConsecutiveGatewayFailure"],
    fields: { consecutive: "consecutiveGatewayFailure" },
  },
  localOriginFailures: {
    enforcing: ["enforcingConsecutiveLocalOriginFailure"],
    fields: { consecutive: "consecutiveLocalOriginFailure" },
  },
  successRate: {
    enforcing: ["enforcingSuccessRate", "enforcingLocalOriginSuccessRate"],
    fields: {
      minimumHosts: "successRateMinimumHosts",
      requestVolume: "successRateRequestVolume",
      standardDeviationFactor: "successRateStdevFactor",
    },
  },
  failurePercentage: {
    enforcing: ["enforcingFailurePercentage", "enforcingFailurePercentageLocalOrigin"],
    fields: {
      minimumHosts: "failurePercentageMinimumHosts",
      requestVolume: "failurePercentageRequestVolume",
      threshold: "failurePercentageThreshold",
    },
  },
} as const satisfies Record<keyof Detectors, object>;

/** Of several failures in a row there is no detector without a number of them. */
const COUNTS: ReadonlySet<string> = new Set(["totalFailures", "gatewayFailures", "localOriginFailures"]);

function writeDetectors(outliers: OutlierDetectionJson, said: Detectors | undefined, tracer: Tracer, at: At): void {
  for (const [name, { enforcing, fields }] of Object.entries(DETECTORS) as [
    keyof Detectors,
    { enforcing: readonly (keyof OutlierDetectionJson & string)[]; fields: Readonly<Record<string, string>> },
  ][]) {
    const detector = said?.[name] as Readonly<Record<string, number | string>> | undefined;
    // Envoy's own defaults stand where no detector is named at all.
    if (said === undefined && !COUNTS.has(name)) continue;
    const on = detector !== undefined && (!COUNTS.has(name) || typeof detector.consecutive === "number");
    const listed = detector === undefined ? at("") : at(`/${name}`);
    for (const field of enforcing) tracer.set(outliers, field, on ? 100 : 0, listed);
    if (!on) continue;
    for (const [field, own] of Object.entries(fields)) {
      const source = at(`/${name}/${field}`);
      const key = own as keyof OutlierDetectionJson & string;
      setValue([outliers, key], takenOf(field, detector[field], tracer, source), tracer, source);
    }
  }
}

/** Envoy takes the factor in thousandths. */
function takenOf(field: string, value: number | string | undefined, tracer: Tracer, source: Source): number | null {
  if (field !== "standardDeviationFactor") return typeof value === "number" ? value : null;
  const factor = numberOf(value, [0, 4_294_967], tracer, source);
  return factor === null ? null : Math.trunc(Math.round(factor * 1e9) / 1e6);
}
