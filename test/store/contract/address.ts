// Contract of virtual addresses: kept with their mesh, written over by address, gone with the mesh, and each tenant's own.
import { expect, test } from "vitest";
import type { Harness } from "#test/store/harness.ts";
import { aCommit, aStep, put } from "#test/store/samples.ts";

export function addressContract(harness: Harness): void {
  const row = (name: string, address: string, goneAt: number | null = null) => ({ name, address, givenAt: 5, goneAt });
  const mesh = (name: string) => ({ type: "Mesh", mesh: "", name });

  test("they stand with the commit that gives them, and a later one writes over them", async () => {
    const store = harness.fresh();
    const addresses = [
      { mesh: "m1", ...row("service/web", "240.0.0.1") },
      { mesh: "m1", ...row("service/api", "240.0.0.0") },
      { mesh: "m2", ...row("service/web", "240.0.0.0") },
    ];
    await store.commit(aCommit([put(mesh("m1")), put(mesh("m2"))], { addresses }));
    expect((await store.readMesh("m1")).addresses).toEqual([
      row("service/api", "240.0.0.0"),
      row("service/web", "240.0.0.1"),
    ]);
    await store.commit(aStep({ addresses: [{ mesh: "m1", ...row("service/web", "240.0.0.1", 9) }] }));
    expect((await store.readMesh("m1")).addresses[1]).toEqual(row("service/web", "240.0.0.1", 9));
    expect((await store.readMesh("m2")).addresses).toEqual([row("service/web", "240.0.0.0")]);
    expect((await harness.fresh().readMesh("m1")).addresses).toEqual([]);
  });

  test("a commit that is refused gives none, and a mesh takes its own along", async () => {
    const store = harness.fresh();
    const addresses = [{ mesh: "m1", ...row("service/web", "240.0.0.1") }];
    await store.commit(aCommit([put(mesh("m1"))], { addresses }));
    const more = [{ mesh: "m1", ...row("service/api", "240.0.0.2") }];
    await expect(store.commit(aCommit([put(mesh("m1"), {}, "absent")], { addresses: more }))).rejects.toThrow();
    expect((await store.readMesh("m1")).addresses).toHaveLength(1);
    await store.commit(aCommit([], { dropMeshes: ["m1"] }));
    expect((await store.readMesh("m1")).addresses).toEqual([]);
  });
}
