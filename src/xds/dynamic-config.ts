// What Envoy tells the program beside it: JSON answered on a Unix socket, each with an ETag.

import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import type { RouteJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import { NODE_HOLES } from "#model/node-hole.ts";
import { hole } from "#snapshot/template.ts";
import { statName } from "./collector.ts";
import { httpFilter, inlineManager } from "./connection.ts";

const NAME = "_kuma:dynamicconfig";

/** Labels of a proxy may fill the body up; Envoy's own limit is 4 KiB. */
const MOST_BYTES = 1_048_576;

export interface DynamicConfig {
  /** `/meshmetric`. */
  readonly path: string;
  /** JSON text; may have holes. */
  readonly body: string;
  /** Another for each other body; may have holes. */
  readonly etag: string;
}

/** The listener that answers each config at its path, and with 304 who has it. */
export function dynamicConfigListener(configs: readonly DynamicConfig[]): ListenerJson {
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
  const hosts = { maxDirectResponseBodySizeBytes: MOST_BYTES, virtualHosts: [{ name: NAME, domains: ["*"], routes }] };
  const { filter } = httpFilter(inlineManager(statName(NAME), hosts, "machine"));
  return {
    name: NAME,
    address: { pipe: { path: hole(NODE_HOLES.dynamicConfig) } },
    filterChains: [{ filters: [filter] }],
  };
}
