// Inspection of proxies: rules, layout, policies, config and why, and whom a policy or a service selects.
import { expect, test } from "vitest";
import { createMesh, createOrganisation, createToken, type Organisation, type Subject } from "./subject.ts";

const MESH = { skipCreatingInitialPolicies: ["*"] };

const web = {
  type: "Dataplane",
  mesh: "default",
  name: "web-1",
  networking: {
    address: "10.0.0.1",
    inbound: [{ port: 8080, tags: { "kuma.io/service": "web", "kuma.io/protocol": "http" } }],
    outbound: [{ port: 10001, tags: { "kuma.io/service": "backend" } }],
  },
};

const backend = {
  type: "Dataplane",
  mesh: "default",
  name: "backend-1",
  networking: {
    address: "10.0.0.2",
    inbound: [{ port: 80, name: "api", tags: { "kuma.io/service": "backend", "kuma.io/protocol": "http" } }],
  },
};

const timeouts = (name: string, to: object, more: object = {}): object => ({
  type: "MeshTimeout",
  mesh: "default",
  name,
  spec: { targetRef: { kind: "Mesh" }, to: [{ targetRef: { kind: "Mesh" }, default: to }] },
  ...more,
});

/** Two proxies: one calls the other. */
async function world(subject: Subject): Promise<Organisation> {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation, "default", MESH);
  await organisation.call("PUT", "/meshes/default/dataplanes/web-1", web);
  await organisation.call("PUT", "/meshes/default/dataplanes/backend-1", backend);
  return organisation;
}

