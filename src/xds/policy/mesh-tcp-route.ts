// MeshTCPRoute: where the connections of an outbound go.
import { typed } from "#envoy/typed.ts";
import type { RouteBackendRef } from "#model/backend-ref.ts";
import { splitOf } from "#xds/backend.ts";
import type { PolicyWriter } from "#xds/policy.ts";
import type { Source } from "#xds/trace.ts";

const TYPE = "MeshTCPRoute";
const SOURCE: Source = { policy: TYPE, list: "to", item: 0, pointer: "/backendRefs" };

export const meshTcpRouteWriter: PolicyWriter = {
  type: TYPE,
  outbound(parts, conf, tracer) {
    const { backendRefs } = conf as { readonly backendRefs?: readonly RouteBackendRef[] };
    if (backendRefs === undefined) return;
    const { backends } = splitOf(backendRefs, "connections", parts);
    const [only] = backends;
    for (const { body, tcp } of parts.chains) {
      if (tcp === null) continue;
      if (only === undefined) {
        // Nowhere to go: the connection is closed, and never falls back to the service itself.
        const config = typed("envoy.extensions.filters.network.direct_response.v3.Config", {});
        tracer.set(body, "filters", [{ name: "envoy.filters.network.direct_response", typedConfig: config }], SOURCE);
      } else if (backends.length === 1) tracer.set(tcp, "cluster", only.cluster, SOURCE);
      else {
        const clusters = backends.map(({ cluster, weight }) => ({ name: cluster, weight }));
        tracer.set(tcp, "weightedClusters", { clusters }, SOURCE);
        tracer.unset(tcp, "cluster");
      }
    }
  },
};
