// What must hold for the destinations that any edit touches: each whose requests could feel it is among them, and none of a mesh that stayed as it was.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Compiled, compile, meshesOf } from "#compile/compile.ts";
import { type Touched, touchedBy } from "#compile/effect/touched.ts";
import { isJsonObject, type Json } from "#model/json.ts";
import { isNodeHole } from "#model/node-hole.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { endpointSetsOf, openedOf, rowsOf } from "#snapshot/opened.ts";
import { resourcesOfProxy } from "#snapshot/proxy.ts";
import { createViews, edit, inhabited, type MeshPlan, sha256, ZONE } from "./plan.ts";

const node = (hole: string): Json | undefined => (isNodeHole(hole) ? `<${hole}>` : undefined);

/** Every resource of a proxy by `<kind> <name>`, filled. */
function filled(snapshot: Snapshot, mesh: string, name: string): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  for (const part of resourcesOfProxy(snapshot, mesh, name, sha256, node)?.parts ?? [])
    for (const kind of ["listener", "cluster", "route"] as const)
      for (const resource of part[kind].values()) found.set(`${kind} ${resource.name}`, resource.body());
  return found;
}

const proxiesOf = (snapshot: Snapshot, mesh: string): readonly string[] =>
  [...rowsOf(openedOf(snapshot), "proxies", mesh)].map(([name]) => name);

/** Cluster and endpoints, as a text, of each set. */
const setsOf = (
  snapshot: Snapshot,
  mesh: string,
): ReadonlyMap<string, { of: string; text: string; places: string[] }> =>
  new Map(
    [...endpointSetsOf(snapshot, mesh)].map(([, set]) => [
      set.cluster,
      { of: set.of ?? set.cluster, text: JSON.stringify(set), places: set.endpoints.map(({ dataplane }) => dataplane) },
    ]),
  );

/** All texts in a value. */
function textsIn(value: Json | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isJsonObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** Filter chains and routes that one side alone has. */
function onlyIn(one: Json | undefined, other: Json | undefined): readonly Json[] {
  const parts = (body: Json | undefined): readonly Json[] => {
    if (!isJsonObject(body)) return [];
    const { filterChains = [], virtualHosts = [] } = body as {
      filterChains?: Json[];
      virtualHosts?: { routes?: Json[] }[];
    };
    return [...filterChains, ...virtualHosts.flatMap(({ routes = [] }) => routes)];
  };
  const known = new Set(parts(other).map((part) => JSON.stringify(part)));
  return parts(one).filter((part) => !known.has(JSON.stringify(part)));
}

/** Destinations of the mesh whose requests could feel what differs, found by filling everything. */
function felt(before: Compiled, after: Compiled, mesh: string): ReadonlySet<string> {
  const found = new Set<string>();
  const slots = [before, after].flatMap(({ memo }) => [...(meshesOf(memo).get(mesh)?.index.slots.values() ?? [])]);
  const destinations = new Set(slots.map(({ destination }) => destination.cluster));
  const [old, now] = [setsOf(before.snapshot, mesh), setsOf(after.snapshot, mesh)];
  for (const [name, set] of [...old, ...now]) if (old.get(name)?.text !== now.get(name)?.text) found.add(set.of);
  for (const proxy of new Set([...proxiesOf(before.snapshot, mesh), ...proxiesOf(after.snapshot, mesh)])) {
    const [was, is] = [before, after].map(({ snapshot }) => filled(snapshot, mesh, proxy)) as [Filled, Filled];
    for (const key of new Set([...was.keys(), ...is.keys()])) {
      const [a, b] = [was.get(key), is.get(key)];
      if (JSON.stringify(a) === JSON.stringify(b)) continue;
      const name = key.slice(key.indexOf(" ") + 1);
      if (key.startsWith("cluster ") && destinations.has(name)) found.add(name);
      for (const text of [...onlyIn(a, b), ...onlyIn(b, a)].flatMap(textsIn))
        if (
          !name.startsWith("inbound:") &&
          [was, is].some((side) => side.has(`cluster ${text}`)) &&
          destinations.has(text)
        )
          found.add(text);
      if (!name.startsWith("inbound:") && !name.startsWith("localhost:")) continue;
      for (const { of, places } of now.values()) if (places.includes(proxy)) found.add(of);
    }
  }
  return found;
}

type Filled = ReturnType<typeof filled>;

const has = (touched: Touched, mesh: string, name: string): boolean =>
  touched.has(mesh) && touched.get(mesh)?.has(name) !== false;

test("of any edits, each destination that could feel them is touched, and none of a mesh that stayed as it was", () => {
  let [all, some] = [0, 0];
  // Many edits do nothing: batches, until enough have done something.
  for (let batch = 0; batch < 5 && some <= 20; batch++)
    fc.assert(
      fc.property(
        inhabited,
        inhabited,
        fc.array(fc.tuple(fc.boolean(), edit), { minLength: 1, maxLength: 3 }),
        (m, n, edits) => {
          const make = createViews();
          const plans: Record<string, MeshPlan> = { m, n };
          const compiled = (): Compiled =>
            compile({ zone: ZONE, views: Object.entries(plans).map(([mesh, plan]) => make(mesh, plan)) }, sha256);
          const before = compiled();
          for (const [which, change] of edits) plans[which ? "m" : "n"] = change(plans[which ? "m" : "n"] as MeshPlan);
          const after = compiled();
          const touched = touchedBy(new Map([[ZONE, before]]), new Map([[ZONE, after]]));
          for (const mesh of ["m", "n"]) {
            const wanted = felt(before, after, mesh);
            for (const name of wanted) expect(has(touched, mesh, name), `${name} of ${mesh}`).toBe(true);
            if (wanted.size > 0) some++;
            if (touched.get(mesh) === null) all++;
          }
          for (const [mesh, which] of [
            ["m", true],
            ["n", false],
          ] as const)
            if (edits.every(([one]) => one !== which)) expect(touched.has(mesh), mesh).toBe(false);
        },
      ),
      { numRuns: 100 },
    );
  expect(some).toBeGreaterThan(20);
  expect(all).toBeLessThan(some);
});
