// Effects that people read: each golden is one edit of one mesh, and says no more than what it does.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { compile } from "#compile/compile.ts";
import { effectOf, isNoEffect } from "#compile/effect/effect.ts";
import type { Effect } from "#compile/effect/shape.ts";
import { createViews, type DataplanePlan, type MeshPlan, sha256, ZONE } from "./plan.ts";

const GOLDEN = fileURLToPath(new URL("effect/", import.meta.url));

const call = (service: string, port: number) => ({ service, port, version: null, real: false });

const instance = (service: string, host: number, calls: DataplanePlan["outbounds"] = []): DataplanePlan => ({
  name: `${service}-${host}`,
  host,
  zone: ZONE,
  gateway: false,
  departed: false,
  inbounds: [{ service, protocol: "http", port: 80, servicePort: 8080, ready: true }],
  outbounds: calls,
});

/** Three alike clients, two alike servers. */
const shop: MeshPlan = {
  mtls: "STRICT",
  bundle: 1,
  dataplanes: [
    ...[1, 2, 3].map((host) => instance("web", host, [call("api", 1000)])),
    ...[4, 5].map((host) => instance("api", host)),
  ],
  timeouts: [{ name: "all", top: { kind: "Mesh" }, to: [{ service: null, seconds: 7 }], from: null }],
  permissions: [{ name: "all", top: { kind: "Mesh" }, rules: false, from: [{ service: null, action: "Allow" }] }],
  localities: [],
  services: [],
  policies: [],
  others: [],
};

function effect(before: MeshPlan, after: MeshPlan): Effect {
  const make = createViews();
  const first = compile({ zone: ZONE, views: [make("m", before)] }, sha256);
  return effectOf(first.snapshot, compile({ zone: ZONE, views: [make("m", after)] }, sha256, first.memo));
}

const slower = { ...shop.timeouts[0], to: [{ service: null, seconds: 9 }] } as MeshPlan["timeouts"][number];

describe("an edit", () => {
  test.each<
    readonly [string, MeshPlan, { readonly proxies: number; readonly shapes: number; readonly endpoints: number }]
  >([
    ["a-timeout-of-all", { ...shop, timeouts: [slower] }, { proxies: 3, shapes: 1, endpoints: 0 }],
    ["nobody-may-call", { ...shop, permissions: [] }, { proxies: 5, shapes: 1, endpoints: 0 }],
    [
      "one-more-instance",
      { ...shop, dataplanes: [...shop.dataplanes, instance("api", 6)] },
      { proxies: 1, shapes: 1, endpoints: 1 },
    ],
    ["another-bundle", { ...shop, bundle: 2 }, { proxies: 0, shapes: 0, endpoints: 0 }],
  ])("%s", async (name, after, expected) => {
    const made = effect(shop, after);
    const { proxies, shapes, endpoints } = made;
    expect({ proxies, shapes: shapes.length, endpoints: endpoints.length }).toEqual(expected);
    await expect(stringify(made, { lineWidth: 0, aliasDuplicateObjects: false })).toMatchFileSnapshot(
      join(GOLDEN, `${name}.yaml`),
    );
  });

  test("that changes nothing has no effect", () => {
    expect(isNoEffect(effect(shop, { ...shop, timeouts: [...shop.timeouts] }))).toBe(true);
  });

  test("a hundred alike proxies are one line, and cost one comparison", () => {
    const many = {
      ...shop,
      dataplanes: Array.from({ length: 100 }, (_, host) => instance("web", host, [call("api", 1000)])),
    };
    const { shapes, proxies } = effect(many, { ...many, timeouts: [slower] });
    expect(proxies).toBe(100);
    expect(shapes.map(({ proxies: { count, names } }) => [count, names.length])).toEqual([[100, 5]]);
  });

  test("another address is told of each proxy's own place", () => {
    const [first, ...others] = shop.dataplanes as [DataplanePlan, ...DataplanePlan[]];
    const { shapes, endpoints } = effect(shop, { ...shop, dataplanes: [{ ...first, host: 77 }, ...others] });
    expect(shapes).toHaveLength(1);
    expect(shapes[0]?.resources.map(({ change, own }) => [change, own])).toContainEqual(["added", true]);
    expect(endpoints).toEqual([]);
  });
});
