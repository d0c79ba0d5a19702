// What Envoy's own admin pages would show of a proxy, as far as the control plane knows it: its config, and where its clusters lead.
import type { ProxyConfig } from "#control/face/reader.ts";

type Resource = Readonly<Record<string, unknown>>;

interface DumpRow {
  readonly url: string;
  /** `envoy.admin.v3.<dump>`. */
  readonly dump: string;
  /** Member that lists them. */
  readonly member: string;
  readonly entry: (name: string, resource: Resource) => unknown;
}

const PREFIX = "type.googleapis.com/";
const ENDPOINTS = `${PREFIX}envoy.config.endpoint.v3.ClusterLoadAssignment`;
const CLUSTERS = `${PREFIX}envoy.config.cluster.v3.Cluster`;

/** In the order in which Envoy's `/config_dump` has them. */
const DUMPS: readonly DumpRow[] = [
  {
    url: CLUSTERS,
    dump: "ClustersConfigDump",
    member: "dynamic_active_clusters",
    entry: (_, cluster) => ({ cluster }),
  },
  {
    url: ENDPOINTS,
    dump: "EndpointsConfigDump",
    member: "dynamic_endpoint_configs",
    entry: (_, endpoint_config) => ({ endpoint_config }),
  },
  {
    url: `${PREFIX}envoy.config.listener.v3.Listener`,
    dump: "ListenersConfigDump",
    member: "dynamic_listeners",
    entry: (name, listener) => ({ name, active_state: { listener } }),
  },
  {
    url: `${PREFIX}envoy.config.route.v3.RouteConfiguration`,
    dump: "RoutesConfigDump",
    member: "dynamic_route_configs",
    entry: (_, route_config) => ({ route_config }),
  },
  {
    url: `${PREFIX}envoy.extensions.transport_sockets.tls.v3.Secret`,
    dump: "SecretsConfigDump",
    member: "dynamic_active_secrets",
    entry: (name, secret) => ({ name, secret }),
  },
];

/** As Envoy's `/config_dump`; endpoints only where they are asked for, and no bootstrap, which the proxy's machine has. */
export function configDump(config: ProxyConfig, withEndpoints: boolean): unknown {
  const rows = DUMPS.filter(({ url }) => config[url] !== undefined && (withEndpoints || url !== ENDPOINTS));
  return {
    configs: rows.map(({ url, dump, member, entry }) => ({
      "@type": `${PREFIX}envoy.admin.v3.${dump}`,
      [member]: Object.entries(config[url] ?? {}).map(([name, resource]) =>
        entry(name, { "@type": url, ...(resource as Resource) }),
      ),
    })),
  };
}

interface Assignment {
  readonly endpoints?: readonly {
    readonly locality?: { readonly region?: string; readonly zone?: string; readonly subZone?: string };
    readonly priority?: number;
    readonly lbEndpoints?: readonly {
      readonly loadBalancingWeight?: number;
      readonly healthStatus?: string;
      readonly endpoint?: {
        readonly address?: {
          readonly socketAddress?: { readonly address?: string; readonly portValue?: number };
          readonly pipe?: { readonly path?: string };
        };
      };
    }[];
  }[];
}

/** As Envoy's `/clusters` has it, without what only the Envoy counts: one line for each fact of each host. */
export function clustersText(config: ProxyConfig): string {
  const clusters = (config[CLUSTERS] ?? {}) as Readonly<Record<string, { readonly loadAssignment?: Assignment }>>;
  const sets = (config[ENDPOINTS] ?? {}) as Readonly<Record<string, Assignment>>;
  return Object.entries(clusters)
    .flatMap(([name, { loadAssignment }]) => hostLines(name, loadAssignment ?? sets[name] ?? {}))
    .map((line) => `${line}\n`)
    .join("");
}

function hostLines(cluster: string, { endpoints = [] }: Assignment): readonly string[] {
  return endpoints.flatMap(({ locality = {}, priority = 0, lbEndpoints = [] }) =>
    lbEndpoints.flatMap(({ loadBalancingWeight = 1, healthStatus = "UNKNOWN", endpoint }) => {
      const { socketAddress, pipe } = endpoint?.address ?? {};
      const { address = "", portValue = 0 } = socketAddress ?? {};
      const host = pipe?.path ?? `${address.includes(":") ? `[${address}]` : address}:${portValue}`;
      const facts = {
        weight: loadBalancingWeight,
        region: locality.region ?? "",
        zone: locality.zone ?? "",
        sub_zone: locality.subZone ?? "",
        priority,
        eds_health: healthStatus,
      };
      return Object.entries(facts).map(([fact, value]) => `${cluster}::${host}::${fact}::${value}`);
    }),
  );
}
