// What kumactl and the GUI look at: tables of types, overviews, insights, tokens.
import { expect, test } from "vitest";
import { ALL_KINDS } from "#model/kinds.ts";
import { createMesh, createOrganisation, createToken, dataplane, type Subject, timeout } from "./subject.ts";

export function inspectionSuite(subject: () => Subject): void {
  test("types and policies are those of the table", async () => {
    const organisation = await createOrganisation(subject());
    const { resources } = (await organisation.call("GET", "/_resources")).json;
    expect(resources.map((one: { name: string }) => one.name)).toEqual(ALL_KINDS.map(({ type }) => type).sort());
    expect(resources.find((one: { name: string }) => one.name === "MeshTimeout")).toEqual({
      includeInFederation: true,
      name: "MeshTimeout",
      path: "meshtimeouts",
      pluralDisplayName: "Mesh Timeouts",
      policy: {
        hasFromTargetRef: true,
        hasRulesTargetRef: true,
        hasToTargetRef: true,
        isFromAsRules: true,
        isTargetRef: true,
      },
      readOnly: false,
      scope: "Mesh",
      shortName: "mt",
      singularDisplayName: "Mesh Timeout",
    });
    const { policies } = (await organisation.call("GET", "/policies")).json;
    expect(policies).toContainEqual({
      name: "MeshTrafficPermission",
      readOnly: false,
      path: "meshtrafficpermissions",
      singularDisplayName: "Mesh Traffic Permission",
      pluralDisplayName: "Mesh Traffic Permissions",
      isExperimental: false,
      isTargetRefBased: true,
      isInbound: true,
      isOutbound: false,
    });
  });

  test("who-am-i and config", async () => {
    const organisation = await createOrganisation(subject());
    expect((await organisation.call("GET", "/who-am-i")).json.groups).toEqual([
      "mesh-system:admin",
      "mesh-system:authenticated",
    ]);
    const reader = organisation.as(await createToken(organisation, ["read"]));
    expect((await reader.call("GET", "/who-am-i")).json).toEqual({
      name: "read",
      groups: ["mesh-system:authenticated"],
    });
    expect((await organisation.call("GET", "/config")).json).toMatchObject({
      environment: "universal",
      mode: "global",
    });
  });

  test("dataplane overviews: with spec and insight, filtered by tag and gateway, on the older path too", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    await organisation.call(
      "PUT",
      "/meshes/default/dataplanes/web-1",
      dataplane("default", "web-1", "web", { version: "v1" }),
    );
    await organisation.call("PUT", "/meshes/default/dataplanes/api-1", dataplane("default", "api-1", "api"));
    const gateway = {
      type: "Dataplane",
      mesh: "default",
      name: "gw-1",
      networking: { address: "10.0.0.3", gateway: { tags: { "kuma.io/service": "gw" } } },
    };
    expect((await organisation.call("PUT", "/meshes/default/dataplanes/gw-1", gateway)).status).toBe(201);
    const list = async (query: string): Promise<readonly string[]> =>
      (await organisation.call("GET", `/meshes/default/dataplanes/_overview${query}`)).json.items.map(
        (one: { name: string }) => one.name,
      );
    expect(await list("")).toEqual(["api-1", "gw-1", "web-1"]);
    expect(await list("?tag=kuma.io/service:web")).toEqual(["web-1"]);
    expect(await list("?tag=kuma.io/service:web&tag=version:v2")).toEqual([]);
    expect(await list("?gateway=true")).toEqual(["gw-1"]);
    expect(await list("?gateway=delegated&size=1")).toEqual(["gw-1"]);
    expect(await list("?gateway=false")).toEqual(["api-1", "web-1"]);
    expect((await organisation.call("GET", "/meshes/default/dataplanes/_overview?gateway=maybe")).status).toBe(400);
    const one = await organisation.call("GET", "/meshes/default/dataplanes/web-1/_overview");
    expect(one.json).toMatchObject({
      type: "DataplaneOverview",
      mesh: "default",
      name: "web-1",
      dataplane: { networking: { address: "10.0.0.1" } },
      dataplaneInsight: {},
    });
    expect((await organisation.call("GET", "/meshes/default/dataplanes+insights/web-1")).json).toEqual(one.json);
    expect((await organisation.call("GET", "/meshes/default/dataplanes+insights")).json.total).toBe(3);
    expect((await organisation.call("GET", "/dataplanes/_overview")).json.total).toBe(3);
    expect((await organisation.call("GET", "/meshes/default/dataplanes/none/_overview")).status).toBe(404);
  });

  test("what is counted of all meshes is what is counted of each", async () => {
    const organisation = await createOrganisation(subject());
    for (const [mesh, services] of [
      ["one", ["web", "api", "web"]],
      ["other", ["web"]],
      ["empty", []],
    ] as const) {
      await createMesh(organisation, mesh, { skipCreatingInitialPolicies: ["*"] });
      for (const [index, service] of services.entries()) {
        const name = `${service}-${index}`;
        await organisation.call("PUT", `/meshes/${mesh}/dataplanes/${name}`, dataplane(mesh, name, service));
      }
    }
    await organisation.call("PUT", "/meshes/other/meshtimeouts/t", timeout("other", "t"));
    const all = (await organisation.call("GET", "/service-insights")).json.items;
    const each = [];
    for (const mesh of ["empty", "one", "other"])
      each.push(...(await organisation.call("GET", `/meshes/${mesh}/service-insights`)).json.items);
    expect(all).toEqual(each);
    expect(all.map(({ mesh, name }: Record<string, unknown>) => `${mesh}/${name}`)).toEqual([
      ...["one/api", "one/web", "other/web"],
    ]);
    expect((await organisation.call("GET", "/global-insight")).json).toMatchObject({
      ...{ meshes: { total: 3 }, policies: { total: 1 } },
      ...{ dataplanes: { standard: { total: 4, offline: 4 } }, services: { internal: { total: 3, offline: 3 } } },
    });
  });

  test("insights count what is there", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation, "default", { skipCreatingInitialPolicies: ["*"] });
    await organisation.call("PUT", "/meshes/default/dataplanes/web-1", dataplane("default", "web-1", "web"));
    await organisation.call("PUT", "/meshes/default/dataplanes/web-2", dataplane("default", "web-2", "web"));
    await organisation.call("PUT", "/meshes/default/meshtimeouts/t", timeout("default", "t"));
    const mesh = await organisation.call("GET", "/mesh-insights/default");
    expect(mesh.json).toMatchObject({
      type: "MeshInsight",
      name: "default",
      dataplanes: { total: 2, offline: 2 },
      policies: { MeshTimeout: { total: 1 } },
      services: { total: 1, internal: 1 },
      dataplanesByType: { standard: { total: 2 }, gateway: {} },
    });
    expect((await organisation.call("GET", "/mesh-insights")).json).toMatchObject({
      total: 1,
      items: [{ name: "default" }],
    });
    expect((await organisation.call("GET", "/mesh-insights/none")).status).toBe(404);
    const services = await organisation.call("GET", "/meshes/default/service-insights");
    expect(services.json.items).toMatchObject([
      {
        type: "ServiceInsight",
        mesh: "default",
        name: "web",
        status: "offline",
        dataplanes: { total: 2, offline: 2 },
        addressPort: "web.mesh:80",
      },
    ]);
    expect((await organisation.call("GET", "/meshes/default/service-insights/web")).json.name).toBe("web");
    const unknown = await organisation.call("GET", "/meshes/default/service-insights/none");
    expect([unknown.status, unknown.json.name, unknown.json.status, unknown.json.dataplanes]).toEqual([
      ...[200, "none", undefined, {}],
    ]);
    expect((await organisation.call("GET", "/meshes/none/service-insights/none")).status).toBe(404);
    expect((await organisation.call("GET", "/service-insights")).json.total).toBe(1);
    await organisation.call("PUT", "/meshes/default/external-services/httpbin", {
      ...{ type: "ExternalService", mesh: "default", name: "httpbin", tags: { "kuma.io/service": "bin" } },
      networking: { address: "httpbin.example.org:443" },
    });
    const listed = async (query: string) =>
      (await organisation.call("GET", `/meshes/default/service-insights${query}`)).json.items as readonly object[];
    expect(await listed("?type=external")).toMatchObject([
      { name: "bin", status: "not_available", serviceType: "external", addressPort: "httpbin.example.org:443" },
    ]);
    expect((await listed("")).length).toBe(2);
    expect(await listed("?type=internal")).toMatchObject([{ name: "web" }]);
    expect((await organisation.call("GET", "/service-insights?type=other")).status).toBe(400);
    expect((await organisation.call("GET", "/mesh-insights/default")).json.services).toEqual({
      ...{ total: 2, internal: 1, external: 1 },
    });
    const global = await organisation.call("GET", "/global-insight");
    expect(global.json).toMatchObject({
      dataplanes: { standard: { online: 0, offline: 2, partiallyDegraded: 0, total: 2 } },
      meshes: { total: 1 },
      policies: { total: 1 },
      services: { internal: { total: 1 }, external: { total: 1 } },
      zones: { controlPlanes: { online: 0, total: 1 } },
    });
  });

  test("a dataplane token is a JWT in plain text with Kuma's claims", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const answer = await organisation.call("POST", "/tokens/dataplane", {
      name: "web-1",
      mesh: "default",
      tags: { "kuma.io/service": ["web"] },
      validFor: "24h0m0s",
    });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
    const [header, claims] = answer.text
      .split(".")
      .slice(0, 2)
      .map((part) => JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/"))));
    expect(header).toMatchObject({ alg: "RS256", kid: expect.any(String) });
    expect(claims).toMatchObject({ Name: "web-1", Mesh: "default", Tags: { "kuma.io/service": ["web"] } });
    // Issued five seconds in the past, as Kuma does for clocks that differ.
    expect(claims.exp - claims.iat).toBe(24 * 3600 + 5);
    expect((await organisation.call("POST", "/tokens/dataplane", { mesh: "nowhere" })).status).toBe(400);
  });
}
