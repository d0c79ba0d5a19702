// Contract of reads: lists with filters and paging, whole meshes.
import { expect, test } from "vitest";
import type { Harness } from "#test/store/harness.ts";
import { aCommit, aRegistration, aStep, keyOf, put } from "#test/store/samples.ts";

export function readContract(harness: Harness): void {
  const names = (page: {
    readonly items: readonly { readonly resource: { readonly mesh: string; readonly name: string } }[];
  }) => page.items.map(({ resource }) => `${resource.mesh}/${resource.name}`);

  test("a list is ordered by mesh, then name, and pages over all meshes", async () => {
    const store = harness.fresh();
    const keys = ["b", "a", "c"].flatMap((name) => ["m2", "m1"].map((mesh) => keyOf(name, { mesh })));
    await store.commit(aCommit([...keys.map((key) => put(key)), put({ type: "MeshTrace", mesh: "m1", name: "a" })]));
    const list = (offset: number, size: number) => store.list({ type: "MeshTimeout", offset, size });
    expect(await list(0, 4).then(names)).toEqual(["m1/a", "m1/b", "m1/c", "m2/a"]);
    expect(await list(4, 4).then(names)).toEqual(["m2/b", "m2/c"]);
    expect((await list(4, 4)).total).toBe(6);
    expect(await list(9, 4)).toEqual({ total: 6, items: [] });
    expect(await list(0, 0)).toEqual({ total: 6, items: [] });
    expect(await store.list({ type: "MeshTimeout", mesh: "m2", offset: 1, size: 1 }).then(names)).toEqual(["m2/b"]);
    expect(await store.list({ type: "Nothing", offset: 0, size: 9 })).toEqual({ total: 0, items: [] });
  });

  test.each([
    ["a", ["a%b", "a_b", "aXb", "xax"]],
    ["%", ["a%b"]],
    ["_", ["a_b"]],
    ["a_", ["a_b"]],
    ["X", ["aXb"]],
    ["'", []],
    ["é", ["né"]],
    ["", ["a%b", "a_b", "aXb", "né", "xax"]],
  ])("the name filter %j is a literal part of the name", async (nameContains, found) => {
    const store = harness.fresh();
    await store.commit(aCommit(["a%b", "a_b", "aXb", "xax", "né"].map((name) => put(keyOf(name)))));
    const page = await store.list({ type: "MeshTimeout", nameContains, offset: 0, size: 9 });
    expect(page.items.map(({ resource }) => resource.name).sort()).toEqual([...found].sort());
    expect(page.total).toBe(found.length);
  });

  test("label filters must all hold, with keys and values as they are", async () => {
    const store = harness.fresh();
    const labels = { "kuma.io/zone": "east", 'odd"key$.x': "1", team: "" };
    await store.commit(
      aCommit([
        put(keyOf("all"), { labels }),
        put(keyOf("zone"), { labels: { "kuma.io/zone": "east" } }),
        put(keyOf("west"), { labels: { "kuma.io/zone": "west", team: "x" } }),
        put(keyOf("none")),
      ]),
    );
    const find = async (wanted: Record<string, string>) =>
      (await store.list({ type: "MeshTimeout", labels: wanted, offset: 0, size: 9 })).items.map(
        ({ resource }) => resource.name,
      );
    expect(await find({ "kuma.io/zone": "east" })).toEqual(["all", "zone"]);
    expect(await find(labels)).toEqual(["all"]);
    expect(await find({ team: "" })).toEqual(["all"]);
    expect(await find({ "kuma.io/zone": "east", team: "x" })).toEqual([]);
    expect(await find({ zone: "east" })).toEqual([]);
    expect(await find({})).toHaveLength(4);
  });

  test("a mesh is read whole, with its Mesh, its registrations and the heads; global scope by itself", async () => {
    const store = harness.fresh();
    const mesh = (name: string) => ({ type: "Mesh", mesh: "", name });
    expect(await store.readMesh("m1")).toEqual({
      heads: { epoch: 1, revision: 0, sequence: 0 },
      items: [],
      registrations: [],
      addresses: [],
    });
    await store.commit(
      aCommit([put(mesh("m1")), put(mesh("m2")), put(keyOf("a", { mesh: "m1" })), put(keyOf("a", { mesh: "m2" }))]),
    );
    const [first, second] = [aRegistration("d", "r", { mesh: "m1" }), aRegistration("d", "r", { mesh: "m2" })];
    await store.commit(aStep({ registrations: [{ set: first }, { set: second }] }));
    const read = await store.readMesh("m1");
    expect(read.heads).toEqual({ epoch: 1, revision: 1, sequence: 2 });
    expect(names(read)).toEqual(["/m1", "m1/a"]);
    expect(read.registrations).toEqual([first]);
    expect(names(await store.readMesh(""))).toEqual(["/m1", "/m2"]);
  });
}
