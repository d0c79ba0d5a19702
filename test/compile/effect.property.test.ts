// What must hold for the effect of any edit: it says of each proxy what filling all of them and comparing says.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "#compile/compile.ts";
import { effectOf, isNoEffect } from "#compile/effect/effect.ts";
import type { Effect, ResourceEffect, Shape } from "#compile/effect/shape.ts";
import type { Json } from "#model/json.ts";
import { isNodeHole } from "#model/node-hole.ts";
import { sameJson } from "#model/same.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { endpointSetsOf, meshesOf, openedOf, rowsOf } from "#snapshot/opened.ts";
import { resourcesOfProxy } from "#snapshot/proxy.ts";
import { applied } from "#test/json-patch.ts";
import { createViews, edit, inhabited, type MeshPlan, meshPlan, sha256, ZONE } from "./plan.ts";

const node = (hole: string): Json | undefined => (isNodeHole(hole) ? `<${hole}>` : undefined);

type Resources = ReadonlyMap<string, Json>;

/** Every resource of a proxy, filled; none for a proxy that is not there. */
function filled(snapshot: Snapshot, mesh: string, name: string): Resources {
  const found = new Map<string, Json>();
  for (const part of resourcesOfProxy(snapshot, mesh, name, sha256, node)?.parts ?? []) {
    for (const kind of ["listener", "cluster", "route", "secret"] as const)
      for (const resource of part[kind].values()) found.set(`${kind} ${resource.name}`, resource.body());
  }
  return found;
}

function proxiesOf(snapshot: Snapshot): readonly string[] {
  const opened = openedOf(snapshot);
  return meshesOf(opened).flatMap((mesh) => [...rowsOf(opened, "proxies", mesh)].map(([name]) => `${mesh}/${name}`));
}

interface Naive {
  readonly before: Resources;
  readonly after: Resources;
  /** `<kind> <name>` of what differs. */
  readonly keys: readonly string[];
}

function naive(before: Snapshot, after: Snapshot): ReadonlyMap<string, Naive> {
  const found = new Map<string, Naive>();
  for (const proxy of new Set([...proxiesOf(before), ...proxiesOf(after)])) {
    const at = proxy.indexOf("/");
    const [old, now] = [before, after].map((one) => filled(one, proxy.slice(0, at), proxy.slice(at + 1))) as [
      Resources,
      Resources,
    ];
    const keys = [...new Set([...old.keys(), ...now.keys()])].filter((key) => !sameJson(old.get(key), now.get(key)));
    if (keys.length > 0) found.set(proxy, { before: old, after: now, keys });
  }
  return found;
}

const keyOf = ({ kind, name }: ResourceEffect): string => `${kind} ${name}`;

function judgeSample(shape: Shape, { before, after, keys }: Naive): void {
  expect(shape.resources.map(keyOf).sort()).toEqual([...keys].sort());
  for (const resource of shape.resources) {
    const [old, now] = [before.get(keyOf(resource)) ?? null, after.get(keyOf(resource)) ?? null];
    expect(resource.change).toBe(old === null ? "added" : now === null ? "removed" : "changed");
    expect(applied(old, resource.patch)).toEqual(now);
  }
}

/** Another proxy of a shape: as many things happen to it, and those without values of its own are the same. */
function judgeAlike(shape: Shape, { before, after, keys }: Naive): void {
  expect(keys.length).toBe(shape.resources.length);
  const kinds = (list: readonly string[]): readonly string[] => list.map((key) => key.split(" ")[0] as string).sort();
  expect(kinds(keys)).toEqual(shape.resources.map(({ kind }) => kind).sort());
  for (const resource of shape.resources.filter(({ own }) => !own)) {
    expect(keys).toContain(keyOf(resource));
    const old = before.get(keyOf(resource)) ?? null;
    expect(applied(old, resource.patch)).toEqual(after.get(keyOf(resource)) ?? null);
  }
}

