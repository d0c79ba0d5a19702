// The oracle: what each Envoy should have, read plainly from who lives; and what its relay gives it.
import { namesIn, resourceIn } from "#relay/ads/resource.ts";
import type { ResourceBook } from "#relay/resources.ts";
import type { ProxyKey } from "#relay/zone.ts";
import type { ZoneSide } from "#relay/zone-side.ts";
import type { WorldEnvoy } from "./envoy.ts";
import { SERVICES, type WorldOrg, type WorldZone } from "./world.ts";

/** `address:port*weight` of each endpoint, sorted, by cluster. */
export type Endpoints = Readonly<Record<string, readonly string[]>>;

const offering = ({ envoys }: WorldZone, mesh: string, service: string): readonly WorldEnvoy[] =>
  envoys.filter((one) => one.wants && one.healthy && one.proxy.mesh === mesh && one.service === service);

/** What an Envoy of the zone should have. */
export function expectedOf({ zones }: WorldOrg, own: WorldZone, { proxy, service }: WorldEnvoy): Endpoints {
  const { mesh } = proxy;
  if (service !== "web" && mesh !== "beside") return {};
  return Object.fromEntries(
    SERVICES.map((called) => {
      const ways = zones
        .filter((zone) => zone !== own && zone.enabled)
        .flatMap((zone) => {
          const count = offering(zone, mesh, called).length;
          const open = zone.envoys.filter((one) => one.wants && one.proxy.type === "ZoneIngress");
          return count === 0 ? [] : open.map(({ address, port }) => `${address}:${port}*${count}`);
        });
      const weight = Math.max(1, ways.length);
      const here = offering(own, mesh, called).map(({ address, port }) => `${address}:${port}*${weight}`);
      return [called, [...here, ...ways].sort()];
    }),
  );
}

/** What is behind the zone's ingress: every instance of every mesh, each once. */
export function behindIngress({ envoys }: WorldZone): readonly string[] {
  return envoys
    .filter(({ wants, healthy, proxy }) => wants && healthy && proxy.mesh !== "")
    .map(({ address, port }) => `${address}:${port}`)
    .sort();
}

/** What the relay gives the proxy now; null while it knows nothing of it. */
export function servedTo(side: ZoneSide, book: ResourceBook, proxy: ProxyKey): Endpoints | null {
  const desired = book.of(side.served(), proxy, (mesh) => side.identity(proxy, undefined, mesh));
  const set = desired?.sets.endpoints;
  if (set === undefined) return null;
  return Object.fromEntries(
    [...namesIn(set)].sort().map((name) => [name, endpointsIn(resourceIn(set, name)?.body()).sort()]),
  );
}

interface Assignment {
  readonly endpoints?: readonly {
    readonly lbEndpoints?: readonly {
      readonly loadBalancingWeight?: number;
      readonly endpoint?: {
        readonly address?: { readonly socketAddress?: { readonly address: string; readonly portValue: number } };
      };
    }[];
  }[];
}

function endpointsIn(body: unknown): string[] {
  return ((body as Assignment).endpoints ?? []).flatMap(({ lbEndpoints = [] }) =>
    lbEndpoints.map(({ loadBalancingWeight = 1, endpoint }) => {
      const { address, portValue } = endpoint?.address?.socketAddress ?? { address: "?", portValue: 0 };
      return `${address}:${portValue}*${loadBalancingWeight}`;
    }),
  );
}
