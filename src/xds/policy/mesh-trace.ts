// MeshTrace: every HTTP connection manager of the proxy tells one collector of the requests that it serves.
import type { HttpConnectionManager_TracingJson } from "#envoy/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.ts";
import type { CustomTagJson } from "#envoy/generated/envoy/type/tracing/v3/custom_tag_pb.ts";
import { parsePercentage } from "#model/percentage.ts";
import type { MeshTraceConf, TraceTag } from "#model/policy/mesh-trace.ts";
import { hole } from "#snapshot/template.ts";
import type { Chain } from "#xds/listener.ts";
import type { InboundParts, OutboundParts, PolicyWriter } from "#xds/policy.ts";
import { PROXY_HOLES } from "#xds/proxy-hole.ts";
import type { Source, Tracer } from "#xds/trace.ts";
import { type Traced, tracerOf } from "./mesh-trace-backend.ts";

const TYPE = "MeshTrace";

export const meshTraceWriter: PolicyWriter = {
  type: TYPE,
  inbound(parts, policy, tracer) {
    if (policy?.whole === undefined) return;
    write(parts, policy.whole.conf as MeshTraceConf, { direction: parts.forZone ? "UNSPECIFIED" : "INBOUND" }, tracer);
  },
  outbound(parts, conf, tracer) {
    const { virtualHost } = parts;
    write(parts, conf as MeshTraceConf, { direction: "OUTBOUND", destination: virtualHost }, tracer);
  },
};

function write(
  { chains, extras, mesh }: Pick<InboundParts | OutboundParts, "chains" | "extras" | "mesh">,
  conf: MeshTraceConf,
  traced: Traced,
  tracer: Tracer,
): void {
  const [backend] = conf.backends ?? [];
  if (backend === undefined) return;
  const managers = chains.flatMap(({ http }: Chain) => (http === null ? [] : [http]));
  if (managers.length === 0) return;
  const made = tracerOf(backend, traced);
  const where = source("/backends/0");
  if (made !== null && "reason" in made) tracer.complain(where, made.reason);
  for (const manager of managers) {
    // No span of its own for the upstream side: the next proxy's span follows this one.
    const tracing: HttpConnectionManager_TracingJson = { spawnUpstreamSpan: false };
    tracer.set(manager, "tracing", tracing, source("/backends"));
    writeSampling(tracing, conf, tracer);
    tracer.set(tracing, "customTags", customTags(mesh, conf.tags ?? []), ...(conf.tags ? [source("/tags")] : []));
    if (made === null || "reason" in made) continue;
    tracer.set(tracing, "provider", made.provider, where);
  }
  if (made !== null && "cluster" in made) extras.cluster(made.cluster, where);
}

const SAMPLING = { overall: "overallSampling", client: "clientSampling", random: "randomSampling" } as const;

function writeSampling(
  tracing: HttpConnectionManager_TracingJson,
  { sampling = {} }: MeshTraceConf,
  tracer: Tracer,
): void {
  for (const [field, key] of Object.entries(SAMPLING) as [
    keyof typeof SAMPLING,
    (typeof SAMPLING)[keyof typeof SAMPLING],
  ][]) {
    const said = sampling[field];
    if (said === undefined) continue;
    const value = parsePercentage(said);
    const where = source(`/sampling/${field}`);
    if (value === null || value < 0 || value > 100) {
      tracer.complain(where, `${JSON.stringify(said)} is no percentage; all requests are traced`);
    } else tracer.set(tracing, key, { value }, where);
  }
}

/** The user's tags, and where the proxy is, but for tags that the user gave another meaning. */
function customTags(mesh: string, tags: readonly TraceTag[]): CustomTagJson[] {
  const own = tags.map(({ name, literal, header }): CustomTagJson => {
    if (header === undefined) return { tag: name, literal: { value: literal ?? "" } };
    const { name: from, default: otherwise } = header;
    return {
      tag: name,
      requestHeader: { name: from, ...(otherwise === undefined ? {} : { defaultValue: otherwise }) },
    };
  });
  const place: readonly (readonly [string, CustomTagJson])[] = [
    ["kuma.mesh", { tag: "kuma.mesh", literal: { value: mesh } }],
    ["kuma.zone", hole<CustomTagJson>(PROXY_HOLES.zoneTag)],
    ["kuma.workload", hole<CustomTagJson>(PROXY_HOLES.workloadTag)],
  ];
  return [...own, ...place.flatMap(([name, tag]) => (tags.some((one) => one.name === name) ? [] : [tag]))];
}

function source(pointer: string): Source {
  return { policy: TYPE, list: "default", item: 0, pointer };
}
