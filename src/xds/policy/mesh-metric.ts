// MeshMetric: a listener for each Prometheus, a way to each collector, and what the program beside Envoy has to gather.
import type { CollectorBackend } from "#match/collector-ref.ts";
import { formatDuration, parseDuration } from "#model/duration.ts";
import { collectorSocketHole } from "#model/node-hole.ts";
import type { MeshMetricConf, MetricBackend } from "#model/policy/mesh-metric.ts";
import { fnv1a64 } from "#model/sni.ts";
import { hole, joined } from "#snapshot/template.ts";
import type { PolicyWriter } from "#xds/policy.ts";
import { PROXY_HOLES } from "#xds/proxy-hole.ts";
import type { Source } from "#xds/trace.ts";
import { collectorListener, metricsCluster, metricsCollector, prometheusListener } from "./mesh-metric-listener.ts";

const TYPE = "MeshMetric";
const EVERY = "1m0s";

export const meshMetricWriter: PolicyWriter = {
  type: TYPE,
  proxy({ extras, told }, conf, tracer) {
    const said = conf as MeshMetricConf;
    const backends = said.backends ?? [];
    if (backends.length === 0) return;
    const sockets = new Map<number, string>();
    const taken = new Set<string>();
    /** Kuma lets the later of two replace the earlier; two listeners of one port would both be refused. */
    const isFree = (where: Source, ...wanted: readonly string[]): boolean => {
      const twice = wanted.find((one) => taken.has(one));
      if (twice !== undefined) {
        tracer.complain(where, `an earlier backend has the same ${twice}; this one is left out`);
        return false;
      }
      for (const one of wanted) taken.add(one);
      return true;
    };
    backends.forEach((backend, index) => {
      const where = source(`/backends/${index}`);
      if (backend.type === "Prometheus" && backend.prometheus !== undefined) {
        const { clientId = "default-backend", port = 5670 } = backend.prometheus;
        if (!isFree(where, `clientId ${clientId}`, `port ${port}`)) return;
        extras.cluster(metricsCluster(), where);
        extras.listener(prometheusListener(backend.prometheus), where);
      }
      const collector = (backend as CollectorBackend).openTelemetry?.collector;
      if (backend.type !== "OpenTelemetry" || collector === undefined) return;
      const way = metricsCollector(collector);
      if (!isFree(where, `collector ${collector.name}`)) return;
      sockets.set(index, way.socketName);
      extras.cluster(way.cluster, where);
      extras.listener(collectorListener(way), where);
    });
    const body = dynamicConfig(said, sockets);
    told.add({ path: "/meshmetric", ...body }, source(""));
  },
};

/** Kuma's JSON for the program beside Envoy, and an ETag that changes with it. */
function dynamicConfig(
  { sidecar, applications, backends = [] }: MeshMetricConf,
  sockets: ReadonlyMap<number, string>,
): { readonly body: string; readonly etag: string } {
  const apps = applications?.map(({ name, path = "/metrics", port, address = "" }) => ({
    ...(name === undefined ? {} : { name }),
    path,
    port,
    address,
  }));
  const pulled = backends.some(({ type }) => type === "Prometheus") ? ['{"type":"Prometheus","name":null}'] : [];
  const pushed = backends.flatMap((backend, index) => {
    const socket = sockets.get(index);
    return socket === undefined ? [] : [openTelemetry(backend, socket)];
  });
  const list = [...pulled, ...pushed].reduce((all, one) => (all === "" ? one : joined`${all},${one}`), "");
  const said = `"applications":${JSON.stringify(apps ?? null)}`;
  const own = sidecar === undefined ? "" : `"sidecar":${JSON.stringify(sidecar)},`;
  const labels = hole(PROXY_HOLES.metricLabels);
  return {
    body: joined`{"observability":{"metrics":{${said},"backends":[${list}],${own}"extraLabels":${labels}}}}`,
    etag: joined`${fnv1a64(JSON.stringify([said, own, backends]))}${hole(PROXY_HOLES.metricLabelsHash)}`,
  };
}

/** One of the listed backends as JSON text with a hole. */
function openTelemetry(backend: MetricBackend, socketName: string): string {
  const { collector } = (backend as CollectorBackend).openTelemetry ?? {};
  const said = parseDuration(backend.openTelemetry?.refreshInterval ?? EVERY);
  const every = said === null || said <= 0n ? EVERY : formatDuration(said);
  // Kuma knows gRPC alone here, and leaves members aside that it does not know.
  const web = collector?.protocol === "http" ? { protocol: "http", path: `${collector.path}/v1/metrics` } : {};
  const others = JSON.stringify({ refreshInterval: every, ...web }).slice(1);
  const path = hole(collectorSocketHole(socketName));
  return joined`{"type":"OpenTelemetry","name":${JSON.stringify(socketName)},"openTelemetry":{"endpoint":"${path}",${others}}`;
}

function source(pointer: string): Source {
  return { policy: TYPE, list: "default", item: 0, pointer };
}
