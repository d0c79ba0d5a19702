// A server outside that wants to know who calls: the zone's egress shows the mesh's certificate, and nobody else has its key.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { type Resource, type Sidecar, strictMesh } from "#test/mesh.ts";
import { certificateFor, httpsServer, type OutsideServer } from "#test/outside.ts";
import { httpGet } from "#test/workload.ts";
import { type BorderProxy, startZones, type TestZones } from "#test/zones.ts";

const HOST = "api.outside.test";

type Pair = Awaited<ReturnType<typeof certificateFor>>;

let zones: TestZones;
let bank: OutsideServer;
let egress: BorderProxy | undefined;
let web: Sidecar;
let first: Pair;
let second: Pair;

const secret = (name: string, text: string): Resource => ({
  type: "Secret",
  mesh: "default",
  name,
  data: Buffer.from(text).toString("base64"),
});
const service = (clientCert: object, clientKey: object): Resource => ({
  type: "MeshExternalService",
  mesh: "default",
  name: "bank",
  spec: {
    match: { type: "HostnameGenerator", port: 443, protocol: "http" },
    endpoints: [{ address: "127.0.0.1", port: bank.port }],
    tls: {
      enabled: true,
      verification: { serverName: HOST, caCert: { inlineString: bank.ca }, clientCert, clientKey },
    },
  },
});
const older = (): Resource => ({
  type: "ExternalService",
  mesh: "default",
  name: "older",
  tags: { "kuma.io/service": "older", "kuma.io/protocol": "http" },
  networking: {
    address: `127.0.0.1:${bank.port}`,
    tls: {
      enabled: true,
      serverName: HOST,
      caCert: { inlineString: bank.ca },
      clientCert: { secret: "cert" },
      clientKey: { secret: "key" },
    },
  },
});
const bySecret = (): Resource => service({ secret: "cert" }, { secret: "key" });
const faults = async (): Promise<string> =>
  JSON.stringify(await zones.api("GET", "meshes/default/meshexternalservices/bank"));
const seen = (client: string, index = 0): Promise<unknown> =>
  until(
    `the server to be shown ${client}`,
    async () => (await httpGet(`${web.outbound(index)}/`)).status === 200 && bank.lastClient() === client,
    { explain: () => `${egress?.output()}\n${zones.zone("east").relay().child.output()}` },
  );

beforeAll(async () => {
  [first, second] = await Promise.all([certificateFor("first"), certificateFor("second")]);
  [zones, bank] = await Promise.all([
    startZones(["east"], { mesh: { ...strictMesh(), routing: { zoneEgress: true } } }),
    httpsServer("bank", HOST, `${first.ca}${second.ca}`),
  ]);
  await zones.apply(secret("cert", first.cert), secret("key", first.key), bySecret(), older());
  web = await zones.zone("east").proxy({
    name: "web-1",
    service: "web",
    calls: [{ kind: "MeshExternalService", name: "bank", port: 443 } as const, "older"],
  });
});

afterAll(async () => {
  await zones?.close();
  await bank?.close();
});

test("without an egress nobody is given the key, and the status says what it needs", async () => {
  await until("the status to say so", async () => (await faults()).includes("needs an egress"));
  // A newcomer's first config may be of views from before the service.
  await until("web to be turned away", async () => (await httpGet(`${web.outbound(0)}/`)).status === 503);
  expect(bank.count()).toBe(0);
});

test("the egress shows the certificate of the Secrets, of both kinds of services", async () => {
  egress = await zones.zone("east").egress();
  await seen("first");
  await seen("first", 1);
  await until("the status to be content", async () => !(await faults()).includes("needs an egress"));
  expect(JSON.stringify(await egress.configDump())).toContain("client_cert:secret:default:MeshExternalService:bank:");
  expect(JSON.stringify(await web.configDump())).not.toContain("client_cert:");
});

test("other Secrets reach the egress, and so does a key that stands in the service itself", async () => {
  await zones.apply(secret("cert", second.cert), secret("key", second.key));
  await seen("second");
  await zones.apply(service({ inlineString: first.cert }, { inlineString: first.key }));
  await seen("first");
});

test("while the control plane is away, relay and egress start again and still show it", async () => {
  const east = zones.zone("east");
  await zones.killControlPlane();
  await east.killRelay();
  await east.startRelay();
  await egress?.restartEnvoy();
  await seen("first");
  const served = bank.count();
  for (let at = 0; at < 5; at++) expect((await httpGet(`${web.outbound(0)}/`)).body).toBe("bank /");
  expect(bank.count() - served).toBe(5);
  await zones.startControlPlane();
});

test("a pair that is none is told of, and shown to nobody", async () => {
  await zones.apply(service({ inlineString: first.cert }, { inlineString: second.key }));
  await until("the status to say so", async () => (await faults()).includes("cannot be read as a pair"));
  await until("the server to turn them away", async () => (await httpGet(`${web.outbound(0)}/`)).status === 503);
});
