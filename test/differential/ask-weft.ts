// Weft's answer to a scenario, from the same floors that a control plane and its relays run.
import { stringify } from "yaml";
import { compile } from "#compile/compile.ts";
import type { MeshState } from "#control/state.ts";
import { nativeEnvoy } from "#envoy/native/registry.ts";
import { indexView, rulesOf } from "#match/match.ts";
import { defaultGenerators } from "#model/default-generators.ts";
import type { Json } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { withZoneTag } from "#model/kind/dataplane-zone.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import type { View } from "#model/view.ts";
import { resourcesOf } from "#model/view.ts";
import { shownAddresses } from "#model/virtual/allot.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import { keyOf, rederive, resource, stateOf } from "#test/deriving.ts";
import { proxiesOf, type Served, servedTo, sha256, viewOf, ZONE } from "#test/xds/scenario.ts";
import { type Answer, asDefault, type ProxyAnswer, type Resources, rulesByType } from "./answer.ts";
import type { Scenario } from "./scenarios.ts";

interface Named {
  readonly name?: string;
  readonly clusterName?: string;
}

/** Any moment: nothing of a scenario is due. */
const NOW = Date.parse("2026-01-01T00:00:00Z");

/** Route configurations stand inside the listeners that name them, as they do in Kuma. */
export async function askWeft({ mesh, resources }: Scenario): Promise<Answer> {
  const given = zoned(viewOf(resources.map((one) => stringify(one)).join("---\n")));
  const view = await withDerived(given);
  const zoneProxies = ["ZoneEgress", "ZoneIngress"].flatMap((type) =>
    ((view.resources[type] ?? []) as readonly ZoneProxy[]).filter(({ spec }) => spec.zone === ZONE),
  );
  const compiled = compile({ zone: ZONE, views: [view], zoneProxies, native: nativeEnvoy() }, sha256);
  const index = indexView(view, ZONE, sha256);
  const proxies: Record<string, ProxyAnswer> = {};
  for (const name of proxiesOf(view)) {
    const dataplane = resourcesOf(view, "Dataplane").find((one) => one.name === name) as Resource<DataplaneSpec>;
    const rules = rulesByType(rulesOf(index, dataplane) as unknown as readonly Json[]);
    proxies[name] = asDefault({ rules, config: configOf(servedTo(compiled, view.mesh.name, name)) }, mesh);
  }
  for (const { name } of zoneProxies)
    proxies[name] = asDefault({ rules: {}, config: configOf(servedTo(compiled, "", name)) }, mesh);
  return { proxies };
}

function configOf({ clusters, endpoints, listeners, routes }: Served): Resources {
  const byName = new Map(routes.map((route) => [(route as Named).name, route]));
  return Object.fromEntries([
    ...clusters.map((one) => [`cluster ${(one as Named).name}`, one] as const),
    ...endpoints.map((one) => [`endpoints ${(one as Named).clusterName}`, one] as const),
    ...listeners.map((one) => [`listener ${(one as Named).name}`, inlined(one, byName)] as const),
  ]);
}

/** Dataplanes as they are stored: with their zone among their tags. */
function zoned(view: View): View {
  const list = (view.resources.Dataplane ?? []) as readonly Resource<DataplaneSpec>[];
  const Dataplane = list.map((one) => ({ ...one, spec: withZoneTag(one.spec, one.labels[LABEL.zone] ?? ZONE) }));
  return { ...view, resources: { ...view.resources, Dataplane } };
}

/** The view with all that a control plane makes of it: generated services, host names, virtual addresses. */
async function withDerived(view: View): Promise<View> {
  const zones = (view.zones ?? [{ name: ZONE }]).map(({ name }) => resource(keyOf("Zone", name, "")));
  const others = Object.values(view.resources).flat();
  const state = await stateOf(
    view.mesh,
    ...zones,
    ...defaultGenerators(),
    ...others.filter(({ type }) => type !== "Zone"),
  );
  rederive(state, NOW);
  const mesh = state.meshes.get(view.mesh.name) as MeshState;
  const resources = { ...view.resources, ...Object.fromEntries(mesh.lists) };
  return { ...view, resources, addresses: shownAddresses(mesh.addresses.values()) };
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
