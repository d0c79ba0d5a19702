// A real Envoy that reads and checks what a proxy would get.
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Json } from "#model/json.ts";
import type { Served } from "./scenario.ts";

type Members = { readonly [key: string]: Json };

/** Its path, from WEFT_ENVOY or PATH; undefined where there is none. */
export const envoy = findEnvoy();

/** What Envoy complains of; empty where it accepts. */
export async function validate(file: string): Promise<string> {
  try {
    await promisify(execFile)(envoy as string, [
      "--mode",
      "validate",
      "-c",
      file,
      "-l",
      "error",
      "--disable-hot-restart",
    ]);
    return "";
  } catch (error) {
    const { stderr, stdout, message } = error as { stderr?: string; stdout?: string; message: string };
    return `${stderr ?? ""}${stdout ?? ""}` || message;
  }
}

/**
 * All that the proxy gets, made static so that validation reads it: routes stand inline in a listener each beside the
 * listeners that ask for them, endpoints in a static cluster each. Identity secrets stay on ADS: the relay supplies them.
 */
export function bootstrap({ clusters, endpoints, listeners, routes, secrets }: Served): Json {
  const target = { address: { socketAddress: { address: "127.0.0.1", portValue: 1 } } };
  const ads = {
    name: "ads_cluster",
    type: "STATIC",
    typedExtensionProtocolOptions: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        explicitHttpConfig: { http2ProtocolOptions: {} },
      },
    },
    loadAssignment: { clusterName: "ads_cluster", endpoints: [{ lbEndpoints: [{ endpoint: target }] }] },
  };
  return {
    node: { id: "default.test", cluster: "test" },
    dynamicResources: {
      adsConfig: {
        apiType: "DELTA_GRPC",
        transportApiVersion: "V3",
        grpcServices: [{ envoyGrpc: { clusterName: "ads_cluster" } }],
      },
    },
    staticResources: {
      clusters: [ads, ...clusters.map(beforeAds), ...endpoints.map(endpointCluster)],
      listeners: [...listeners, ...routes.map(routeListener)],
      secrets,
    },
  };
}

/** A static cluster without EDS is made before there is ADS, and Envoy does not survive a reference to it. */
function beforeAds(cluster: Json): Json {
  if ((cluster as Members).type === "EDS") return cluster;
  const source = {
    apiType: "DELTA_GRPC",
    transportApiVersion: "V3",
    grpcServices: [{ envoyGrpc: { clusterName: "ads_cluster" } }],
  };
  return JSON.parse(JSON.stringify(cluster).replaceAll('"ads":{}', `"apiConfigSource":${JSON.stringify(source)}`));
}

function endpointCluster(loadAssignment: Json): Json {
  const name = `endpoints of ${(loadAssignment as Members).clusterName}`;
  return { name, type: "STATIC", loadAssignment: { ...(loadAssignment as Members), clusterName: name } };
}

function routeListener(routeConfig: Json, index: number): Json {
  const manager = {
    "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    statPrefix: "routes",
    routeConfig: { ...(routeConfig as Members), validateClusters: true },
    httpFilters: [
      {
        name: "envoy.filters.http.router",
        typedConfig: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
      },
    ],
  };
  return {
    name: `routes ${index}`,
    address: { socketAddress: { address: "127.0.0.2", portValue: 2000 + index } },
    filterChains: [{ filters: [{ name: "envoy.filters.network.http_connection_manager", typedConfig: manager }] }],
  };
}

function findEnvoy(): string | undefined {
  const named = process.env.WEFT_ENVOY;
  const places = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "envoy"));
  return (named ? [named] : places).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