function judge(effect: Effect, before: Snapshot, after: Snapshot): void {
  const truth = naive(before, after);
  expect(effect.proxies).toBe(truth.size);
  expect(effect.shapes.reduce((sum, { proxies }) => sum + proxies.count, 0)).toBe(truth.size);
  for (const shape of effect.shapes) {
    const [first, ...others] = shape.proxies.names.map((name) => truth.get(`${shape.mesh}/${name}`));
    judgeSample(shape, first as Naive);
    for (const other of others) judgeAlike(shape, other as Naive);
  }
  const places = (snapshot: Snapshot): ReadonlyMap<string, string> =>
    new Map(
      meshesOf(openedOf(snapshot)).flatMap((mesh) =>
        [...endpointSetsOf(snapshot, mesh)].map(([hash, { cluster }]) => [`${mesh}/${cluster}`, hash] as const),
      ),
    );
  const [old, now] = [places(before), places(after)];
  const told = new Set(effect.endpoints.map(({ mesh, cluster }) => `${mesh}/${cluster}`));
  for (const name of told) expect(old.get(name)).not.toBe(now.get(name));
  for (const one of effect.endpoints) expect(one.proxies).toBe(usersIn(after, one));
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    if (told.has(name) || old.get(name) === now.get(name)) continue;
    const at = name.indexOf("/");
    // Nobody calls it and nobody is in it.
    expect(usersIn(after, { mesh: name.slice(0, at), cluster: name.slice(at + 1) })).toBe(0);
    for (const [snapshot, hash] of [
      [before, old.get(name)],
      [after, now.get(name)],
    ] as const)
      expect(openedOf(snapshot).endpointSets.get(hash ?? "")?.endpoints ?? []).toEqual([]);
  }
}

/** Proxies with a cluster whose endpoints come from the set. */
function usersIn(snapshot: Snapshot, { mesh, cluster }: { readonly mesh: string; readonly cluster: string }): number {
  return proxiesOf(snapshot).filter((proxy) => {
    const at = proxy.indexOf("/");
    if (proxy.slice(0, at) !== mesh) return false;
    const view = resourcesOfProxy(snapshot, mesh, proxy.slice(at + 1), sha256, node);
    return view?.parts.some((part) => [...part.cluster.values()].some(({ endpoints }) => endpoints === cluster));
  }).length;
}

test("the effect of any edits is what filling every proxy shows", () => {
  let changed = 0;
  // Many edits do nothing: batches, until enough have done something.
  for (let batch = 0; batch < 5 && changed <= 20; batch++)
    fc.assert(
      fc.property(
        inhabited,
        inhabited,
        fc.array(fc.tuple(fc.boolean(), edit), { minLength: 1, maxLength: 3 }),
        (m, n, edits) => {
          const make = createViews();
          const plans: Record<string, MeshPlan> = { m, n };
          const views = () => Object.entries(plans).map(([mesh, plan]) => make(mesh, plan));
          const before = compile({ zone: ZONE, views: views() }, sha256);
          for (const [which, change] of edits) plans[which ? "m" : "n"] = change(plans[which ? "m" : "n"] as MeshPlan);
          const after = compile({ zone: ZONE, views: views() }, sha256, before.memo);
          const effect = effectOf(before.snapshot, after);
          judge(effect, before.snapshot, after.snapshot);
          if (before.snapshot.version === after.snapshot.version) expect(isNoEffect(effect)).toBe(true);
          else changed++;
        },
      ),
      { numRuns: 120 },
    );
  expect(changed).toBeGreaterThan(20);
});

test("from nothing every proxy comes, and to nothing every proxy goes", () => {
  fc.assert(
    fc.property(meshPlan, (plan) => {
      const after = compile({ zone: ZONE, views: [createViews()("m", plan)] }, sha256);
      const none = compile({ zone: ZONE, views: [] }, sha256);
      judge(effectOf(none.snapshot, after), none.snapshot, after.snapshot);
      judge(effectOf(after.snapshot, none), after.snapshot, none.snapshot);
      expect(effectOf(null, after)).toEqual(effectOf(none.snapshot, after));
    }),
    { numRuns: 40 },
  );
});
