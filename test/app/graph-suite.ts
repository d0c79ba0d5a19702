// The graph of a mesh over HTTP: its services, and who may call whom by which rule.
import { expect, test } from "vitest";
import type { GraphBody } from "#api/graph.ts";
import { createMesh, createOrganisation, createToken, type Subject } from "./subject.ts";

const MTLS = { mtls: { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin" }] } };

const dataplane = (name: string, at: number, service: string, calls: readonly string[]): object => ({
  type: "Dataplane",
  mesh: "default",
  name,
  networking: {
    address: `10.0.0.${at}`,
    inbound: [{ port: 8080, tags: { "kuma.io/service": service, "kuma.io/protocol": "http", "kuma.io/zone": "east" } }],
    outbound: calls.map((one, index) => ({ port: 10_001 + index, tags: { "kuma.io/service": one } })),
  },
});

export function graphSuite(subject: () => Subject): void {
  test("services with their zones, and edges with the rule that decides", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation, "default", { skipCreatingInitialPolicies: ["*"], ...MTLS });
    for (const [name, at, service, calls] of [
      ["web-1", 1, "web", ["backend", "cart"]],
      ["cart-1", 2, "cart", ["backend"]],
      ["backend-1", 3, "backend", []],
      ["alone-1", 4, "alone", []],
    ] as const)
      await organisation.call("PUT", `/meshes/default/dataplanes/${name}`, dataplane(name, at, service, calls));
    const allow = [{ spiffeID: { type: "Exact", value: "spiffe://default/web" } }];
    const made = await organisation.call("PUT", "/meshes/default/meshtrafficpermissions/to-backend", {
      ...{ type: "MeshTrafficPermission", mesh: "default", name: "to-backend" },
      spec: { targetRef: { kind: "Dataplane", name: "backend-1" }, rules: [{ default: { allow } }] },
    });
    expect(made.status, made.text).toBe(201);
    const graphOf = async (query: string): Promise<GraphBody> => {
      const answer = await organisation.call("GET", `/v1/graph${query}`);
      expect(answer.status, answer.text).toBe(200);
      return answer.json;
    };
    const whole = await graphOf("");
    expect(whole.nodes).toMatchObject([
      { name: "alone", kind: "service", callers: 0, calls: 0 },
      {
        name: "backend",
        zones: ["east"],
        proxies: { total: 1, offline: 1 },
        callers: 2,
        calls: 0,
        strangers: "denied",
      },
      { name: "cart", callers: 1, calls: 1 },
      { name: "web", callers: 0, calls: 2 },
    ]);
    expect(whole.edges.map(({ from, to, verdict }) => `${from} ${to} ${verdict.outcome}`)).toEqual([
      "cart backend denied",
      "web backend allowed",
      "web cart denied",
    ]);
    expect(whole.edges[1]?.verdict).toMatchObject({ rule: { type: "MeshTrafficPermission", name: "to-backend" } });
    expect((await graphOf("?focus=cart")).nodes.map(({ name }) => name)).toEqual(["backend", "cart", "web"]);
    expect((await graphOf("?focus=alone&hops=5")).nodes.map(({ name }) => name)).toEqual(["alone"]);
    expect((await graphOf("?size=1")).cut.nodes).toBe(3);
    expect((await graphOf("?focus=cart")).groups).toEqual({ nodes: [], edges: [] });
    expect(whole.groups).toMatchObject({
      nodes: [{ group: "zone:east", services: 4, gateways: 0, faulty: 4, proxies: { total: 4, offline: 4 } }],
      edges: [{ from: "zone:east", to: "zone:east", calls: { allowed: 1, denied: 2 } }],
    });
    expect((await graphOf("?group=zone:east&edges=1")).cut).toEqual({ nodes: 0, edges: 2 });
    expect((await graphOf("?group=outside")).nodes).toEqual([]);
    for (const [query, status] of [
      ["?hops=0", 400],
      ["?edges=2001", 400],
      ["?size=501", 400],
      ["?mesh=nowhere", 404],
      ["?focus=nobody", 404],
    ] as const)
      expect((await organisation.call("GET", `/v1/graph${query}`)).status, query).toBe(status);

    const other = await createOrganisation(subject());
    expect((await other.call("GET", "/v1/graph")).status).toBe(404);
    expect((await organisation.as(other.token).call("GET", "/v1/graph")).status).toBe(404);
    const powerless = organisation.as(await createToken(organisation, ["token:dataplane"]));
    expect((await powerless.call("GET", "/v1/graph")).status).toBe(403);
    const reader = organisation.as(await createToken(organisation, ["read"]));
    expect((await reader.call("GET", "/v1/graph")).status).toBe(200);
  });
}
