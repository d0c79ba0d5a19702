// Where an Envoy finds its zone's relays: taken out of its bootstrap into files beside it, which Envoy watches.
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { writePrivate } from "#cli/private-file.ts";
import type { RelayAddress } from "./relay-call.ts";

const CLUSTER = "ads_cluster";
const TRUST = "cp_validation_ctx";

/** A relay's host (a name or an address) and port. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** The relays of a zone, and how their certificates are judged (an Envoy `CertificateValidationContext`). */
export interface RelayPlaces {
  readonly places: readonly Place[];
  readonly trust: object;
}

/** Addresses of a host name; rejects where there are none. */
export type Lookup = (host: string) => Promise<readonly string[]>;

type Config = Record<string, unknown>;

interface Cluster {
  readonly name: string;
  readonly loadAssignment?: {
    readonly endpoints?: readonly {
      readonly lbEndpoints?: readonly {
        readonly endpoint?: { readonly address?: { readonly socketAddress?: Socket } };
      }[];
    }[];
  };
  readonly transportSocket?: { readonly name: string; readonly typedConfig: Config };
}
interface Socket {
  readonly address: string;
  readonly portValue: number;
}
interface Resources {
  readonly clusters?: readonly Cluster[];
  readonly secrets?: readonly { readonly name: string; readonly validationContext?: object }[];
}

/** What a bootstrap says of the zone's relays; null where it has them in another form. */
export function relayPlaces(bootstrap: Config): RelayPlaces | null {
  const { clusters, secrets } = (bootstrap.staticResources ?? {}) as Resources;
  const cluster = clusters?.find(({ name }) => name === CLUSTER);
  const trust = secrets?.find(({ name }) => name === TRUST)?.validationContext;
  const sockets = (cluster?.loadAssignment?.endpoints ?? []).flatMap(({ lbEndpoints = [] }) =>
    lbEndpoints.flatMap(({ endpoint }) => endpoint?.address?.socketAddress ?? []),
  );
  if (sockets.length === 0 || trust === undefined) return null;
  return { places: sockets.map(({ address: host, portValue: port }) => ({ host, port })), trust };
}

/**
 * The bootstrap with the relays read from files in `folder`. A static cluster may have its endpoints from a file, also the
 * one that leads to the management server (Envoy takes it among the first); names are resolved by whoever writes the file.
 */
export function withRelayFiles(bootstrap: Config, folder: string, random: () => number = Math.random): Config {
  const resources = bootstrap.staticResources as Resources & Config;
  const clusters = resources.clusters?.map((one) => (one.name === CLUSTER ? watching(one, folder, random()) : one));
  const secrets = resources.secrets?.filter(({ name }) => name !== TRUST);
  return { ...bootstrap, staticResources: { ...resources, clusters, secrets } };
}

function watching(cluster: Cluster, folder: string, chance: number): Config {
  const { loadAssignment: _, transportSocket, ...others } = cluster;
  const { typedConfig = {}, name = "" } = transportSocket ?? {};
  const common = typedConfig.commonTlsContext as Config;
  const trust = { name: TRUST, sdsConfig: fileSource(folder, "relay-trust.json") };
  const { dnsLookupFamily: _family, ...rest } = others as Config;
  return {
    ...rest,
    type: "EDS",
    edsClusterConfig: { edsConfig: fileSource(folder, "relays.json") },
    typedExtensionProtocolOptions: { [HTTP]: { "@type": `type.googleapis.com/${HTTP}`, ...protocol(chance) } },
    transportSocket: {
      name,
      typedConfig: { ...typedConfig, commonTlsContext: { ...common, validationContextSdsSecretConfig: trust } },
    },
  };
}

const HTTP = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
/**
 * A relay that is gone without a word is noticed by pings, also where it was the only one at the start. A stream goes on at a
 * relay that is no longer listed, so each ends some time and begins anew: after half a day to a day, other proxies' at other times.
 */
function protocol(chance: number): object {
  return {
    commonHttpProtocolOptions: { maxStreamDuration: `${Math.round(HALF_DAY * (1 + chance))}s` },
    explicitHttpConfig: { http2ProtocolOptions: { connectionKeepalive: { interval: "1s", timeout: "2s" } } },
  };
}

const HALF_DAY = 43_200;

function fileSource(folder: string, file: string): object {
  return {
    resourceApiVersion: "V3",
    pathConfigSource: { path: join(folder, file), watchedDirectory: { path: folder } },
  };
}

/** Writes the files; `addresses` has those of each host. */
export function writeRelayFiles(
  { places, trust }: RelayPlaces,
  addresses: ReadonlyMap<string, readonly string[]>,
  folder: string,
): void {
  const sockets = places.flatMap(({ host, port }) =>
    (addresses.get(host) ?? []).map((address) => ({ address, portValue: port })),
  );
  const lbEndpoints = sockets.map((socketAddress) => ({ endpoint: { address: { socketAddress } } }));
  // Whom to trust first: the other file leads Envoy to relays that need it.
  writeResource(join(folder, "relay-trust.json"), "envoy.extensions.transport_sockets.tls.v3.Secret", {
    ...{ name: TRUST, validationContext: trust },
  });
  writeResource(join(folder, "relays.json"), "envoy.config.endpoint.v3.ClusterLoadAssignment", {
    ...{ clusterName: CLUSTER, endpoints: [{ lbEndpoints }] },
  });
}

function writeResource(path: string, type: string, body: object): void {
  writePrivate(path, JSON.stringify({ resources: [{ "@type": `type.googleapis.com/${type}`, ...body }] }));
}

/** The addresses of each host: of a name as Envoy takes them, IPv4 unless there is none. A name that cannot be resolved keeps what it had. */
export async function addressesOf(
  places: readonly Place[],
  before: ReadonlyMap<string, readonly string[]>,
  find: Lookup = systemLookup,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const hosts = [...new Set(places.map(({ host }) => host))];
  const found = await Promise.all(
    hosts.map(async (host): Promise<readonly [string, readonly string[]]> => {
      if (isIP(host) > 0) return [host, [host]];
      const all = await find(host).catch(() => []);
      const four = all.filter((address) => isIP(address) === 4);
      const now = [...(four.length > 0 ? four : all)].sort();
      return [host, now.length > 0 ? now : (before.get(host) ?? [])];
    }),
  );
  return new Map(found);
}

async function systemLookup(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** The relays as this process calls them itself. */
export function callable({ places, trust }: RelayPlaces): readonly RelayAddress[] {
  const inline = (trust as { readonly trustedCa?: { readonly inlineBytes?: string } }).trustedCa?.inlineBytes;
  if (inline === undefined) return [];
  const ca = Buffer.from(inline, "base64").toString("utf8");
  return places.map(({ host, port }) => ({
    url: new URL(`https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`),
    ca,
  }));
}
