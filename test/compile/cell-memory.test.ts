// What comparing a zone's snapshots leaves behind: nothing of those before the last two.
import { expect, test } from "vitest";
import { compile } from "#compile/compile.ts";
import { cellsOf } from "#compile/effect/cell.ts";
import { collect } from "#test/garbage.ts";
import { createViews, type MeshPlan, sha256, ZONE } from "./plan.ts";

const plan = (seconds: number): MeshPlan => ({
  mtls: "STRICT",
  bundle: 1,
  dataplanes: [
    {
      ...{ name: "api", host: 1, zone: ZONE, gateway: false, departed: false },
      outbounds: [{ service: "api", port: 1000, version: null, real: false }],
      inbounds: [{ service: "api", protocol: "http", port: 80, servicePort: 8080, ready: true }],
    },
  ],
  timeouts: [{ name: "all", top: { kind: "Mesh" }, to: [{ service: null, seconds }], from: null }],
  ...{ permissions: [], localities: [], services: [], policies: [], others: [] },
});

test("each revision compared with the one before keeps none of them", async () => {
  const viewOf = createViews();
  const manifests: WeakRef<object>[] = [];
  let before: Parameters<typeof cellsOf>[0] = null;
  for (let revision = 1; revision <= 20; revision++) {
    const { snapshot } = compile({ zone: ZONE, views: [viewOf("m", plan(revision))] }, sha256);
    expect(cellsOf(before, snapshot)).toHaveLength(1);
    manifests.push(new WeakRef(snapshot.manifest));
    before = snapshot;
  }
  // What a WeakRef was made of lives until the end of the turn.
  await new Promise((resolve) => setTimeout(resolve, 0));
  collect();
  expect(manifests.filter((one) => one.deref() !== undefined).length).toBeLessThanOrEqual(2);
  expect(before).not.toBeNull();
});
