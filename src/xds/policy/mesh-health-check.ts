// MeshHealthCheck: how a client's Envoy asks the hosts of a cluster whether they are well.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { HealthCheckJson } from "#envoy/generated/envoy/config/core/v3/health_check_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { MeshHealthCheckConf } from "#model/policy/mesh-health-check.ts";
import type { Protocol } from "#model/tag.ts";
import { numberOf, setDuration, setValue } from "#xds/field.ts";
import type { PolicyWriter } from "#xds/policy.ts";
import type { Source, Tracer } from "#xds/trace.ts";
import { grpcCheck, httpCheck, tcpCheck } from "./mesh-health-check-kinds.ts";

const TYPE = "MeshHealthCheck";

type At = (pointer: string) => Source;

const at: At = (pointer) => ({ policy: TYPE, list: "to", item: 0, pointer });

export const meshHealthCheckWriter: PolicyWriter = {
  type: TYPE,
  cluster({ cluster, protocol, untagged }, said, tracer) {
    const conf = said as MeshHealthCheckConf;
    writePanic(cluster, conf, tracer);
    const kind = kindOf(protocol, conf);
    if (kind === null) return;
    const check: HealthCheckJson = {};
    writeCommon(check, conf, tracer);
    if (kind === "tcp") tracer.set(check, "tcpHealthCheck", tcpCheck(conf.tcp), at("/tcp"));
    else if (kind === "grpc") tracer.set(check, "grpcHealthCheck", grpcCheck(conf.grpc), at("/grpc"));
    else tracer.set(check, "httpHealthCheck", httpCheck(conf.http, protocol, untagged), at("/http"));
    tracer.set(cluster, "healthChecks", [...(cluster.healthChecks ?? []), check]);
    tracer.note(check, at(""));
  },
};

/**
 * What is asked: the protocol's own check, or TCP where that check is listed as disabled. A protocol without a check of its
 * own is asked over TCP.
 */
function kindOf(protocol: Protocol, { http, grpc, tcp }: MeshHealthCheckConf): "http" | "grpc" | "tcp" | null {
  const usable = (check: { readonly disabled?: boolean } | undefined): boolean =>
    check !== undefined && check.disabled !== true;
  const own = protocol === "http" || protocol === "http2" ? "http" : protocol === "grpc" ? "grpc" : "tcp";
  const section = { http, grpc, tcp }[own];
  if (usable(section)) return own;
  return section?.disabled === true && usable(tcp) ? "tcp" : null;
}

const DURATIONS = ["initialJitter", "intervalJitter", "noTrafficInterval"] as const;
const VALUES = ["intervalJitterPercent", "alwaysLogHealthCheckFailures", "reuseConnection"] as const;

function writeCommon(check: HealthCheckJson, conf: MeshHealthCheckConf, tracer: Tracer): void {
  // Kuma's defaults; Envoy itself has none.
  Object.assign(check, { interval: "60s", timeout: "15s", unhealthyThreshold: 5, healthyThreshold: 1 });
  for (const field of ["interval", "timeout"] as const) {
    setDuration([check, field], conf[field], "some", tracer, at(`/${field}`));
  }
  for (const field of ["unhealthyThreshold", "healthyThreshold"] as const) {
    const source = at(`/${field}`);
    setValue([check, field], numberOf(conf[field], [1, 2_147_483_647], tracer, source), tracer, source);
  }
  for (const field of DURATIONS) setDuration([check, field], conf[field], "some", tracer, at(`/${field}`));
  for (const field of VALUES) setValue([check, field] as const, conf[field] as never, tracer, at(`/${field}`));
  if (conf.eventLogPath !== undefined) {
    const sink = typed("envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink", {
      eventLogPath: conf.eventLogPath,
    });
    const logger = { name: "envoy.health_check.event_sinks.file", typedConfig: sink };
    tracer.set(check, "eventLogger", [logger], at("/eventLogPath"));
  }
}

function writePanic(cluster: ClusterJson, conf: MeshHealthCheckConf, tracer: Tracer): void {
  const common = cluster.commonLbConfig ?? {};
  const panic = at("/healthyPanicThreshold");
  const percent = numberOf(conf.healthyPanicThreshold, [0, 100], tracer, panic);
  if (percent !== null) {
    tracer.set(cluster, "commonLbConfig", common);
    tracer.set(common, "healthyPanicThreshold", { value: percent }, panic);
  }
  const fail = conf.failTrafficOnPanic;
  if (fail === undefined || fail === null) return;
  const source = at("/failTrafficOnPanic");
  if (common.localityWeightedLbConfig !== undefined) {
    tracer.complain(source, "has no effect where traffic is weighted by locality; the rest of the check holds");
    return;
  }
  tracer.set(cluster, "commonLbConfig", common);
  tracer.set(common, "zoneAwareLbConfig", { failTrafficOnPanic: fail }, source);
}
