// Rules between resources: a mesh's CA, its constraints, and its default policies.
import { describe, expect, it } from "vitest";
import { defaultPolicies } from "#model/default-policies.ts";
import type { Kind } from "#model/kind.ts";
import { kindOfType } from "#model/kinds.ts";
import { constraintViolations, enabledBackendOf, meshUpdateViolations } from "#model/mesh-rule.ts";
import { fromWire, toWire } from "#model/wire.ts";

const on = (name: string): { mtls: { enabledBackend: string; backends: { name: string; type: string }[] } } => ({
  mtls: { enabledBackend: name, backends: [{ name, type: "builtin" }] },
});

describe("a mesh's CA", () => {
  it("may be switched on and off, and not be changed while on", () => {
    const reason = "Changing CA when mTLS is enabled is forbidden. Disable mTLS first and then change the CA";
    expect(meshUpdateViolations(on("a"), on("b"))).toEqual([{ field: "mtls.enabledBackend", reason }]);
    for (const [before, after] of [
      [{}, on("a")],
      [on("a"), {}],
      [on("a"), on("a")],
    ] as const) {
      expect(meshUpdateViolations(before, after)).toEqual([]);
    }
  });

  it("is the backend that is enabled", () => {
    expect(enabledBackendOf(on("a"))).toEqual({ name: "a", type: "builtin" });
    expect(enabledBackendOf({})).toBeNull();
    expect(enabledBackendOf({ mtls: { backends: [{ name: "a" }] } })).toBeNull();
  });
});

describe("a mesh's constraints", () => {
  const mesh = {
    name: "m10",
    spec: {
      constraints: {
        dataplaneProxy: { requirements: [{ tags: { a: "1", b: "*" } }], restrictions: [{ tags: { c: "2" } }] },
      },
    },
  };
  it("hold for every inbound, in Kuma's words", () => {
    const inbound = [
      { port: 1, tags: { "kuma.io/service": "x", "kuma.io/zone": "default" } },
      { port: 2, tags: { "kuma.io/service": "x", a: "1", b: "3", c: "2" } },
      { port: 3, tags: { a: "1", b: "3" } },
    ];
    expect(constraintViolations(mesh, { networking: { inbound } })).toEqual([
      {
        field: "networking.inbound[0].tags",
        reason:
          'dataplane cannot be a member of mesh "m10" because its tags "kuma.io/service=x kuma.io/zone=default" does not fulfill any requirements defined on the Mesh',
      },
      {
        field: "networking.inbound[1].tags",
        reason:
          'dataplane cannot be a member of mesh "m10" because its tags "a=1 b=3 c=2 kuma.io/service=x" matches restricted tags "c=2" defined on the Mesh',
      },
    ]);
  });

  it("hold for a gateway, and for nobody where there are none", () => {
    const gateway = { networking: { gateway: { tags: { "kuma.io/service": "g" } } } };
    expect(constraintViolations(mesh, gateway).map(({ field }) => field)).toEqual(["networking.gateway.tags"]);
    expect(constraintViolations({ name: "m", spec: {} }, gateway)).toEqual([]);
  });
});

describe("default policies", () => {
  const mesh = (skipCreatingInitialPolicies: readonly string[]): Parameters<typeof defaultPolicies>[0] => ({
    type: "Mesh",
    mesh: "",
    name: "m".repeat(63),
    labels: {},
    creationTime: "",
    modificationTime: "",
    spec: { skipCreatingInitialPolicies },
  });

  it("are valid as they are, and printed as Kuma prints them", () => {
    const made = defaultPolicies(mesh([]));
    expect(made.map(({ name }) => name.replace(/m{63}/, ""))).toEqual([
      "mesh-gateways-timeout-all-",
      "mesh-timeout-all-",
      "mesh-circuit-breaker-all-",
      "mesh-retry-all-",
    ]);
    for (const policy of made) {
      const { resource, violations } = fromWire(kindOfType(policy.type) as Kind, toWire(policy), policy);
      expect(violations).toBeUndefined();
      expect(JSON.stringify(resource?.spec)).toBe(JSON.stringify(policy.spec));
    }
  });

  it("are skipped by type or all", () => {
    const types = (skipped: readonly string[]): readonly string[] => [
      ...new Set(defaultPolicies(mesh(skipped)).map(({ type }) => type)),
    ];
    expect(types(["MeshTimeout"])).toEqual(["MeshCircuitBreaker", "MeshRetry"]);
    expect(types(["MeshRetry", "MeshCircuitBreaker"])).toEqual(["MeshTimeout"]);
    expect(types(["MeshTrace"])).toEqual(["MeshTimeout", "MeshCircuitBreaker", "MeshRetry"]);
    expect(types(["*"])).toEqual([]);
  });
});
