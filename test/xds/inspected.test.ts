// Inspection of single proxies agrees with what the zone's compile serves them, over every case of every policy.

import { describe, expect, test } from "vitest";
import { explainProxy } from "#compile/compile.ts";
import { dataplanesOfPolicy, inspectView } from "#compile/inspect.ts";
import { inspectProxy, type ProxyConfig } from "#compile/inspect-proxy.ts";
import { nativeEnvoy } from "#envoy/native/registry.ts";
import type { Json } from "#model/json.ts";
import { POLICIES } from "#model/kinds.ts";
import { resourcesOf } from "#model/view.ts";
import { casesOf, laidOver, SUBJECTS } from "./case.ts";
import { proxiesOf, type Served, sha256, ZONE } from "./scenario.ts";

/** What only an Envoy can tell of its node stands otherwise there. */
const OF_NODE = /\/var\/lib\/kuma|ca-certificates\.crt/;

const URLS: readonly (readonly [keyof Served, string])[] = [
  ["clusters", "envoy.config.cluster.v3.Cluster"],
  ["endpoints", "envoy.config.endpoint.v3.ClusterLoadAssignment"],
  ["listeners", "envoy.config.listener.v3.Listener"],
  ["routes", "envoy.config.route.v3.RouteConfiguration"],
];

function compare(config: ProxyConfig, served: Served): void {
  for (const [kind, message] of URLS) {
    const told = config[`type.googleapis.com/${message}`] ?? {};
    const bodies = served[kind] as readonly { readonly name?: string; readonly clusterName?: string }[];
    const wanted = new Map(bodies.map((body) => [body.name ?? body.clusterName ?? "", body]));
    expect(Object.keys(told).sort()).toEqual([...wanted.keys()].sort());
    for (const [name, body] of Object.entries(told)) {
      if (!OF_NODE.test(JSON.stringify(body))) expect(body, name).toEqual(wanted.get(name) as unknown as Json);
    }
  }
}

describe.each(SUBJECTS)("%s", (subject) => {
  test.each(casesOf(subject).map((one) => [one.shows, one] as const))("%s", (_, one) => {
    const { view, compiled, served } = laidOver(one);
    const inspection = inspectView(view, { zone: ZONE, digest: sha256, native: nativeEnvoy() });
    const own = proxiesOf(view);
    for (const dataplane of resourcesOf(view, "Dataplane").filter(({ name }) => own.includes(name))) {
      const proxy = inspectProxy(inspection, dataplane);
      compare(proxy.config(false), served[dataplane.name] as Served);
      // Whatever a policy set in Envoy is there under the setting that it came from, and nothing else is.
      const key = (resource: object, field: string): string => JSON.stringify([resource, field]);
      const explained = explainProxy(compiled, view.mesh.name, dataplane.name).filter(
        ({ origins }) => origins.length > 0,
      );
      const settings = proxy.why().flatMap((place) => place.settings);
      const shown = settings.flatMap(({ envoy }) => envoy.map(({ resource, field }) => key(resource, field)));
      expect([...new Set(shown)].sort()).toEqual(explained.map(({ resource, field }) => key(resource, field)).sort());
      expect(settings.every(({ origins }) => origins.length > 0)).toBe(true);
      for (const { type } of proxy.rules()) expect(POLICIES.map((kind) => kind.type)).toContain(type);
      const selecting = proxy.selectedBy().map(({ type, name }) => `${type}/${name}`);
      for (const { type, name } of proxy.selectedBy()) {
        const names = dataplanesOfPolicy(inspection, type, name)?.map((selected) => selected.name);
        expect(names, `${type}/${name}`).toContain(dataplane.name);
      }
      expect(new Set(selecting).size).toBe(selecting.length);
    }
  });
});
