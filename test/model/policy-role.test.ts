// Roles of policies: computed where a namespace is known, and refused where one policy would have two.
import { describe, expect, it } from "vitest";
import type { Kind } from "#model/kind.ts";
import { kindOfType } from "#model/kinds.ts";
import { computedLabels } from "#model/label.ts";
import { fromWire } from "#model/wire.ts";

const read = (namespace: string | null, spec: object) =>
  fromWire(
    kindOfType("MeshTimeout") as Kind,
    {
      type: "MeshTimeout",
      mesh: "default",
      name: "slow",
      labels: namespace === null ? {} : { "k8s.kuma.io/namespace": namespace },
      spec,
    },
    { mesh: "default", name: "slow" },
  );
const conf = { idleTimeout: "1s" };
const mesh = { targetRef: { kind: "Mesh" }, default: conf };
const named = (name: string, more: object = {}) => ({
  targetRef: { kind: "MeshService", name, ...more },
  default: conf,
});

function roleOf(namespace: string | null, spec: object): string | undefined {
  const { resource } = read(namespace, spec);
  if (resource === undefined) throw new TypeError("refused");
  return computedLabels(resource)["kuma.io/policy-role"];
}

describe("the role of a policy", () => {
  it.each([
    ["none on Universal", null, { to: [mesh], from: [mesh] }, undefined],
    ["system in the system's namespace", "kuma-system", { to: [mesh], from: [mesh] }, "system"],
    ["workload-owner with from", "shop", { from: [mesh] }, "workload-owner"],
    ["workload-owner with rules", "shop", { rules: [{ default: conf }] }, "workload-owner"],
    ["consumer toward the mesh", "shop", { to: [mesh] }, "consumer"],
    [
      "consumer toward services by labels",
      "shop",
      { to: [{ targetRef: { kind: "MeshService", labels: { a: "b" } }, default: conf }] },
      "consumer",
    ],
    ["consumer toward another namespace's service", "shop", { to: [named("db", { namespace: "store" })] }, "consumer"],
    [
      "producer of the namespace's services",
      "shop",
      { to: [named("db"), named("web", { namespace: "shop" })] },
      "producer",
    ],
  ])("%s", (_, namespace, spec, role) => {
    expect(roleOf(namespace, spec)).toBe(role);
  });

  it.each([
    ["to and from", { to: [mesh], from: [mesh] }, "it's not allowed to mix 'to' and 'from' arrays in the same policy"],
    [
      "producer and consumer items",
      { to: [mesh, named("db")] },
      "it's not allowed to mix producer and consumer items in the same policy",
    ],
  ])("is refused where it would have two: %s", (_, spec, reason) => {
    expect(read("shop", spec).violations).toEqual([{ field: "spec", reason }]);
  });

  it("lets only the system point at gateways and routes as a whole", () => {
    const spec = { targetRef: { kind: "MeshGateway", name: "front" }, to: [mesh] };
    const reason = "value 'MeshGateway' is not supported";
    expect(read("shop", spec).violations).toEqual([{ field: "spec.targetRef.kind", reason }]);
    expect(read("kuma-system", spec).violations).toBeUndefined();
  });
});
