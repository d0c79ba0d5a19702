// What the differing resources of proxies bear on: clusters that they lead to, instances that they stand before, server names that they pass on.
import { NO_MESH } from "#compile/zone-part.ts";
import { type Hash, isJsonObject, type Json, type JsonObject } from "#model/json.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import type { Cell } from "./cell.ts";
import { differingChains, differingRoutes, textsIn } from "./part.ts";
import { createExpander, type OpenTemplate } from "./resources.ts";
import type { ResourceEffect } from "./shape.ts";
import { createSides, type Side } from "./side.ts";

/** Collects. Names of clusters and of dataplanes stand by mesh. */
export interface Touch {
  readonly clusters: ReadonlyMap<string, ReadonlySet<string>>;
  readonly instances: ReadonlyMap<string, ReadonlySet<string>>;
  /** In lower case, as gates tell their chains apart. */
  readonly serverNames: ReadonlySet<string>;
  /** Meshes of which everything is touched. */
  readonly meshes: ReadonlySet<string>;
  /** Every mesh is. */
  readonly all: boolean;
  mesh(mesh: string): void;
  cluster(mesh: string, name: string): void;
  /** `mesh:dataplane`, as endpoints of gates are named. */
  member(key: string): void;
  /** Reads cells of two snapshots. */
  reading(before: Snapshot | null, after: Snapshot): (cell: Cell, resources: readonly ResourceEffect[]) => void;
}

type Names = ReadonlySet<string>;

export function createTouch(): Touch {
  const clusters = new Map<string, Set<string>>();
  const instances = new Map<string, Set<string>>();
  const serverNames = new Set<string>();
  const meshes = new Set<string>();
  let all = false;
  const put = (to: Map<string, Set<string>>, mesh: string, names: Iterable<string>): void => {
    const known = to.get(mesh) ?? new Set();
    to.set(mesh, known);
    for (const name of names) known.add(name);
  };

  function everythingOf({ mesh, names }: Cell, sides: readonly Side[]): void {
    if (mesh === NO_MESH) all = true;
    put(instances, mesh, names);
    for (const { named } of sides) put(clusters, mesh, named("cluster"));
  }

  function chain({ mesh, names }: Cell, sides: readonly Side[], listener: Listener, part: Json): void {
    const match = isJsonObject(part) ? part.filterChainMatch : undefined;
    const asked = isJsonObject(match) && Array.isArray(match.serverNames) ? match.serverNames : [];
    if (listener.body.trafficDirection === "OUTBOUND") put(clusters, mesh, leadingTo(part, sides).clusters);
    else if (mesh === NO_MESH && asked.length === 0) all = true;
    else if (asked.length > 0) for (const one of asked) serverNames.add(String(one).toLowerCase());
    else if (listener.name.startsWith("inbound:")) put(instances, mesh, names);
  }

  return {
    clusters,
    instances,
    serverNames,
    meshes,
    get all() {
      return all;
    },
    mesh(mesh) {
      if (mesh === NO_MESH) all = true;
      else meshes.add(mesh);
    },
    cluster: (mesh, name) => put(clusters, mesh, [name]),
    member(key) {
      const at = key.indexOf(":");
      if (at > 0) put(instances, key.slice(0, at), [key.slice(at + 1)]);
    },
    reading(before, after) {
      const seen = new Map<Hash, OpenTemplate>();
      const sides = createSides(createExpander(before, seen), createExpander(after, seen));
      return (cell, resources) => {
        const both = sides(cell);
        const { mesh, names } = cell;
        let ways: readonly Way[] | undefined;
        /** What a gate leads to, a collector or a key server is known by who names it. */
        const waysTo = (name: string): void => {
          ways ??= waysOf(both);
          for (const way of ways) if (way.to.has(name)) chain(cell, both, way.listener, way.part);
        };
        for (const { kind, name, change } of resources) {
          if (kind === "secret") everythingOf(cell, both);
          else if (mesh !== NO_MESH && /^(inbound|localhost):/.test(name)) put(instances, mesh, names);
          else if (kind === "listener") {
            const [was = null, is = null] = both.map(({ body }) => body(`listener ${name}`));
            const listener = { name, body: is ?? was ?? {} };
            for (const part of differingChains(was, is)) chain(cell, both, listener, part);
          } else if (kind === "cluster" && mesh !== NO_MESH) {
            put(clusters, mesh, [name]);
            // Where it comes or goes, who names it differs.
            if (change === "changed" && !both.some((side) => side.isFilledByEndpoints(name))) waysTo(name);
          } else if (mesh === NO_MESH) waysTo(name);
          else {
            const [was = null, is = null] = both.map(({ body }) => body(`route ${name}`));
            for (const part of differingRoutes(was, is)) put(clusters, mesh, leadingTo(part, both).clusters);
          }
        }
      };
    },
  };
}

interface Listener {
  readonly name: string;
  readonly body: JsonObject;
}

interface Way {
  readonly listener: Listener;
  /** A filter chain. */
  readonly part: Json;
  /** Clusters and routes. */
  readonly to: Names;
}

/** All chains of the sides' listeners, and where they lead. */
function waysOf(sides: readonly Side[]): readonly Way[] {
  return sides.flatMap(({ named, body }) =>
    named("listener").flatMap((name) => {
      const own = body(`listener ${name}`);
      if (own === null || !Array.isArray(own.filterChains)) return [];
      return own.filterChains.map((part: Json): Way => {
        const { clusters, routes } = leadingTo(part, sides);
        return { listener: { name, body: own }, part, to: new Set([...clusters, ...routes]) };
      });
    }),
  );
}

/** Clusters of the proxy that stand in a part of a listener or route, by the routes that it names too. */
function leadingTo(part: Json, sides: readonly Side[]): { readonly clusters: Names; readonly routes: Names } {
  const clusters = new Set<string>();
  const routes = new Set<string>();
  const walk = (value: Json): void => {
    for (const text of textsIn(value)) {
      if (sides.some((side) => side.has(`cluster ${text}`))) clusters.add(text);
      if (routes.has(text) || !sides.some((side) => side.has(`route ${text}`))) continue;
      routes.add(text);
      for (const { body } of sides) walk(body(`route ${text}`));
    }
  };
  walk(part);
  return { clusters, routes };
}
