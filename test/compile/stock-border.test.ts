// The chains that a stock kuma-cp 2.14 gave its ingress and egress, and those that the same resources give here.
import { describe, expect, test } from "vitest";
import { servedTo } from "#test/xds/scenario.ts";
import { compileZone, zoneOfYaml } from "./zone-scenario.ts";

/** A dataplane with one inbound, and the MeshService that Kuma generates for it. */
const service = (name: string, address: string, port: number): string => `
type: Dataplane
name: ${name}-1
networking: { address: ${address}, inbound: [{ port: ${port}, tags: { kuma.io/service: ${name}, kuma.io/protocol: http, kuma.io/zone: east } }] }
---
type: MeshService
name: ${name}
labels: { kuma.io/zone: east }
spec: { selector: { dataplaneTags: { kuma.io/service: ${name} } }, ports: [{ port: ${port} }] }
---`;

const GIVEN = `
{ type: Zone, name: east }
---
{ type: ZoneIngress, name: zi-1, zone: east, networking: { address: 10.0.0.4, port: 10001 } }
---
{ type: ZoneEgress, name: ze-1, zone: east, networking: { address: 10.0.0.5, port: 10002 } }
---
{ type: Mesh, name: default, meshServices: { mode: Everywhere }, mtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin }] } }
---${service("backend", "10.0.0.2", 8080)}${service("web", "10.0.0.1", 9090)}${service("client", "10.0.0.3", 7070)}
type: MeshExternalService
name: example
labels: { kuma.io/zone: east }
spec: { match: { type: HostnameGenerator, port: 443, protocol: http }, endpoints: [{ address: example.org, port: 443 }], tls: { enabled: true } }
---
{ type: ExternalService, name: httpbin, tags: { kuma.io/service: httpbin, kuma.io/protocol: http }, networking: { address: "httpbin.example.org:443", tls: { enabled: true } } }
`;

/** Server name, cluster, prefix of statistics, and the chain's name where it has one; Kuma's zone was called by another name. */
const STOCK: Readonly<Record<string, readonly string[]>> = {
  "zi-1": [
    "a601e0c00295a9fbe.backend.8080.default.ms default_backend__east_msvc_8080 default_backend__east_msvc_8080",
    "aba39a7ad087aeb69.client.7070.default.ms default_client__east_msvc_7070 default_client__east_msvc_7070",
    "add27113f6ca4edc8.web.9090.default.ms default_web__east_msvc_9090 default_web__east_msvc_9090",
    "backend{mesh=default} default:backend default_backend",
    "client{mesh=default} default:client default_client",
    "web{mesh=default} default:web default_web",
  ],
  "ze-1": [
    "afce62f771ed74b78.example.443.default.mes default_example__east_extsvc_443 default_example__east_extsvc_443 default_example__east_extsvc_443",
    "httpbin{mesh=default} default:httpbin httpbin httpbin_default",
  ],
};

interface ChainSeen {
  readonly name?: string;
  readonly filterChainMatch: { readonly serverNames: readonly string[] };
  readonly filters: readonly {
    readonly typedConfig: {
      readonly cluster?: string;
      readonly statPrefix: string;
      readonly routeConfig?: {
        readonly virtualHosts: readonly {
          readonly routes: readonly { readonly route: { readonly cluster: string } }[];
        }[];
      };
    };
  }[];
}

describe("what a stock control plane gives", () => {
  const compiled = compileZone(zoneOfYaml(GIVEN));

  test.each(Object.keys(STOCK))("%s has the same chains here", (proxy) => {
    const listeners = servedTo(compiled, "", proxy).listeners as unknown as readonly {
      filterChains: readonly ChainSeen[];
    }[];
    const chains = listeners.flatMap(({ filterChains }) => filterChains);
    const told = chains.map(({ name, filterChainMatch, filters }) => {
      const last = filters.at(-1)?.typedConfig;
      const cluster = last?.cluster ?? last?.routeConfig?.virtualHosts[0]?.routes[0]?.route.cluster;
      return [
        filterChainMatch.serverNames.join(),
        cluster,
        last?.statPrefix,
        ...(name === undefined ? [] : [name]),
      ].join(" ");
    });
    expect(told.sort()).toEqual(STOCK[proxy]);
  });
});
