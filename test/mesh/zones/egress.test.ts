// What leaves the mesh goes through the zone's egress: it alone connects outside, and it judges each destination's callers.
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, strictMesh } from "#test/mesh.ts";
import { httpsServer, type OutsideServer } from "#test/outside.ts";
import { counterSum, endpointsOf } from "#test/stats.ts";
import { type HttpAnswer, httpGet, httpProgram, type Program } from "#test/workload.ts";
import { type BorderProxy, startZones, type TestZones } from "#test/zones.ts";

const HOST = "api.outside.test";
const BANK = "default_bank___extsvc_443";

let zones: TestZones;
let bank: OutsideServer;
let plain: Program;
let egress: BorderProxy;
let web: Sidecar;
let shop: Sidecar;

const external = (): Resource => ({
  type: "MeshExternalService",
  mesh: "default",
  name: "bank",
  spec: {
    match: { type: "HostnameGenerator", port: 443, protocol: "http" },
    endpoints: [{ address: "127.0.0.1", port: bank.port }],
    tls: { enabled: true, verification: { serverName: HOST, caCert: { inlineString: bank.ca } } },
  },
});
const outside = (): Resource => ({
  type: "ExternalService",
  mesh: "default",
  name: "plain",
  tags: { "kuma.io/service": "plain", "kuma.io/protocol": "http" },
  networking: { address: `127.0.0.1:${plain.port}` },
});
const meshWith = (routing: object): Resource => ({ ...strictMesh(), routing });
/** Lets one service reach one destination: a MeshExternalService by its server name at the egress. */
const letIn = (name: string, service: string, sni: string): Resource => ({
  type: "MeshTrafficPermission",
  mesh: "default",
  name,
  spec: {
    targetRef: { kind: "Dataplane", labels: { "kuma.io/proxy-type": "zoneegress" } },
    rules: [
      {
        default: {
          allow: [
            { spiffeID: { type: "Exact", value: `spiffe://default/${service}` }, sni: { type: "Exact", value: sni } },
          ],
        },
      },
    ],
  },
});

const call = (from: Sidecar, index: number): Promise<HttpAnswer> => httpGet(`${from.outbound(index)}/`);
const answers = (from: Sidecar, index: number, status: number): Promise<unknown> =>
  until(`${from.name} to get ${status} of its call ${index}`, async () => (await call(from, index)).status === status, {
    explain: () => egress.output(),
  });

/** Requests to the ExternalService that came to the egress. */
const judged = (): Promise<number> => counterSum(egress, /^http\.plain\.downstream_rq_total$/);

beforeAll(async () => {
  [zones, bank, plain] = await Promise.all([startZones(["east"]), httpsServer("bank", HOST), httpProgram("plain")]);
  const east = zones.zone("east");
  await zones.apply(external(), outside());
  const calls = [{ kind: "MeshExternalService", name: "bank", port: 443 } as const, "plain"];
  [egress, web, shop] = await Promise.all([
    east.egress(),
    east.proxy({ name: "web-1", service: "web", calls }),
    east.proxy({ name: "shop-1", service: "shop", calls }),
  ]);
});

afterAll(async () => {
  await zones?.close();
  await bank?.close();
  await plain?.close();
});

test("a MeshExternalService is reached through the egress alone, which speaks the TLS that it asks for", async () => {
  await until("the egress to be known to clients", async () => (await endpointsOf(web, BANK)).join() === egress.place);
  await answers(web, 0, 200);
  const [served, passed] = [
    bank.count(),
    await counterSum(egress, new RegExp(`^cluster\\.${BANK}\\.upstream_rq_total$`)),
  ];
  for (let sent = 0; sent < 10; sent++) expect((await call(web, 0)).body).toBe("bank /");
  expect(bank.count() - served).toBe(10);
  expect((await counterSum(egress, new RegExp(`^cluster\\.${BANK}\\.upstream_rq_total$`))) - passed).toBe(10);
});

test("a permission for one destination lets in those whom it names, and nobody else reaches it", async () => {
  await answers(shop, 0, 200);
  await zones.apply(letIn("web-to-bank", "web", "sni.extsvc.default.bank.443"));
  await answers(shop, 0, 403);
  const served = bank.count();
  for (let sent = 0; sent < 5; sent++) {
    expect((await call(shop, 0)).body).toBe("RBAC: access denied");
    expect((await call(web, 0)).status).toBe(200);
  }
  expect(bank.count() - served).toBe(5);
});

test("where the mesh forbids it by default, only what a permission names is reached", async () => {
  await zones.apply(meshWith({ defaultForbidMeshExternalServiceAccess: true }));
  await answers(web, 0, 200);
  await answers(shop, 0, 403);
  await zones.remove("meshes/default/meshtrafficpermissions/web-to-bank");
  await answers(web, 0, 403);
  const served = bank.count();
  for (let sent = 0; sent < 3; sent++) expect((await call(web, 0)).status).toBe(403);
  expect(bank.count()).toBe(served);
});

test("an ExternalService is called directly until the mesh asks for egresses; then by those alone whom a permission names", async () => {
  await zones.apply(meshWith({}), allowAll());
  await answers(shop, 1, 200);
  expect(await judged()).toBe(0);
  await zones.remove("meshes/default/meshtrafficpermissions/allow-all");
  await zones.apply(meshWith({ zoneEgress: true }), {
    type: "MeshTrafficPermission",
    mesh: "default",
    name: "web-to-plain",
    spec: {
      targetRef: { kind: "MeshService", name: "plain" },
      from: [{ targetRef: { kind: "MeshService", name: "web" }, default: { action: "Allow" } }],
    },
  });
  // Callers and the egress take the change each in their own time.
  await until("the egress to judge both", async () => {
    const before = await judged();
    const [allowed, denied] = [await call(web, 1), await call(shop, 1)];
    return allowed.status === 200 && denied.status === 403 && (await judged()) === before + 2;
  });
  const [served, before] = [plain.count(), await judged()];
  for (let sent = 0; sent < 5; sent++) {
    expect((await call(web, 1)).status).toBe(200);
    expect((await call(shop, 1)).status).toBe(403);
  }
  expect(plain.count() - served).toBe(5);
  expect((await judged()) - before).toBe(10);
});

test("a server name that fits nothing is turned away, and counted", async () => {
  const count = (): Promise<number> => counterSum(egress, /^listener\..*\.no_filter_chain_match$/);
  const before = await count();
  const [host, port] = egress.place.split(":");
  const refused = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: host ?? "", port: Number(port), servername: "nobody", rejectUnauthorized: false });
    socket.on("error", () => resolve(true));
    socket.on("close", () => resolve(true));
    socket.on("secureConnect", () => resolve(false));
  });
  expect(refused).toBe(true);
  await until("it to be counted", async () => (await count()) === before + 1);
});

test("without the egress nothing leaves where the mesh asks for one", async () => {
  await egress.leave();
  await answers(web, 1, 503);
  const served = plain.count();
  for (let sent = 0; sent < 3; sent++) expect((await call(web, 1)).status).toBe(503);
  expect(plain.count()).toBe(served);
});
