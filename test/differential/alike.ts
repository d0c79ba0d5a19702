// What is each control plane's own affair: which number a name gets, and what a cluster's endpoints are called.
import type { Json } from "#model/json.ts";
import type { Resources } from "./answer.ts";

interface DnsListener {
  readonly listenerFilters?: readonly {
    readonly typedConfig: {
      readonly serverConfig: { readonly inlineDnsTable: { readonly virtualDomains?: readonly Domain[] } };
    };
  }[];
}

interface Domain {
  readonly name: string;
  readonly endpoint: { readonly addressList: { readonly address: readonly string[] } };
}

/** Each address that the DNS listener tells stands as the first of its names: `outbound:(backend.mesh):80`. */
export function withNamedAddresses(config: Resources): Resources {
  const table = config["listener kuma:dns"] as (Json & DnsListener) | undefined;
  const domains = table?.listenerFilters?.[0]?.typedConfig.serverConfig.inlineDnsTable.virtualDomains ?? [];
  const names = new Map<string, string>();
  for (const { name, endpoint } of [...domains].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    for (const address of endpoint.addressList.address) if (!names.has(address)) names.set(address, `(${name})`);
  }
  if (names.size === 0) return config;
  const text = JSON.stringify(config).replaceAll(/\b24\d(\.\d+){3}\b/g, (address) => names.get(address) ?? address);
  return JSON.parse(text) as Resources;
}

/** Endpoints by the cluster that they are of, whatever name it asks for them by. */
export function withOwnEndpoints(config: Resources): Resources {
  const found = { ...config };
  for (const body of Object.values(config)) {
    const { name, edsClusterConfig } = body as {
      readonly name?: string;
      readonly edsClusterConfig?: { readonly serviceName?: string };
    };
    const asked = edsClusterConfig?.serviceName ?? name;
    const set = config[`endpoints ${asked}`];
    if (edsClusterConfig === undefined || name === undefined || asked === name || set === undefined) continue;
    delete found[`endpoints ${asked}`];
    found[`endpoints ${name}`] = { ...(set as object), clusterName: name };
  }
  return found;
}
