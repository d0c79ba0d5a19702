// A stock kuma-dp 2.14 as sidecar, ingress and egress of a zone: it comes up, is ready, has its sockets, and leaves.

import { Resolver } from "node:dns/promises";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { get, type KumaDpRun, lacking, type RunningKumaDp, startKumaDp } from "#test/kuma-dp.ts";
import { allowAll, startMesh, strictMesh, type TestMesh } from "#test/mesh.ts";
import { keptPort } from "#test/port.ts";

type Members = Readonly<Record<string, unknown>>;

describe.skipIf(lacking !== null)(`kuma-dp${lacking === null ? "" : ` (skipped: ${lacking} is not set)`}`, () => {
  let mesh: TestMesh;
  let program: Server;
  let served = 0;
  const running = new Map<string, RunningKumaDp>();

  const start = async (word: KumaDpRun["word"], resource: Members, token: string, dns = 0): Promise<RunningKumaDp> =>
    startKumaDp(mesh, { word, resource, token, dns, started: (one) => running.set(String(resource.name), one) });

  const listeners = async (one: RunningKumaDp): Promise<readonly string[]> =>
    (JSON.parse(await one.admin("/listeners?format=json")).listener_statuses as { name: string }[]).map(
      ({ name }) => name,
    );
  const identities = async (one: RunningKumaDp): Promise<readonly string[]> => {
    const { certificates = [] } = JSON.parse(await one.admin("/certs")) as {
      certificates?: { cert_chain: { subject_alt_names: { uri?: string }[] }[] }[];
    };
    return certificates.flatMap(
      ({ cert_chain: [leaf] }) => leaf?.subject_alt_names.flatMap(({ uri }) => uri ?? []) ?? [],
    );
  };
  const zoneToken = async (scope: string): Promise<string> =>
    String(await mesh.api("POST", "tokens/zone", { zone: "east", scope: [scope], validFor: "1h" }));
  const overview = async (path: string): Promise<Members> => (await mesh.api("GET", path)) as Members;

  beforeAll(async () => {
    mesh = await startMesh({ ...strictMesh(), routing: { zoneEgress: true } });
    await mesh.apply(allowAll());
    program = createServer((_, answer) => {
      served += 1;
      answer.end("hello\n");
    });
    await new Promise<void>((resolve) => program.listen(0, "127.0.0.1", resolve));
  });

  afterAll(async () => {
    await Promise.all([...running.values()].map(({ child }) => child.stop()));
    program?.close();
    await mesh?.close();
  });

  test("as a sidecar carries requests over mTLS", async () => {
    const [inbound, outbound] = [await keptPort(), await keptPort()];
    const { port } = program.address() as { port: number };
    const tags = { "kuma.io/service": "web", "kuma.io/protocol": "http" };
    const resource = {
      ...{ type: "Dataplane", mesh: "default", name: "web-1" },
      networking: {
        address: "127.0.0.1",
        inbound: [{ port: inbound, servicePort: port, tags }],
        outbound: [{ port: outbound, tags: { "kuma.io/service": "web" } }],
      },
    };
    const one = await start("dataplane", resource, await mesh.dataplaneToken("default", "web-1"));
    const answer = await until("an answer through the mesh", async () => {
      const got = await get({ port: outbound }, "/");
      return got.status === 200 ? got : null;
    });
    expect([answer.text, served]).toEqual(["hello\n", 1]);
    expect(await identities(one)).toContain("spiffe://default/web");
    // Where kuma-dp collects metrics and access logs.
    for (const socket of ["kuma-mh-web-1-default.sock", "kuma-al-web-1-default.sock"])
      await until(socket, () => existsSync(join(one.folder, socket)));
  });

  test("as a redirected sidecar answers names itself, from what its Envoy tells", async () => {
    const [inbound, redirectPortInbound, redirectPortOutbound, dns] = await Promise.all([1, 2, 3, 4].map(keptPort));
    const resource = {
      ...{ type: "Dataplane", mesh: "default", name: "client-1" },
      networking: {
        address: "127.0.0.1",
        inbound: [{ port: inbound, servicePort: 9, tags: { "kuma.io/service": "client" } }],
        transparentProxying: { redirectPortInbound, redirectPortOutbound },
      },
    };
    const token = await mesh.dataplaneToken("default", "client-1");
    await start("dataplane", resource, token, dns);
    const resolver = new Resolver({ timeout: 2000, tries: 1 });
    resolver.setServers([`127.0.0.1:${dns}`]);
    const [address] = await until("web.mesh to have an address", () => resolver.resolve4("web.mesh"));
    expect(address).toMatch(/^24\d\./);
    await (running.get("client-1") as RunningKumaDp).child.stop();
  });

  test("as an ingress of the zone listens where it says, and the control plane knows", async () => {
    const port = await keptPort();
    // By a name, as Kuma lets it be written: Envoy itself binds to none.
    const networking = { address: "localhost", port, advertisedAddress: "127.0.0.1", advertisedPort: port };
    const one = await start("ingress", { type: "ZoneIngress", name: "in-1", networking }, await zoneToken("ingress"));
    await until("its listener", async () => (await listeners(one)).includes(`inbound:localhost:${port}`));
    const { node } = JSON.parse(await one.admin("/config_dump?resource=&mask=bootstrap")).configs[0].bootstrap;
    expect(node).toMatchObject({ id: ".in-1", cluster: "ingress", metadata: { "dataplane.proxyType": "ingress" } });
    await until("others to be told of it", async () => {
      const { proxies } = await mesh.relayStatus();
      return proxies.some(({ mesh: of, name, ready }) => of === "" && name === "in-1" && ready);
    });
    await expect
      .poll(() => overview("zoneingresses/in-1/_overview"))
      .toMatchObject({
        zoneIngress: {
          zone: "east",
          networking,
          availableServices: [{ tags: { "kuma.io/service": "web", "kuma.io/zone": "east" }, instances: 1 }],
        },
        zoneIngressInsight: { subscriptions: [{ id: expect.any(String) }] },
      });
  });

  test("as an egress of the zone has an identity in the mesh", async () => {
    const port = await keptPort();
    const resource = { type: "ZoneEgress", name: "out-1", networking: { address: "127.0.0.1", port } };
    await mesh.apply({
      type: "MeshExternalService",
      mesh: "default",
      name: "outside",
      spec: {
        match: { type: "HostnameGenerator", port: 80, protocol: "http" },
        endpoints: [{ address: "127.0.0.1", port: (program.address() as { port: number }).port }],
      },
    });
    const one = await start("egress", resource, await zoneToken("egress"));
    await until("its listener", async () => (await listeners(one)).includes(`inbound:127.0.0.1:${port}`));
    await until("its identity", async () => (await identities(one)).includes("spiffe://default/zone-egress"), {
      explain: () => mesh.relay().child.output(),
    });
    await expect
      .poll(async () => (await overview("global-insight")).zones)
      .toMatchObject({
        zoneIngresses: { online: 1, total: 1 },
        zoneEgresses: { online: 1, total: 1 },
      });
  });

  test("restarted while the control plane is away, they come up again with what they had", async () => {
    await mesh.killControlPlane();
    const before = [...running.entries()].filter(([name]) => ["in-1", "out-1"].includes(name));
    for (const [name, { child, folder }] of before) {
      await child.stop();
      const resource = JSON.parse(readFileSync(join(folder, "resource.json"), "utf8")) as Members;
      const word = name === "in-1" ? "ingress" : "egress";
      const one = await start(word, resource, readFileSync(join(folder, "token"), "utf8"));
      const { address, port } = resource.networking as { address: string; port: number };
      await until("its listener", async () => (await listeners(one)).includes(`inbound:${address}:${port}`));
    }
    const egress = running.get("out-1") as RunningKumaDp;
    await until("its identity", async () => (await identities(egress)).includes("spiffe://default/zone-egress"));
    await mesh.startControlPlane();
  });

  test("stopped, they are gone from the control plane, and a token of another scope lets none in", async () => {
    // One after the other: where most of a zone's streams close at once, what was there stays.
    for (const [name, path] of [
      ["in-1", "zoneingresses"],
      ["out-1", "zoneegresses"],
    ] as const) {
      await (running.get(name) as RunningKumaDp).child.stop();
      await until(`${name} to be gone`, async () => (await overview(path)).total === 0, {
        everyMs: 250,
      });
    }
    const networking = { address: "127.0.0.1", port: await keptPort() };
    const wrong = start("ingress", { type: "ZoneIngress", name: "in-2", networking }, await zoneToken("egress"));
    wrong.catch(() => undefined);
    const { child } = await until("kuma-dp to be started", () => running.get("in-2"));
    await until("the reason", () => child.output().includes("out of token's scope"));
    await child.stop();
    expect((await overview("zoneingresses")).total).toBe(0);
  });
});
