// MeshPassthrough → the listeners that redirected outbound traffic comes to: all of it passes, some, or none.
import type { ListenerFilterJson } from "#envoy/generated/envoy/config/listener/v3/listener_components_pb.ts";
import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { PassthroughConf } from "#model/policy/mesh-passthrough.ts";
import type { PolicyWriter, ProxyParts } from "#xds/policy.ts";
import type { Source, Tracer } from "#xds/trace.ts";
import { clustersOf, passChain } from "./mesh-passthrough-chain.ts";
import { passesOf } from "./mesh-passthrough-order.ts";

const source = (pointer: string): Source => ({ policy: "MeshPassthrough", list: "default", item: 0, pointer });

export const meshPassthroughWriter: PolicyWriter = {
  type: "MeshPassthrough",
  proxy: (parts, conf, tracer) => write(parts, conf as PassthroughConf, tracer),
};

function write({ passthrough, extras }: ProxyParts, conf: PassthroughConf, tracer: Tracer): void {
  // What is not redirected has its own way out.
  if (passthrough === null) return;
  const { passthroughMode: mode = "Matched", appendMatch = [] } = conf;
  tracer.set(passthrough, "open", mode === "All");
  passthrough.sources.push(source(conf.passthroughMode === undefined ? "" : "/passthroughMode"));
  if (mode !== "Matched" || appendMatch.length === 0) return;
  const { passes, twins } = passesOf(conf);
  for (const { pass, first } of twins) {
    const port = pass.port ?? "any port";
    const reason = `${pass.protocol} on ${port} cannot be told from ${first.protocol} (appendMatch[${first.index}]) there: only the latter passes`;
    tracer.complain(source(`/appendMatch/${pass.index}`), reason);
  }
  const silent = [...new Set(appendMatch.flatMap(({ protocol, port }) => (protocol === "mysql" ? (port ?? []) : [])))];
  for (const listener of passthrough.listeners) {
    const chains = passes.flatMap((pass) => {
      const chain = passChain(pass, listener.family);
      if (chain === null) return [];
      tracer.note(chain.body, source(`/appendMatch/${pass.index}`));
      for (const cluster of clustersOf(pass)) extras.cluster(cluster, source(`/appendMatch/${pass.index}`));
      return chain;
    });
    tracer.set(listener, "chains", chains);
    tracer.set(listener.body as ListenerJson, "listenerFilters", inspectors(silent));
  }
}

/** A MySQL server speaks first: who waits for the client's bytes waits for ever. */
function inspectors(silent: readonly number[]): ListenerFilterJson[] {
  const ranges = [...silent]
    .sort((a, b) => a - b)
    .map((port) => ({ destinationPortRange: { start: port, end: port + 1 } }));
  const filterDisabled =
    ranges.length === 0 ? undefined : ranges.length === 1 ? ranges[0] : { orMatch: { rules: ranges } };
  const quiet = filterDisabled === undefined ? {} : { filterDisabled };
  return [
    {
      name: "envoy.filters.listener.original_dst",
      typedConfig: typed("envoy.extensions.filters.listener.original_dst.v3.OriginalDst", {}),
    },
    {
      name: "envoy.filters.listener.tls_inspector",
      typedConfig: typed("envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector", {}),
      ...quiet,
    },
    {
      name: "envoy.filters.listener.http_inspector",
      typedConfig: typed("envoy.extensions.filters.listener.http_inspector.v3.HttpInspector", {}),
      ...quiet,
    },
  ];
}
