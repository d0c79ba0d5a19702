// What Envoy tells the program beside it: JSON answered on a Unix socket, each with an ETag.

import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import type { RouteJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import { NODE_HOLES } from "#model/node-hole.ts";
import { hole } from "#snapshot/template.ts";
import { statName } from "./collector.ts";
import { httpFilter, inlineManager } from "./connection.ts";
import type { Extras } from "./extras.ts";
import type { Source, Tracer } from "./trace.ts";

const NAME = "_kuma:dynamicconfig";

/** Labels of a proxy, or the names of a whole mesh, may fill a body up; Envoy's own limit is 4 KiB. */
const MOST_BYTES = 1_048_576;
const MOST_BYTES_OF_NAMES = 67_108_864;

export interface DynamicConfig {
  /** `/meshmetric`. */
  readonly path: string;
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
    extras.listener(dynamicConfigListener(configs), ...this.#list.flatMap(({ sources }) => sources));
  }
}

/** The listener that answers each config at its path, and with 304 who has it. */
function dynamicConfigListener(configs: readonly DynamicConfig[]): ListenerJson {
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
  const most = configs.some(({ path }) => path === "/dns") ? MOST_BYTES_OF_NAMES : MOST_BYTES;
  const hosts = { maxDirectResponseBodySizeBytes: most, virtualHosts: [{ name: NAME, domains: ["*"], routes }] };
  const { filter } = httpFilter(inlineManager(statName(NAME), hosts, "machine"));
  return {
    name: NAME,
    address: { pipe: { path: hole(NODE_HOLES.dynamicConfig) } },
    filterChains: [{ filters: [filter] }],
  };
}
