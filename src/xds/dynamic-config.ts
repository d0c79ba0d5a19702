// What Envoy tells the program beside it: JSON answered on a Unix socket, each with an ETag.

import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import type { RouteJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { RouteConfigurationJson } from "#envoy/generated/envoy/config/route/v3/route_pb.ts";
import { NODE_HOLES } from "#model/node-hole.ts";
import { hole } from "#snapshot/template.ts";
import { statName } from "./collector.ts";
import { httpFilter, plainManager } from "./connection.ts";
import type { Extras } from "./extras.ts";
import type { Source, Tracer } from "./trace.ts";

const NAME = "_kuma:dynamicconfig";

/** Labels of a proxy, or the names of a whole mesh, may fill a body up; Envoy's own limit is 4 KiB. */
const MOST_BYTES = 1_048_576;
const MOST_BYTES_OF_NAMES = 67_108_864;

export interface DynamicConfig {
  /** `/meshmetric`. */
  readonly path: string;
  /** The names of a whole mesh, which many proxies have alike: the routes are then a resource apart from the listener, whose path is the node's own. */
  readonly large?: true;
  /** JSON text; may have holes. */
  readonly body: string;
  /** Another for each other body; may have holes. */
  readonly etag: string;
}

/** What is told of one proxy, by all who have something to tell; undone with the policy that told it. */
export class ToldConfigs {
  readonly #list: { readonly config: DynamicConfig; readonly sources: readonly Source[] }[] = [];
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  add(config: DynamicConfig, ...sources: readonly Source[]): void {
    this.#tracer.insert(this.#list, this.#list.length, { config, sources });
  }

  /** Adds the listener, where there is anything to tell. */
  complete(extras: Extras): void {
    if (this.#list.length === 0) return;
    const configs = this.#list.map(({ config }) => config);
    const sources = this.#list.flatMap((one) => one.sources);
    const routes = routesOf(configs);
    const apart = configs.some(({ large }) => large);
    extras.listener(dynamicConfigListener(apart ? NAME : routes), ...sources);
    if (apart) extras.route({ name: NAME, ...routes }, ...sources);
  }
}

/** Each config at its path, and 304 for who has it. */
function routesOf(configs: readonly DynamicConfig[]): RouteConfigurationJson {
  const routes = configs.flatMap(({ path, body, etag }): RouteJson[] => [
    {
      match: { path, headers: [{ name: "If-None-Match", stringMatch: { exact: etag } }] },
      directResponse: { status: 304 },
    },
    {
      name: `${NAME}:${path}`,
      match: { path },
      responseHeadersToAdd: [{ header: { key: "Etag", value: etag } }],
      directResponse: { status: 200, body: { inlineString: body } },
    },
  ]);
  const maxDirectResponseBodySizeBytes = configs.some(({ large }) => large) ? MOST_BYTES_OF_NAMES : MOST_BYTES;
  return { maxDirectResponseBodySizeBytes, virtualHosts: [{ name: NAME, domains: ["*"], routes }] };
}

function dynamicConfigListener(routes: RouteConfigurationJson | string): ListenerJson {
  const { filter } = httpFilter(plainManager(statName(NAME), routes, "machine"));
  return {
    name: NAME,
    address: { pipe: { path: hole(NODE_HOLES.dynamicConfig) } },
    filterChains: [{ filters: [filter] }],
  };
}
