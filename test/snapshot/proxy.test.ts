// One proxy's view: filled names and bodies, versions that follow the filling, and parts shared by those who are alike.

import { describe, expect, test } from "vitest";
import { applyDiff } from "#snapshot/apply.ts";
import { createBlobStore } from "#snapshot/blob.ts";
import { buildSnapshot } from "#snapshot/build.ts";
import { blobsIn, diffSnapshots } from "#snapshot/delta.ts";
import { type ProxyResource, resourcesOfProxy, secretsOfMesh } from "#snapshot/proxy.ts";
import { template } from "#snapshot/template.ts";
import { sha256, snapshotOf, type ZonePlan } from "./content.ts";

const plan = (revision: number, address: string): ZonePlan => ({
  meshes: [
    {
      name: "default",
      services: [
        { name: "web", revision, instances: [1] },
        { name: "api", revision: 0, instances: [1] },
      ],
      proxies: [
        { name: "p-1", address: "10.0.0.1", reach: 2 },
        { name: "p-2", address, reach: 2 },
      ],
    },
  ],
});

function resources(snapshot: ReturnType<typeof snapshotOf>, name: string): Map<string, ProxyResource> {
  const found = new Map<string, ProxyResource>();
  for (const part of resourcesOfProxy(snapshot, "default", name, sha256)!.parts) {
    for (const kind of Object.values(part)) for (const [key, resource] of kind) found.set(key, resource);
  }
  return found;
}

describe("resourcesOfProxy", () => {
  test("fills names and bodies", () => {
    const found = resources(snapshotOf(plan(0, "10.0.0.2")), "p-2");
    expect([...found.keys()].sort()).toEqual([
      "api",
      "inbound:10.0.0.2:8080",
      "localhost:8080",
      "outbound:api",
      "outbound:web",
      "web",
    ]);
    expect(JSON.stringify(found.get("inbound:10.0.0.2:8080")!.body())).not.toContain('"$"');
    expect(found.get("web")!.endpoints).toBe("web");
    expect(found.get("localhost:8080")!.endpoints).toBeUndefined();
  });

  test("is undefined for who is not there", () => {
    expect(resourcesOfProxy(snapshotOf(plan(0, "::1")), "default", "p-3", sha256)).toBeUndefined();
    expect(resourcesOfProxy(snapshotOf(plan(0, "::1")), "other", "p-1", sha256)).toBeUndefined();
  });

  test("shares one object for what is alike, and versions for equal fillings", () => {
    const snapshot = snapshotOf(plan(0, "10.0.0.1"));
    const [one, two] = ["p-1", "p-2"].map((name) => resourcesOfProxy(snapshot, "default", name, sha256)!);
    expect(one!.parts[1]).toBe(two!.parts[1]);
    const [a, b] = [resources(snapshot, "p-1"), resources(snapshot, "p-2")];
    expect([...a].map(([name, { version }]) => [name, version])).toEqual(
      [...b].map(([name, { version }]) => [name, version]),
    );
  });

  test("changes the version of exactly what changed, also over the wire", async () => {
    const [from, to] = [snapshotOf(plan(0, "10.0.0.2")), snapshotOf(plan(1, "10.0.0.2"))];
    const result = applyDiff(from, await diffSnapshots(from, to, blobsIn(from, to)), sha256);
    if ("corrupt" in result) throw new Error(result.corrupt);
    const [a, b] = [resources(from, "p-1"), resources(result.snapshot, "p-1")];
    expect([...b].filter(([name, { version }]) => a.get(name)?.version !== version).map(([name]) => name)).toEqual([
      "web",
    ]);
  });
});

test("secretsOfMesh gives the mesh's own secrets by name", () => {
  const blobs = createBlobStore(sha256);
  const secrets = new Map([
    ["ca", blobs.put(template("secret", { name: "ca", validationContext: {} } as { name: string }))],
  ]);
  const meshes = new Map([["default", { proxies: [], endpoints: [], secrets }]]);
  const { snapshot } = buildSnapshot({ zone: "east", meshes, blob: blobs.get }, sha256);
  const found = secretsOfMesh(snapshot, "default", sha256);
  expect([...found.keys()]).toEqual(["ca"]);
  expect(found.get("ca")!.body()).toEqual({ name: "ca", validationContext: {} });
});
