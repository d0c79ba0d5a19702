// What must hold for every mesh: the memo changes time only, order changes nothing, snapshots are whole, names of policies are no content.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Compiled, type CompileMemo, compile, explainProxy } from "#compile/compile.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { inconsistencies } from "#snapshot/consistency.ts";
import { createViews, edit, type MeshPlan, meshPlan, sha256, ZONE } from "./plan.ts";

const OUTSIDE = {
  clusters: new Set<string>(),
  roots: new Set<string>(),
  secret: (mesh: string, name: string) => name === `identity_cert:secret:${mesh}`,
};

function bytes({ snapshot, faults }: Compiled) {
  const blobs = [...snapshot.blobs].sort(([a], [b]) => (a < b ? -1 : 1));
  return { version: snapshot.version, manifest: snapshot.manifest, blobs, faults };
}

const at = (views: readonly View[]) => ({ zone: ZONE, views });

test("incremental = full, byte for byte, after any edits", () => {
  fc.assert(
    fc.property(
      meshPlan,
      meshPlan,
      fc.array(fc.tuple(fc.boolean(), edit), { maxLength: 6 }),
      (first, second, edits) => {
        const make = createViews();
        const plans: Record<string, MeshPlan> = { m: first, n: second };
        let memo: CompileMemo | undefined;
        for (const [which, change] of [[false, (plan: MeshPlan) => plan] as const, ...edits]) {
          const name = which ? "m" : "n";
          plans[name] = change(plans[name] as MeshPlan);
          const views = Object.entries(plans).map(([mesh, plan]) => make(mesh, plan));
          const incremental = compile(at(views), sha256, memo);
          memo = incremental.memo;
          const fresh = Object.entries(plans).map(([mesh, plan]) => createViews()(mesh, plan));
          expect(bytes(incremental)).toEqual(bytes(compile(at(fresh), sha256)));
        }
      },
    ),
    { numRuns: 150 },
  );
});

test("any mesh gives a whole snapshot", () => {
  fc.assert(
    fc.property(meshPlan, (plan) => {
      const { snapshot } = compile(at([createViews()("m", plan)]), sha256);
      expect(inconsistencies(snapshot, OUTSIDE)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("the order of resources, of tags and of views changes no byte", () => {
  fc.assert(
    fc.property(meshPlan, meshPlan, fc.infiniteStream(fc.nat()), (first, second, stream) => {
      const views = [createViews()("m", first), createViews()("n", second)];
      const shuffled = shuffle(views, stream).map((view) => ({
        ...view,
        resources: Object.fromEntries(
          shuffle(Object.entries(view.resources), stream).map(([type, list]) => [type, shuffle(list, stream)]),
        ),
        departed: shuffle(view.departed, stream),
      }));
      expect(bytes(compile(at(shuffled), sha256))).toEqual(bytes(compile(at(views), sha256)));
    }),
    { numRuns: 150 },
  );
});

test("renaming a policy keeps the version and shows in explain", () => {
  fc.assert(
    fc.property(meshPlan, (plan) => {
      // One policy of each type, so that a name decides no tie.
      const single = {
        ...plan,
        timeouts: plan.timeouts.slice(0, 1),
        permissions: plan.permissions.slice(0, 1),
        localities: [],
        policies: [],
      };
      const before = createViews()("m", single);
      const compiled = compile(at([before]), sha256);
      const renamed: View = {
        ...before,
        resources: {
          ...before.resources,
          ...rename(before, "MeshTimeout"),
          ...rename(before, "MeshTrafficPermission"),
        },
      };
      const after = compile(at([renamed]), sha256, compiled.memo);
      expect(after.snapshot.version).toBe(compiled.snapshot.version);
      for (const { name } of before.resources.Dataplane ?? []) {
        const old = JSON.stringify(explainProxy(compiled, "m", name));
        const now = JSON.stringify(explainProxy(after, "m", name));
        expect(now).toBe(old.replaceAll(/(kri_(?:mt|mtp)_m_[^_]*__)/g, "$1renamed-"));
        expect(now === old).toBe(!old.includes("kri_mt"));
      }
    }),
    { numRuns: 150 },
  );
});

function rename({ resources }: View, type: string): Record<string, readonly Resource[]> {
  return { [type]: (resources[type] ?? []).map((one) => ({ ...one, name: `renamed-${one.name}` })) };
}

function shuffle<T>(list: readonly T[], stream: Iterator<number>): T[] {
  const rest = [...list];
  const out: T[] = [];
  while (rest.length > 0) out.push(...rest.splice((stream.next().value as number) % rest.length, 1));
  return out;
}
