// What a running Envoy was given: its resources one by one, to be compared with what it had before.
import { canonical } from "#model/canonical.ts";
import type { Json } from "#model/json.ts";
import type { RunningProxy } from "./proxy.ts";

/** Every resource that came over ADS, as the Envoy has it: canonical JSON, for its maps have no order, by `<kind> <name>`. */
export async function configOf(sidecar: Pick<RunningProxy, "admin">): Promise<ReadonlyMap<string, string>> {
  const { configs } = JSON.parse(await sidecar.admin("/config_dump")) as {
    configs: readonly Record<string, unknown>[];
  };
  const found = new Map<string, string>();
  const take = (
    kind: string,
    list: unknown,
    pick: (row: Record<string, never>) => { readonly name?: string } | undefined,
  ) => {
    for (const row of (list ?? []) as readonly Record<string, never>[]) {
      const resource = pick(row);
      if (resource?.name !== undefined) found.set(`${kind} ${resource.name}`, canonical(resource as unknown as Json));
    }
  };
  for (const part of configs) {
    take("cluster", part.dynamic_active_clusters, ({ cluster }) => cluster);
    take("route", part.dynamic_route_configs, ({ route_config }) => route_config);
    take(
      "listener",
      part.dynamic_listeners,
      ({ active_state }) => (active_state as { listener?: object } | undefined)?.listener,
    );
  }
  return found;
}
