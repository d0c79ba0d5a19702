// Weft's answer to a scenario, from the same floors that a control plane and its relays run.
import { stringify } from "yaml";
import { indexView, rulesOf } from "#match/match.ts";
import type { Json } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { withZoneTag } from "#model/kind/dataplane-zone.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { resourcesOf } from "#model/view.ts";
import { compileView, servedTo, sha256, viewOf, ZONE } from "#test/xds/scenario.ts";
import { type Answer, asDefault, type ProxyAnswer, rulesByType } from "./answer.ts";
import type { Scenario } from "./scenarios.ts";

interface Named {
  readonly name?: string;
  readonly clusterName?: string;
}

/** Route configurations stand inside the listeners that name them, as they do in Kuma. */
export function askWeft({ mesh, resources }: Scenario): Answer {
  const view = zoned(viewOf(resources.map((one) => stringify(one)).join("---\n")));
  const compiled = compileView(view);
  const index = indexView(view, ZONE, sha256);
  const proxies: Record<string, ProxyAnswer> = {};
  for (const dataplane of resourcesOf(view, "Dataplane")) {
    const { clusters, endpoints, listeners, routes } = servedTo(compiled, view.mesh.name, dataplane.name);
    const byName = new Map(routes.map((route) => [(route as Named).name, route]));
    const list: (readonly [string, Json])[] = [
      ...clusters.map((one) => [`cluster ${(one as Named).name}`, one] as const),
      ...endpoints.map((one) => [`endpoints ${(one as Named).clusterName}`, one] as const),
      ...listeners.map((one) => [`listener ${(one as Named).name}`, inlined(one, byName)] as const),
    ];
    const rules = rulesOf(index, dataplane) as unknown as readonly Json[];
    proxies[dataplane.name] = asDefault({ rules: rulesByType(rules), config: Object.fromEntries(list) }, mesh);
  }
  return { proxies };
}

/** Dataplanes as they are stored: with their zone among their tags. */
function zoned(view: View): View {
  const list = (view.resources.Dataplane ?? []) as readonly Resource<DataplaneSpec>[];
  const Dataplane = list.map((one) => ({ ...one, spec: withZoneTag(one.spec, ZONE) }));
  return { ...view, resources: { ...view.resources, Dataplane } };
}

/** With the route configurations in place of their names. */
export function inlined(value: Json, routes: ReadonlyMap<string | undefined, Json>): Json {
  if (Array.isArray(value)) return value.map((one) => inlined(one, routes));
  if (typeof value !== "object" || value === null) return value;
  const { rds, ...others } = value as { readonly [key: string]: Json };
  const members = Object.fromEntries(Object.entries(others).map(([key, one]) => [key, inlined(one as Json, routes)]));
  if (rds === undefined) return members;
  const route = routes.get((rds as { readonly routeConfigName?: string }).routeConfigName);
  return { ...members, routeConfig: route ?? null };
}
