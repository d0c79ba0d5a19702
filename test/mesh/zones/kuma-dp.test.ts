// A stock kuma-dp 2.14 as sidecar, ingress and egress of a zone: it comes up, is ready, has its sockets, and leaves.

import { Resolver } from "node:dns/promises";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Child, startChild, until } from "#test/child.ts";
import { allowAll, startMesh, strictMesh, type TestMesh } from "#test/mesh.ts";

const { WEFT_KUMA_DP: kumaDp = "", WEFT_ENVOY: envoy = "" } = process.env;
const lacking = kumaDp === "" ? "WEFT_KUMA_DP" : envoy === "" ? "WEFT_ENVOY" : null;

type Members = Readonly<Record<string, unknown>>;

/** A running kuma-dp. */
interface Running {
  readonly child: Child;
  readonly folder: string;
  readonly readiness: number;
  /** GET of its Envoy's admin interface. */
  admin(path: string): Promise<string>;
}

/** GET over a Unix socket or a port; the status and the body. */
function get(at: { socketPath: string } | { port: number }, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ ...at, host: "127.0.0.1", path, agent: false, timeout: 5000 }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    call.on("timeout", () => call.destroy(new Error("no answer in 5 s")));
    call.on("error", reject);
    call.end();
  });
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(lacking !== null)(`kuma-dp${lacking === null ? "" : ` (skipped: ${lacking} is not set)`}`, () => {
  let mesh: TestMesh;
  let program: Server;
  let served = 0;
  const running = new Map<string, Running>();

  /** `dns` = the port of kuma-dp's own DNS server; without it there is none. */
  async function start(
    word: "dataplane" | "ingress" | "egress",
    resource: Members,
    token: string,
    dns = 0,
  ): Promise<Running> {
    const name = String(resource.name);
    const folder = join(mesh.folder, `kuma-${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "resource.json"), JSON.stringify(resource));
    writeFileSync(join(folder, "token"), token, { mode: 0o600 });
    // Envoys share a DNS port without a word: at the usual one, those of other tests would get each other's questions.
    const [readiness, envoyDns] = await Promise.all([freePort(), freePort()]);
    const { api, caFile } = mesh.relay();
    const child = startChild(
      kumaDp,
      [
        "run",
        `--proxy-type=${word}`,
        `--cp-address=${api}`,
        `--ca-cert-file=${caFile}`,
        `--dataplane-file=${join(folder, "resource.json")}`,
        `--dataplane-token-file=${join(folder, "token")}`,
        `--binary-path=${envoy}`,
        `--work-dir=${folder}`,
        "--concurrency=1",
        "--drain-time=1s",
      ],
      {
        KUMA_READINESS_PORT: String(readiness),
        KUMA_DNS_ENVOY_DNS_PORT: String(envoyDns),
        ...(dns === 0 ? { KUMA_DNS_ENABLED: "false" } : { KUMA_DNS_PROXY_PORT: String(dns) }),
      },
    );
    const one: Running = {
      child,
      folder,
      readiness,
      admin: async (path) => (await get({ socketPath: join(folder, "kuma-envoy-admin.sock") }, path)).text,
    };
    running.set(name, one);
    await until(`${name} to be ready`, async () => (await get({ port: readiness }, "/ready")).status === 200, {
      timeoutMs: 60_000,
      everyMs: 100,
      explain: () => `${child.output()}\n--- relay\n${mesh.relay().child.output()}`,
    });
    return one;
  }

  const listeners = async (one: Running): Promise<readonly string[]> =>
    (JSON.parse(await one.admin("/listeners?format=json")).listener_statuses as { name: string }[]).map(
      ({ name }) => name,
    );
  const identities = async (one: Running): Promise<readonly string[]> => {
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
    const [inbound, outbound] = [await freePort(), await freePort()];
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
    await until("the metrics socket", () => existsSync(join(one.folder, "kuma-mh-web-1-default.sock")));
    expect(existsSync(join(one.folder, "kuma-al-web-1-default.sock"))).toBe(true);
  });

  test("as a redirected sidecar answers names itself, from what its Envoy tells", async () => {
    const [inbound, redirectPortInbound, redirectPortOutbound, dns] = await Promise.all([1, 2, 3, 4].map(freePort));
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
    await (running.get("client-1") as Running).child.stop();
  });

  test("as an ingress of the zone listens where it says, and the control plane knows", async () => {
    const port = await freePort();
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
    expect(await overview("zoneingresses/in-1/_overview")).toMatchObject({
      zoneIngress: {
        zone: "east",
        networking,
        availableServices: [{ tags: { "kuma.io/service": "web", "kuma.io/zone": "east" }, instances: 1 }],
      },
      zoneIngressInsight: { subscriptions: [{ id: expect.any(String) }] },
    });
  });

  test("as an egress of the zone has an identity in the mesh", async () => {
    const port = await freePort();
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
    expect((await overview("global-insight")).zones).toMatchObject({
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
    const egress = running.get("out-1") as Running;
    await until("its identity", async () => (await identities(egress)).includes("spiffe://default/zone-egress"));
    await mesh.startControlPlane();
  });

  test("stopped, they are gone from the control plane, and a token of another scope lets none in", async () => {
    // One after the other: where most of a zone's streams close at once, what was there stays.
    for (const [name, path] of [
      ["in-1", "zoneingresses"],
      ["out-1", "zoneegresses"],
    ] as const) {
      await (running.get(name) as Running).child.stop();
      await until(`${name} to be gone`, async () => (await overview(path)).total === 0, {
        timeoutMs: 40_000,
        everyMs: 250,
      });
    }
    const networking = { address: "127.0.0.1", port: await freePort() };
    const wrong = start("ingress", { type: "ZoneIngress", name: "in-2", networking }, await zoneToken("egress"));
    wrong.catch(() => undefined);
    const { child } = await until("kuma-dp to be started", () => running.get("in-2"));
    await until("the reason", () => child.output().includes("out of token's scope"), { timeoutMs: 30_000 });
    await child.stop();
    expect((await overview("zoneingresses")).total).toBe(0);
  });
});