export function proxySuite(subject: () => Subject): void {
  test("why: who set each value, over whom, and which Envoy fields it became", async () => {
    const organisation = await world(subject());
    const conf = { connectionTimeout: "5s", http: { requestTimeout: "15s" } };
    await organisation.call("PUT", "/meshes/default/meshtimeouts/weak", timeouts("weak", conf));
    const slow = timeouts("slow", { http: { requestTimeout: "40s" } });
    expect((await organisation.call("PUT", "/meshes/default/meshtimeouts/slow", slow)).status).toBe(201);
    const path = "/meshes/default/dataplanes/web-1/_why";
    const { places, resource } = (await organisation.call("GET", path)).json;
    expect(resource).toMatchObject({ type: "Dataplane", mesh: "default", name: "web-1" });
    expect(places.map(({ kind, name }: { kind: string; name: string }) => [kind, name])).toEqual([
      ["proxy", ""],
      ["inbound", "8080"],
      ["outbound", "backend"],
    ]);
    const setting = places[2].settings.find(({ field }: { field: string }) => field === "http.requestTimeout");
    expect(setting).toEqual({
      policy: "MeshTimeout",
      field: "http.requestTimeout",
      value: "40s",
      setBy: { kri: "kri_mt_default___slow_", type: "MeshTimeout", name: "slow", rule: "to[0]" },
      over: [{ kri: "kri_mt_default___weak_", type: "MeshTimeout", name: "weak", rule: "to[0]" }],
      envoy: [
        {
          resource: { kind: "route", name: "outbound:backend" },
          field: "/virtualHosts/0/routes/0/route/timeout",
          value: "40s",
        },
      ],
    });
    const narrowed = async (query: string): Promise<readonly string[]> => {
      const answer = (await organisation.call("GET", `${path}?${query}`)).json;
      return answer.places.flatMap((place: { settings: { field: string }[] }) =>
        place.settings.map(({ field }) => field),
      );
    };
    expect(await narrowed("field=requesttimeout")).toEqual(["http.requestTimeout"]);
    expect(await narrowed("field=/connectTimeout")).toEqual(["connectionTimeout"]);
    expect(await narrowed("resource=8080")).toEqual([]);
    expect(await narrowed("policy=MeshTrafficPermission")).toEqual([]);
    expect((await narrowed("policy=MeshTimeout&resource=backend")).length).toBe(2);
    const wrong = await organisation.call("GET", `${path}?policy=Dataplane`);
    expect([wrong.status, wrong.json.invalid_parameters?.[0]?.field]).toEqual([400, "policy"]);
  });

  test("a shadow policy changes nothing but what _config says that it would", async () => {
    const organisation = await world(subject());
    await organisation.call(
      "PUT",
      "/meshes/default/meshtimeouts/now",
      timeouts("now", { http: { requestTimeout: "15s" } }),
    );
    const labels = { "kuma.io/effect": "shadow" };
    const shadow = timeouts("later", { http: { requestTimeout: "40s" } }, { labels });
    expect((await organisation.call("PUT", "/meshes/default/meshtimeouts/later", shadow)).status).toBe(201);
    const path = "/meshes/default/dataplanes/web-1/_config";
    const ROUTES = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
    const timeoutIn = ({ xds }: { readonly xds: Record<string, Record<string, unknown>> }): unknown =>
      JSON.stringify(xds[ROUTES]?.["outbound:backend"]).match(/"timeout":"(\w+)"/)?.[1];
    const plain = (await organisation.call("GET", path)).json;
    expect([timeoutIn(plain), plain.diff]).toEqual(["15s", undefined]);
    const shown = (await organisation.call("GET", `${path}?shadow=true&include=diff`)).json;
    expect(timeoutIn(shown)).toBe("40s");
    const at = `/${ROUTES.replace("/", "~1")}/outbound:backend/virtualHosts/0/routes/0/route/timeout`;
    expect(shown.diff).toEqual([
      { op: "test", path: at, value: "15s" },
      { op: "remove", path: at, value: "15s" },
      { op: "add", path: at, value: "40s" },
    ]);
    expect((await organisation.call("GET", `${path}?include=diff`)).json.diff).toEqual([]);
    for (const query of ["shadow=maybe", "include=everything"]) {
      expect((await organisation.call("GET", `${path}?${query}`)).status, query).toBe(400);
    }
    const selected = await organisation.call("GET", "/meshes/default/meshtimeouts/later/_resources/dataplanes");
    expect(selected.json.total, "whom it would select").toBe(2);
  });

  test("the whole config of a proxy: every kind of resource, endpoints of others, no key", async () => {
    const organisation = await createOrganisation(subject());
    const mtls = { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] };
    await createMesh(organisation, "default", { ...MESH, mtls });
    await organisation.call("PUT", "/meshes/default/dataplanes/web-1", web);
    await organisation.call("PUT", "/meshes/default/dataplanes/backend-1", backend);
    const { text, json } = await organisation.call("GET", "/meshes/default/dataplanes/web-1/_config");
    const named = Object.entries(json.xds as Record<string, object>).map(([url, resources]) => [
      url.replace(/^.*\./, ""),
      Object.keys(resources),
    ]);
    expect(named).toEqual([
      ["Cluster", ["backend", "localhost:8080"]],
      ["ClusterLoadAssignment", ["backend"]],
      ["Listener", ["inbound:10.0.0.1:8080", "outbound:127.0.0.1:10001"]],
      ["RouteConfiguration", ["inbound:web", "outbound:backend"]],
      ["Secret", ["identity_cert:secret:default", "mesh_ca:secret:default"]],
    ]);
    expect(text).toContain('"address": "10.0.0.2"');
    expect(text).not.toContain("PRIVATE");
    expect(text).not.toContain('"$"');
  });

  test("layout, and policies of its parts: by KRI, name, port or cluster, whatever the mode", async () => {
    const organisation = await world(subject());
    const spec = {
      targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "backend" } },
      from: [{ targetRef: { kind: "Mesh" }, default: { idleTimeout: "9s" } }],
    };
    const body = { type: "MeshTimeout", mesh: "default", name: "inbounds", spec };
    await organisation.call("PUT", "/meshes/default/meshtimeouts/inbounds", body);
    await organisation.call("PUT", "/meshes/default/meshtimeouts/all", timeouts("all", { connectionTimeout: "4s" }));
    const get = (path: string) => organisation.call("GET", `/meshes/default/dataplanes/${path}`);
    const layout = (await get("backend-1/_layout")).json;
    const kri = "kri_dp_default_east__backend-1_api";
    expect(layout).toMatchObject({
      kri: "kri_dp_default_east__backend-1_",
      inbounds: [{ kri, port: 80, protocol: "http", proxyResourceName: "inbound:10.0.0.2:80" }],
      outbounds: [],
      listeners: [],
    });
    const inbound = (await get(`backend-1/_inbounds/${kri}/_policies`)).json;
    expect(inbound.policies).toEqual([
      {
        kind: "MeshTimeout",
        rules: [{ kri: "kri_mt_default___inbounds_", conf: { idleTimeout: "9s" } }],
        origins: [{ kri: "kri_mt_default___inbounds_" }],
      },
    ]);
    expect((await get("backend-1/_inbounds/api/_policies")).json).toEqual(inbound);
    expect((await get("backend-1/_inbounds/8081/_policies")).status).toBe(404);
    expect((await get("backend-1/_inbounds/kri_dp_default_east__web-1_api/_policies")).status).toBe(400);
    expect((await get("web-1/_layout")).json.outbounds).toEqual([
      { port: 10001, protocol: "http", proxyResourceName: "backend" },
    ]);
    expect((await get("web-1/_outbounds/backend/_policies")).json.policies).toEqual([
      { kind: "MeshTimeout", conf: [{ connectionTimeout: "4s" }], origins: [{ kri: "kri_mt_default___all_" }] },
    ]);
    expect((await get("web-1/_outbounds/backend/_routes")).json).toEqual({ routes: [] });
    expect((await get("web-1/_outbounds/nobody/_policies")).status).toBe(404);
    expect((await get("web-1/_policies")).json).toEqual({ policies: [] });
  });

  test("a service that no outbound leads to is asked about by its KRI; routes tell whose they are", async () => {
    const organisation = await world(subject());
    const put = async (path: string, body: object) => {
      const answer = await organisation.call("PUT", `/meshes/default/${path}`, body);
      expect(answer.status, answer.text).toBe(201);
    };
    const named = (type: string, name: string, spec: object) => ({ type, mesh: "default", name, spec });
    const selector = { dataplaneTags: { "kuma.io/service": "backend" } };
    const ports = [{ port: 80, name: "main", appProtocol: "http" }];
    await put("meshservices/api", named("MeshService", "api", { selector, ports }));
    await put("meshtimeouts/all", timeouts("all", { connectionTimeout: "4s" }));
    const matches = [{ path: { type: "PathPrefix", value: "/api" } }];
    const backendRefs = [{ kind: "MeshService", name: "api", port: 80 }];
    const to = [{ targetRef: { kind: "MeshService", name: "api" }, rules: [{ matches, default: { backendRefs } }] }];
    await put("meshhttproutes/split", named("MeshHTTPRoute", "split", { targetRef: { kind: "Mesh" }, to }));
    const get = async (path: string) =>
      (await organisation.call("GET", `/meshes/default/dataplanes/web-1/${path}`)).json;
    const service = "kri_msvc_default___api_main";
    const route = "kri_mhttpr_default___split_";
    expect((await get(`_outbounds/${service}/_policies`)).policies).toContainEqual({
      kind: "MeshTimeout",
      conf: [{ connectionTimeout: "4s" }],
      origins: [{ kri: "kri_mt_default___all_" }],
    });
    const { routes } = await get(`_outbounds/${service}/_routes`);
    expect(routes).toMatchObject([
      { kind: "MeshHTTPRoute", rules: [{ kri: route, matches }], origins: [{ kri: route }] },
    ]);
    const { policies } = await get(`_outbounds/${service}/_routes/${route}/_policies`);
    expect(policies.map(({ kind }: { kind: string }) => kind)).toEqual(["MeshTimeout"]);
    expect((await get("_rules")).httpMatches).toEqual([
      { hash: "waFsoIISmZDTfFWYqxvY265/GASHYEWvHQTwMh/bpuU=", match: matches },
    ]);
  });

  test("dataplanes of a policy and of a service: paged, narrowed, and by nobody else's name", async () => {
    const organisation = await world(subject());
    await organisation.call("PUT", "/meshes/default/meshtimeouts/all", timeouts("all", { connectionTimeout: "4s" }));
    const path = "/meshes/default/meshtimeouts/all/_resources/dataplanes";
    const names = async (query: string): Promise<readonly string[]> =>
      (await organisation.call("GET", `${path}${query}`)).json.items.map(({ name }: { name: string }) => name);
    expect(await names("")).toEqual(["backend-1", "web-1"]);
    expect(await names("?name=web")).toEqual(["web-1"]);
    expect(await names("?size=1&offset=1")).toEqual(["web-1"]);
    const first = (await organisation.call("GET", `${path}?size=1`)).json;
    expect([first.total, new URL(first.next).search]).toEqual([2, "?size=1&offset=1"]);
    expect((await organisation.call("GET", `${path}?size=no`)).status).toBe(400);
    const service = {
      type: "MeshService",
      mesh: "default",
      name: "api",
      spec: { selector: { dataplaneTags: { "kuma.io/service": "backend" } }, ports: [{ port: 80 }] },
    };
    expect((await organisation.call("PUT", "/meshes/default/meshservices/api", service)).status).toBe(201);
    for (const tail of ["_dataplanes", "_resources/dataplanes"]) {
      const answer = await organisation.call("GET", `/meshes/default/meshservices/api/${tail}`);
      expect(answer.json).toMatchObject({ total: 1, items: [{ type: "Dataplane", name: "backend-1" }] });
    }
    const none = ["meshtimeouts/none/_resources/dataplanes", "meshservices/none/_dataplanes", "dataplanes/none/_rules"];
    for (const one of none) expect((await organisation.call("GET", `/meshes/default/${one}`)).status, one).toBe(404);
    expect((await organisation.call("GET", "/meshes/none/dataplanes/web-1/_why")).status).toBe(404);
  });

  test("an edit shows at once, whether a relay has it or not", async () => {
    const organisation = await world(subject());
    const path = "/meshes/default/dataplanes/web-1/_why?field=connectionTimeout";
    for (const seconds of [3, 4]) {
      const body = timeouts("t", { connectionTimeout: `${seconds}s` });
      await organisation.call("PUT", "/meshes/default/meshtimeouts/t", body);
      expect((await organisation.call("GET", path)).json.places[0].settings[0].value).toBe(`${seconds}s`);
    }
    await organisation.call("DELETE", "/meshes/default/meshtimeouts/t");
    expect((await organisation.call("GET", path)).json.places).toEqual([]);
  });

  test("inspection is for those who may read, inside their organisation", async () => {
    const [ours, theirs] = [await world(subject()), await createOrganisation(subject())];
    const path = "/meshes/default/dataplanes/web-1/_why";
    const reader = ours.as(await createToken(ours, ["read"]));
    const minter = ours.as(await createToken(ours, ["token:dataplane"]));
    expect((await reader.call("GET", path)).status).toBe(200);
    expect((await minter.call("GET", path)).status).toBe(403);
    expect((await ours.as(theirs.token).call("GET", path)).status).toBe(404);
    expect((await theirs.call("GET", path)).status).toBe(404);
  });
}
