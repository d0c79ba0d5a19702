// Every resource of every golden scenario, read and checked by a real Envoy.
import { execFile } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json } from "#model/json.ts";
import { compileView, givenView, proxiesOf, SCENARIOS, type Served, servedTo } from "./scenario.ts";

type Members = { readonly [key: string]: Json };

const envoy = findEnvoy();
const skipped = envoy === undefined ? " (skipped: no Envoy in WEFT_ENVOY or on PATH)" : "";

describe.skipIf(envoy === undefined)(`a real Envoy accepts${skipped}`, () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "weft-validate-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(SCENARIOS)("%s", async (scenario) => {
    const view = givenView(scenario);
    const compiled = compileView(view);
    for (const proxy of proxiesOf(view)) {
      const file = join(folder, `${scenario}.${proxy}.json`);
      writeFileSync(file, JSON.stringify(bootstrap(servedTo(compiled, view.mesh.name, proxy))));
      expect(await validate(file), proxy).toBe("");
    }
  });

  test("and would have said what is wrong", async () => {
    const file = join(folder, "wrong.json");
    const served = servedTo(compileView(givenView("http")), "default", "web-1");
    const [first, ...rest] = served.clusters as readonly Members[];
    writeFileSync(
      file,
      JSON.stringify(bootstrap({ ...served, clusters: [{ ...first, connectTimeout: "-1s" }, ...rest] })),
    );
    expect(await validate(file)).toContain("Invalid duration");
  });
});

/** What Envoy complains of; empty where it accepts. */
async function validate(file: string): Promise<string> {
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
function bootstrap({ clusters, endpoints, listeners, routes, secrets }: Served): Json {
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
      clusters: [ads, ...clusters, ...endpoints.map(endpointCluster)],
      listeners: [...listeners, ...routes.map(routeListener)],
      secrets,
    },
  };
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
