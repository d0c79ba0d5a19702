// Ingresses and egresses over HTTP: what they show of themselves, of their zone, and of who joined.
import { expect, test } from "vitest";
import { enrolRelay } from "./relay.ts";
import { createMesh, createOrganisation, dataplane, type Organisation, type Subject } from "./subject.ts";

const MTLS = { mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] } };
const IN = {
  type: "ZoneIngress",
  name: "in",
  zone: "east",
  networking: { address: "10.0.0.4", port: 10001, advertisedAddress: "in.example", advertisedPort: 30001 },
};
const OUT = { type: "ZoneEgress", name: "out", zone: "east", networking: { address: "10.0.0.5", port: 10002 } };

async function fresh(subject: Subject): Promise<Organisation> {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation, "default", MTLS);
  expect((await organisation.call("PUT", "/zoneingresses/in", IN)).status).toBe(201);
  expect((await organisation.call("PUT", "/zoneegresses/out", OUT)).status).toBe(201);
  return organisation;
}

export function zoneProxySuite(subject: () => Subject): void {
  test("an ingress shows what is behind it now, and nobody's word for it is kept", async () => {
    const organisation = await fresh(subject());
    const put = (mesh: string, name: string, service: string, extra = {}) =>
      organisation.call("PUT", `/meshes/${mesh}/dataplanes/${name}`, dataplane(mesh, name, service, extra));
    await createMesh(organisation, "alone", { meshServices: { mode: "Exclusive" } });
    await createMesh(organisation, "through", { ...MTLS, routing: { zoneEgress: true } });
    await put("default", "web-1", "web");
    await put("default", "web-2", "web");
    await put("default", "web-3", "web", { version: "v2" });
    await put("alone", "hidden", "hidden");
    const unready = {
      ...dataplane("default", "ill", "ill"),
      networking: {
        address: "10.0.0.9",
        inbound: [{ port: 1, state: "NotReady", tags: { "kuma.io/service": "ill" } }],
      },
    };
    expect((await organisation.call("PUT", "/meshes/default/dataplanes/ill", unready)).status).toBe(201);
    for (const mesh of ["default", "through"]) {
      const tags = { "kuma.io/service": "older", "kuma.io/zone": "east" };
      const body = { type: "ExternalService", mesh, name: "older", networking: { address: "192.0.2.1:80" }, tags };
      expect((await organisation.call("PUT", `/meshes/${mesh}/external-services/older`, body)).status).toBe(201);
    }
    const web = { "kuma.io/service": "web", "kuma.io/zone": "east" };
    const services = [
      { tags: web, instances: 2, mesh: "default" },
      { tags: { ...web, version: "v2" }, instances: 1, mesh: "default" },
      {
        tags: { "kuma.io/service": "older", "kuma.io/zone": "east" },
        instances: 1,
        mesh: "through",
        externalService: true,
      },
    ];
    const read = await organisation.call("GET", "/zoneingresses/in");
    expect(read.json.availableServices).toEqual(services);
    const etag = read.headers.get("etag") ?? "";
    const changed = await organisation.call("PUT", "/zoneingresses/in", { ...read.json, availableServices: [] });
    expect([changed.status, changed.headers.get("etag")]).toEqual([200, etag]);
    await organisation.call("DELETE", "/meshes/default/dataplanes/web-3");
    const again = await organisation.call("GET", "/zoneingresses/in", undefined, { "if-none-match": etag });
    expect([again.status, again.json.availableServices.length]).toEqual([200, 2]);
    expect((await organisation.call("GET", "/zoneingresses")).json.items[0].availableServices).toEqual([
      services[0],
      services[2],
    ]);
    // What is not an ingress shows none, and history knows nothing of it.
    expect((await organisation.call("GET", "/v1/revisions?size=50")).text).not.toContain("availableServices");
  });

  test("overviews and insights, by every path that Kuma has", async () => {
    const organisation = await fresh(subject());
    const paths = {
      zoneIngress: ["/zoneingresses/_overview", "/zoneingresses+insights"],
      zoneEgress: ["/zoneegresses/_overview", "/zoneegressoverviews"],
    };
    for (const [member, lists] of Object.entries(paths)) {
      for (const path of lists) {
        const { status, json } = await organisation.call("GET", path);
        expect([status, json.total, json.next], path).toEqual([200, 1, null]);
        expect(json.items[0], path).toMatchObject({
          type: `Zone${member.slice(4)}Overview`,
          labels: { "kuma.io/zone": "east" },
          [member]: { zone: "east", networking: { port: member === "zoneIngress" ? 10001 : 10002 } },
          [`${member}Insight`]: {},
        });
      }
    }
    for (const path of ["/zoneingresses/in/_overview", "/zoneingresses+insights/in"])
      expect((await organisation.call("GET", path)).json).toMatchObject({ type: "ZoneIngressOverview", name: "in" });
    for (const path of ["/zoneegresses/out/_overview", "/zoneegressoverviews/out"])
      expect((await organisation.call("GET", path)).json).toMatchObject({ type: "ZoneEgressOverview", name: "out" });
    expect((await organisation.call("GET", "/zoneingresses/none/_overview")).status).toBe(404);
    expect((await organisation.call("GET", "/zone-ingress-insights")).json.items).toMatchObject([
      { type: "ZoneIngressInsight", name: "in" },
    ]);
    expect((await organisation.call("GET", "/zoneegressinsights/out")).json).toMatchObject({
      type: "ZoneEgressInsight",
      name: "out",
    });
  });

  test("config and clusters of an ingress, an egress and a dataplane, as their Envoys' admin would show them", async () => {
    const organisation = await fresh(subject());
    expect(
      (await organisation.call("PUT", "/meshes/default/dataplanes/web-1", dataplane("default", "web-1", "web"))).status,
    ).toBe(201);
    const service = {
      ...{ type: "ExternalService", mesh: "default", name: "older", networking: { address: "192.0.2.1:80" } },
      tags: { "kuma.io/service": "older" },
    };
    expect((await organisation.call("PUT", "/meshes/default/external-services/older", service)).status).toBe(201);
    const dump = async (path: string) => {
      const answer = await organisation.call("GET", `${path}/xds?include_eds=true`);
      expect(answer.status, answer.text).toBe(200);
      const configs = answer.json.configs as readonly {
        readonly "@type": string;
        readonly [member: string]: unknown;
      }[];
      return new Map(configs.map((one) => [one["@type"].split(".").at(-1), one]));
    };
    const ingress = await dump("/zoneingresses/in");
    expect(ingress.get("ListenersConfigDump")).toMatchObject({
      dynamic_listeners: [
        {
          active_state: {
            listener: { address: { socketAddress: { address: "10.0.0.4", portValue: 10001 } } },
          },
        },
      ],
    });
    const clusters = await organisation.call("GET", "/zoneingresses/in/clusters");
    expect([clusters.status, clusters.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
    expect(clusters.text).toContain("default:web::10.0.0.1:8080::weight::1\n");
    expect(JSON.stringify(ingress.get("EndpointsConfigDump"))).toContain("10.0.0.1");
    const brief = (await organisation.call("GET", "/zoneingresses/in/xds")).json.configs;
    expect(JSON.stringify(brief)).not.toContain("ClusterLoadAssignment");
    const egress = await dump("/zoneegresses/out");
    expect(JSON.stringify(egress.get("ClustersConfigDump"))).toContain("192.0.2.1");
    expect(egress.get("SecretsConfigDump")).toMatchObject({ dynamic_active_secrets: expect.any(Array) });
    expect(JSON.stringify([...egress])).not.toContain("PRIVATE KEY");
    const sidecar = await dump("/meshes/default/dataplanes/web-1");
    expect(sidecar.get("ListenersConfigDump")).toMatchObject({
      dynamic_listeners: expect.arrayContaining([
        expect.objectContaining({ name: "inbound:10.0.0.1:8080", active_state: expect.any(Object) }),
      ]),
    });
    for (const path of ["/zoneingresses/in", "/zoneegresses/out", "/meshes/default/dataplanes/web-1"]) {
      const stats = await organisation.call("GET", `${path}/stats`);
      expect([stats.status, stats.json.detail]).toEqual([404, expect.stringContaining("inspect proxy NAME --admin")]);
    }
    for (const page of ["xds", "clusters", "stats"]) {
      for (const path of ["/zoneingresses/none", "/zoneegresses/in"]) {
        const none = await organisation.call("GET", `${path}/${page}`);
        expect([none.status, none.json.detail]).toEqual([404, "Not found"]);
      }
    }
    expect((await organisation.call("GET", "/zoneingresses/in/xds?include_eds=maybe")).status).toBe(400);
  });

  test("who joins by a relay is online, in its overview, its zone's and the organisation's", async () => {
    const organisation = await fresh(subject());
    const relay = await enrolRelay(subject(), organisation, "east");
    const token = await organisation.call("POST", "/tokens/zone", { zone: "east", scope: ["ingress"] });
    const join = {
      type: "ZoneIngress",
      mesh: "",
      name: "in",
      registration: "life-1",
      owner: "stream",
      token: token.text,
    };
    const answer = await relay.call("POST", "/v1/zone/certificates", {
      body: { joins: [{ ...join, event: 1, dataplane: IN }] },
    });
    expect(answer.json).toEqual({ answers: [{ registration: "life-1", chain: [], expiresAt: null }] });
    const { zoneIngressInsight } = (await organisation.call("GET", "/zoneingresses/in/_overview")).json;
    expect(zoneIngressInsight.subscriptions).toMatchObject([{ id: "life-1", connectTime: expect.any(String) }]);
    expect(zoneIngressInsight.subscriptions[0].disconnectTime).toBeUndefined();
    const counts = { zoneIngresses: { online: 1, total: 1 }, zoneEgresses: { online: 0, total: 1 } };
    expect((await organisation.call("GET", "/zones/east/_overview")).json).toMatchObject(counts);
    expect((await organisation.call("GET", "/global-insight")).json.zones).toMatchObject(counts);
    const gone = { kind: "gone", number: 2, mesh: "", name: "in", registration: "life-1" };
    await relay.call("POST", "/v1/zone/report", { body: { events: [gone] } });
    const later = (await organisation.call("GET", "/zoneingresses/in/_overview")).json;
    expect(later.zoneIngressInsight.subscriptions[0].disconnectTime).toEqual(expect.any(String));
    expect((await organisation.call("GET", "/zones/_overview")).json.items[0].zoneIngresses).toEqual({
      online: 0,
      total: 1,
    });
  });
}
