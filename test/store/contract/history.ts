// History: found by what was written, by whom and when; ranges of it; and its end.
import { expect, test } from "vitest";
import { counting, type Harness, START } from "#test/store/harness.ts";
import { aCommit, anApiToken, aRegistration, keyOf, put, remove } from "#test/store/samples.ts";

const A = keyOf("a");
const B = keyOf("b", { type: "MeshRetry" });
const MESH = { type: "Mesh", mesh: "", name: "default" };

export function historyContract(harness: Harness): void {
  test("revisions are found by resource, mesh, actor and time, and show only what was asked for", async () => {
    const store = harness.fresh();
    harness.now = START;
    await store.addCredential(anApiToken("t1", { name: "ci" }));
    await store.commit(aCommit([put(MESH), put(A), put(B)]));
    await store.commit(aCommit([put(keyOf("a", { mesh: "other" }))], { actor: "token:t2" }));
    await store.commit(aCommit([put(A, { spec: 2 }), put(B, { spec: 2 })], { actor: "relay:east/r1" }));
    const found = async (query: object): Promise<unknown> =>
      (await store.revisions({ size: 9, ...query })).map(({ revision, changes }) => [
        revision,
        changes.map(({ key }) => `${key.type}/${key.name}`),
      ]);
    expect(await found({ type: "MeshTimeout", mesh: "default", name: "a" })).toEqual([
      [3, ["MeshTimeout/a"]],
      [1, ["MeshTimeout/a"]],
    ]);
    expect(await found({ type: "MeshTimeout" })).toEqual([
      [3, ["MeshTimeout/a"]],
      [2, ["MeshTimeout/a"]],
      [1, ["MeshTimeout/a"]],
    ]);
    expect(await found({ mesh: "default" })).toEqual([
      [3, ["MeshRetry/b", "MeshTimeout/a"]],
      [1, ["Mesh/default", "MeshRetry/b", "MeshTimeout/a"]],
    ]);
    expect(await found({ type: "Mesh", mesh: "" })).toEqual([[1, ["Mesh/default"]]]);
    expect(await found({ mesh: "default", size: 1, before: 3 })).toEqual([
      [1, ["Mesh/default", "MeshRetry/b", "MeshTimeout/a"]],
    ]);
    for (const actor of ["token:t1", "t1", "ci"]) expect(await found({ actor, type: "Mesh" })).toHaveLength(1);
    expect(await found({ actor: "token:t2" })).toEqual([[2, ["MeshTimeout/a"]]]);
    expect(await found({ actor: "nobody" })).toEqual([]);
    expect(await found({ since: "2026-01-02T00:00:00.000Z" })).toHaveLength(3);
    expect(await found({ since: "2026-01-02T00:00:00.001Z" })).toEqual([]);
    expect((await store.revisions({ size: 9 })).map(({ token }) => token)).toEqual([
      null,
      null,
      { id: "t1", name: "ci" },
    ]);
  });

  test("a range tells of each resource what stood before it and after it", async () => {
    const store = harness.fresh();
    await store.commit(aCommit([put(A), put(B)]));
    await store.commit(aCommit([put(A, { spec: 2 }), remove(B)]));
    await store.commit(aCommit([put(A, { spec: 3 }), put(B, { spec: 3 })]));
    await store.commit(aCommit([put(keyOf("c"))]));
    const told = async (from: number, to: number, page: object = {}): Promise<unknown> =>
      (await store.passages({ from, to }, { offset: 0, size: 9, ...page })).map((one) => [
        one.key.name,
        one.before?.spec,
        one.after?.spec,
        [one.first, one.last],
        one.deletions,
      ]);
    expect(await told(1, 3)).toEqual([
      ["b", { of: "b" }, 3, [2, 3], 1],
      ["a", { of: "a" }, 3, [2, 3], 0],
    ]);
    expect(await told(0, 2)).toEqual([
      ["b", undefined, undefined, [1, 2], 1],
      ["a", undefined, 2, [1, 2], 0],
    ]);
    expect(await told(4, 4)).toEqual([]);
    expect(await told(0, 4, { offset: 1, size: 1 })).toEqual([["a", undefined, 3, [1, 3], 0]]);
    expect(await told(0, 4, { type: "MeshRetry", mesh: "default", name: "b" })).toHaveLength(1);
  });

  test("what a range did is read by what it wrote, not by what stands", async () => {
    const tenant = harness.freshTenant();
    const counted = counting(harness.tenants);
    const store = harness.over(counted).within(tenant);
    const many = Array.from({ length: 300 }, (_, index) => put(keyOf(`n${index}`)));
    for (let times = 0; times < 3; times++) await store.commit(aCommit(many));
    await store.commit(aCommit([put(A), put(B)]));
    const before = counted.read;
    expect(await store.passages({ from: 3, to: 4 }, { offset: 0, size: 200 })).toHaveLength(2);
    if (harness.tenants.engine === "d1") expect((counted.read ?? 0) - (before ?? 0)).toBeLessThanOrEqual(16);
    else expect(counted.batches).toBeGreaterThan(0);
  });

  test("what was a stream's own proxy is told from what was a user's", async () => {
    const store = harness.fresh();
    const joined = keyOf("web-1", { type: "Dataplane" });
    const own = keyOf("web-2", { type: "Dataplane" });
    await store.commit(
      aCommit([put(joined), put(own)], {
        kind: "step",
        registrations: [{ set: aRegistration("web-1", "1") }, { set: aRegistration("web-2", "2", { owner: "user" }) }],
      }),
    );
    await store.commit(
      aCommit([put(joined, { spec: 2 }), remove(own)], {
        registrations: [{ set: aRegistration("web-1", "1", { owner: "user" }) }],
      }),
    );
    await store.commit(aCommit([remove(joined)]));
    const streams = async (from: number): Promise<unknown> =>
      (await store.passages({ from, to: 9 }, { offset: 0, size: 9 })).map(({ key, stream }) => [key.name, stream]);
    expect(await streams(0)).toEqual([
      ["web-1", true],
      ["web-2", false],
    ]);
    expect(await streams(1)).toEqual([["web-1", false]]);
  });

  test("later revisions that wrote the same, or in a mesh that was new, are named", async () => {
    const store = harness.fresh();
    await store.commit(aCommit([put(A), put(B)]));
    await store.commit(aCommit([put(MESH)]));
    await store.commit(aCommit([put(A, { spec: 3 }), put(keyOf("c"))]));
    await store.commit(aCommit([put(A, { spec: 4 })]));
    const by = async (revision: number): Promise<unknown> =>
      (await store.overwrites(revision)).map(({ key, by }) => [key.name, by]);
    expect(await by(1)).toEqual([["a", 3]]);
    expect(await by(2)).toEqual([
      ["a", 3],
      ["c", 3],
    ]);
    expect(await by(4)).toEqual([]);
  });

  test("the oldest revisions are forgotten with their changes, a few with each new one, and never the newest", async () => {
    const store = harness.fresh();
    harness.now = START;
    expect(await store.oldestRevision()).toBeNull();
    for (let revision = 1; revision <= 45; revision++) await store.commit(aCommit([put(A, { spec: revision })]));
    const forget = async (forgetBefore: string): Promise<unknown> => {
      await store.commit(aCommit([put(A, { spec: forgetBefore })], { forgetBefore }));
      return (await store.oldestRevision())?.revision;
    };
    expect(await forget("2026-01-02T00:00:00.000Z"), "none is older").toBe(1);
    expect(await forget("2026-01-03T00:00:00.000Z")).toBe(21);
    expect(await store.passages({ from: 0, to: 20 }, { offset: 0, size: 9 })).toEqual([]);
    expect(await store.revisions({ size: 99, before: 21 })).toEqual([]);
    expect(await forget("2026-01-03T00:00:00.000Z")).toBe(41);
    expect(await forget("2026-01-03T00:00:00.000Z")).toBe(49);
    expect((await store.revisions({ size: 9 })).map(({ revision }) => revision)).toEqual([49]);
    expect((await store.heads()).revision).toBe(49);
  });
}
