// What follows from a commit: planned in its batch, once, and only where something that it follows from is different.
import { expect, test } from "vitest";
import type { Deriver } from "#control/derive/deriver.ts";
import { deriveAll, dueOf, withDerived } from "#control/derive.ts";
import { keyOf, put, remove, resource, stateOf, step, take } from "#test/deriving.ts";

const T0 = 1_000;
/** Counts the mesh's dataplanes in a MeshService, whose status tells whether there are any. */
const counter: Deriver = {
  watches: ["Dataplane"],
  derive: (mesh) => {
    const count = mesh.of("Dataplane").length;
    const key = keyOf("MeshService", "count", mesh.name);
    const stands = mesh.of("MeshService").find(({ name }) => name === "count");
    const same = JSON.stringify(stands?.spec) === JSON.stringify({ count });
    return { derived: same ? [] : [put(key, { count })] };
  },
};
/** Sees what the counter has just derived. */
const teller: Deriver = {
  watches: ["MeshService"],
  derive: (mesh) => ({
    statuses: mesh.of("MeshService").flatMap(({ name, spec, status }) => {
      const any = (spec as { count?: number }).count !== 0;
      if ((status as { any?: boolean } | undefined)?.any === any) return [];
      return [{ key: keyOf("MeshService", name, mesh.name), patch: { any } }];
    }),
  }),
};
const both = [counter, teller];
const mesh = resource(keyOf("Mesh", "m", ""));
const other = resource(keyOf("Mesh", "o", ""));

test("what follows stands in the same commit, and a later deriver sees what an earlier one derived", async () => {
  const state = await stateOf(mesh);
  const { commit } = withDerived(state, step([put(keyOf("Dataplane", "a"))]), T0, both);
  expect(commit.derived).toEqual([put(keyOf("MeshService", "count"), { count: 1 })]);
  expect(commit.statuses).toEqual([{ key: keyOf("MeshService", "count"), patch: { any: true } }]);
  expect(commit.readSequence).toBe(7);
});

test("deriving again changes nothing", async () => {
  const state = await stateOf(mesh);
  const { commit } = withDerived(state, step([put(keyOf("Dataplane", "a"))]), T0, both);
  take(state, commit, T0);
  expect(deriveAll(state, step([]), T0, both)).toBeNull();
});

test("a commit that touches nothing of it stays the same object", async () => {
  const state = await stateOf(mesh, resource(keyOf("Dataplane", "a")));
  const change = step([put(keyOf("MeshTimeout", "slow"))]);
  expect(withDerived(state, change, T0, both).commit).toBe(change);
});

test("only the mesh that is touched is derived; a dropped one is not", async () => {
  const state = await stateOf(mesh, other, resource(keyOf("Dataplane", "a")), resource(keyOf("Dataplane", "b", "o")));
  const { commit } = withDerived(state, step([put(keyOf("Dataplane", "c", "o"))]), T0, [counter]);
  expect(commit.derived?.map(({ key }) => key.mesh)).toEqual(["o"]);
  const drop = step([put(keyOf("Dataplane", "c"))], { dropMeshes: ["m", "o"], writes: [] });
  expect(withDerived(state, drop, T0, both).commit).toBe(drop);
});

test("a global kind that is watched touches every mesh", async () => {
  const state = await stateOf(mesh, other);
  const seen: string[] = [];
  const watcher: Deriver = {
    watches: ["HostnameGenerator"],
    derive: ({ name }, { global }) => {
      seen.push(`${name}: ${global("HostnameGenerator").map((one) => one.name)}`);
      return {};
    },
  };
  withDerived(state, step([put(keyOf("HostnameGenerator", "h", ""))]), T0, [watcher]);
  expect(seen).toEqual(["m: h", "o: h"]);
});

test("what the caller itself writes is not written over: it is derived after it", async () => {
  const state = await stateOf(
    mesh,
    resource(keyOf("Dataplane", "a")),
    resource(keyOf("MeshService", "count"), { count: 1 }),
  );
  const change = step([remove(keyOf("MeshService", "count")), put(keyOf("Dataplane", "b"))]);
  const { commit, again } = withDerived(state, change, T0, [counter]);
  expect(again).toBe(true);
  expect(commit.derived).toBeUndefined();
  take(state, commit, T0);
  expect(deriveAll(state, step([]), T0, [counter])?.derived).toEqual([
    put(keyOf("MeshService", "count"), { count: 2 }),
  ]);
});

test("registrations touch their mesh's dataplanes, and are seen as they would be", async () => {
  const state = await stateOf(mesh, resource(keyOf("Dataplane", "a")));
  const lives: unknown[] = [];
  const watcher: Deriver = {
    watches: ["Dataplane"],
    derive: (one) => {
      lives.push([...one.lives.values()].map(({ id, online }) => [id, online]));
      return {};
    },
  };
  const life = {
    mesh: "m",
    name: "a",
    id: "1",
    zone: "z",
    relay: "r",
    online: true,
    since: "",
    tokenId: null,
    ready: true,
  };
  const join = step([], { registrations: [{ set: { ...life, owner: "user" } }] });
  withDerived(state, join, T0, [watcher]);
  withDerived(state, { ...join, registrations: [...(join.registrations ?? []), { gone: life }] }, T0, [watcher]);
  withDerived(state, { ...join, registrations: [{ set: { ...life, owner: "stream" } }, { gone: life }] }, T0, [
    watcher,
  ]);
  withDerived(state, { ...join, writes: [remove(keyOf("Dataplane", "a"))] }, T0, [watcher]);
  expect(lives).toEqual([[["1", true]], [["1", false]], [], []]);
});

test("the earliest due time of all counts", async () => {
  const state = await stateOf(mesh);
  const at = (due: number | null): Deriver => ({ watches: [], derive: () => ({}), due: () => due });
  expect(dueOf(state, [counter, at(null)])).toBeNull();
  expect(dueOf(state, [at(30), at(null), at(20), counter])).toBe(20);
});
