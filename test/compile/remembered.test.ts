// What a zone's compile leaves for the next over many values of a policy: bounded, and never in the way of the result.
import { expect, test } from "vitest";
import { compile, meshesOf } from "#compile/compile.ts";
import { createViews, type MeshPlan, sha256, ZONE } from "./plan.ts";

const outbounds = ["api", "web"].map((service, at) => ({ service, port: 1000 + at, version: null, real: false }));

const plan = (seconds: number): MeshPlan => ({
  mtls: "STRICT",
  bundle: 1,
  dataplanes: ["api", "web", "shop"].map((name, at) => ({
    ...{ name, host: at + 1, zone: ZONE, gateway: false, departed: false, outbounds },
    inbounds: [{ service: name, protocol: "http", port: 80, servicePort: 8080, ready: true }],
  })),
  timeouts: [{ name: "all", top: { kind: "Mesh" }, to: [{ service: null, seconds }], from: null }],
  ...{ permissions: [], localities: [], services: [], policies: [], others: [] },
});

test("hundreds of values of a timeout leave no more than some, and each compile is as one from nothing", () => {
  const viewOf = createViews();
  const digests = new Set<string>();
  let last = compile({ zone: ZONE, views: [viewOf("m", plan(1))] }, sha256);
  let most = 0;
  for (let revision = 2; revision <= 300; revision++) {
    const views = [viewOf("m", plan(revision))];
    last = compile({ zone: ZONE, views }, sha256, last.memo);
    digests.add(last.snapshot.version);
    most = Math.max(most, meshesOf(last.memo).get("m")?.maker.generator.size() ?? Number.POSITIVE_INFINITY);
    if (revision % 50 === 0) expect(compile({ zone: ZONE, views }, sha256).snapshot).toEqual(last.snapshot);
  }
  expect(digests.size).toBe(299);
  expect(most).toBeLessThan(32);
});
