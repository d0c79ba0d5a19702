// Contract of the directory.
import { expect, test } from "vitest";
import type { Harness } from "#test/store/harness.ts";
import { faultOf } from "./commit.ts";

export function directoryContract(harness: Harness): void {
  test("organisations are found by name and id; a name is given once", async () => {
    const { directory } = harness.store;
    const [acme, bolt] = ["acme", "bolt"].map((name) => ({
      id: `id-${name}`,
      name,
      createdAt: "2026-01-01T00:00:00Z",
    }));
    if (acme === undefined || bolt === undefined) throw new Error("two samples");
    await directory.createOrganisation(bolt);
    await directory.createOrganisation(acme);
    expect(await directory.findOrganisation({ name: "acme" })).toEqual(acme);
    expect(await directory.findOrganisation({ id: "id-bolt" })).toEqual(bolt);
    expect(await directory.findOrganisation({ name: "id-acme" })).toBeNull();
    expect(await directory.listOrganisations()).toEqual([acme, bolt]);
    const fault = await faultOf(directory.createOrganisation({ ...acme, id: "other" }), "conflict");
    expect(fault.message).toContain("acme");
    expect(await directory.findOrganisation({ id: "other" })).toBeNull();
  });

  test("nothing is asked without a tenant", () => {
    expect(() => harness.store.within("")).toThrow(TypeError);
  });
}
