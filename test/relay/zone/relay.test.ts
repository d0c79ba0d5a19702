// A whole relay on its one TLS port: health, bootstrap as kuma-dp asks, registration by REST, and a real Envoy if there is one.
import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Sealed } from "#model/sealed.ts";
import type { Log } from "#relay/log.ts";
import { type RunningRelay, runRelay } from "#relay/main.ts";
import { createApi } from "#relay/rest/api.ts";
import { keptPort } from "#test/port.ts";
import { createPlane, type FakePlane, URL_OF_PLANE, wireOf } from "./control-plane.ts";
import { atEnd, startZone, tempFolder, until } from "./start.ts";

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

type Options = Partial<Pick<Parameters<typeof runRelay>[0], "port" | "dns" | "log">>;

async function start(plane: FakePlane, folder = tempFolder(), options: Options = {}): Promise<RunningRelay> {
  const relay = await runRelay({
    controlPlane: URL_OF_PLANE,
    fetch: plane.fetch,
    stateDir: folder,
    host: "127.0.0.1",
    port: 0,
    hosts: ["127.0.0.1", "localhost", "::1"],
    enrolmentToken: plane.enrolmentToken,
    log: () => undefined,
    backoff: [10, 50],
    patience: { answer: 3000, snapshot: 2000 },
    ...options,
  });
  atEnd(relay.close);
  return relay;
}

function call(
  relay: RunningRelay,
  method: string,
  path: string,
  body = "",
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${relay.api}${path}`,
      { method, ca: readFileSync(relay.ca), headers, agent: false, servername: "localhost" },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part: string) => (text += part));
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, type: answer.headers["content-type"] ?? "", body: text }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

const label = (text: string): string => `${String.fromCharCode(text.length)}${text}`;

/** Sends it, and waits for the answer. */
async function byUdp(port: number, message: Buffer): Promise<void> {
  const socket = createSocket("udp4");
  socket.send(message, port, "127.0.0.1");
  await once(socket, "message");
  socket.close();
}

async function ready(plane: FakePlane, folder = tempFolder(), options: Options = {}): Promise<RunningRelay> {
  const relay = await start(plane, folder, options);
  for (let status = 0; status !== 200; ) ({ status } = await call(relay, "GET", "/readyz"));
  return relay;
}

async function ask(plane: FakePlane, change: object = {}): Promise<string> {
  const dataplaneToken = (await plane.token("web-1")).reveal();
  const dataplaneResource = JSON.stringify(wireOf("web-1", "web", ["backend"]));
  const version = { kumaDp: { version: "2.14.4" }, envoy: { version: "1.40.0" } };
  return JSON.stringify({
    mesh: "default",
    name: "web-1",
    proxyType: "dataplane",
    dataplaneToken,
    dataplaneResource,
    version,
    workdir: "",
    ...change,
  });
}

describe("the relay's API", () => {
  test("does not take what is edited at the control plane, and says where to go", async () => {
    const plane = await createPlane();
    const relay = await ready(plane);
    for (const path of ["/meshes/default/meshtimeouts/slow", "/meshes/default", "/zones/east"]) {
      for (const method of ["PUT", "POST", "DELETE"]) {
        const { status, type, body } = await call(relay, method, path, method === "DELETE" ? "" : "{}");
        expect([status, type], `${method} ${path}`).toEqual([405, "application/json"]);
        expect(JSON.parse(body).detail, path).toContain(`edited at the control plane, ${URL_OF_PLANE}`);
        expect(JSON.parse(body).detail, path).toContain("/meshes/{mesh}/dataplanes/{name}");
      }
    }
    expect((await call(relay, "PUT", "/elsewhere", "{}")).status).toBe(404);
    expect((await call(relay, "GET", "/meshes/default/meshtimeouts/slow")).status).toBe(404);
  });

  test("counts what its DNS server answers and refuses, where it has one", async () => {
    const plane = await createPlane();
    const folder = tempFolder();
    const without = await ready(plane, folder);
    expect((await call(without, "GET", "/metrics")).body).not.toContain("dns");
    await without.close();
    const relay = await ready(plane, folder, { dns: { host: "127.0.0.1", port: 0, mesh: undefined } });
    const port = relay.dns ?? 0;
    const counted = async (outcome: string): Promise<string | undefined> =>
      new RegExp(`^weft_relay_dns_messages_total\\{outcome="${outcome}"\\} (\\d+)$`, "m").exec(
        (await call(relay, "GET", "/metrics")).body,
      )?.[1];
    expect(await counted("answered")).toBe("0");
    // Of the mesh's own domain, so that nobody else is asked.
    for (const name of ["none", "neither"])
      await byUdp(
        port,
        Buffer.from(`\0\x07\x01\0\0\x01\0\0\0\0\0\0${label(name)}${label("mesh")}\0\0\x01\0\x01`, "latin1"),
      );
    await byUdp(port, Buffer.from("\0\x07\x01\0\0\x09\0\0\0\0\0\0", "latin1"));
    expect(await Promise.all(["answered", "malformed", "forwarded", "dropped"].map(counted))).toEqual([
      "2",
      "1",
      "0",
      "0",
    ]);
  });

  test("counts what it refuses, by reason, for Prometheus", async () => {
    const plane = await createPlane();
    const relay = await ready(plane);
    const value = async (line: string): Promise<number> => {
      const { type, body } = await call(relay, "GET", "/metrics");
      expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
      return Number(new RegExp(`^${line.replace(/[{}]/g, "\\$&")} (\\S+)$`, "m").exec(body)?.[1] ?? Number.NaN);
    };
    const refused = (reason: string): string => `weft_relay_snapshots_refused_total{reason="${reason}"}`;
    expect(await value("weft_relay_control_plane_reached")).toBe(1);
    const forged = await plane.forge();
    const foreign = await plane.forge("west");
    const wrongs: Readonly<Record<string, NonNullable<FakePlane["tamper"]>>> = {
      signature: (body) => {
        body.envelope = forged;
      },
      claims: (body) => {
        body.envelope = foreign;
      },
      content: (body) => {
        for (const hash of Object.keys(body.blobs)) delete body.blobs[hash];
      },
    };
    for (const [reason, tamper] of Object.entries(wrongs)) {
      expect(await value(refused(reason)), reason).toBe(0);
      plane.tamper = null;
      while ((await value("weft_relay_snapshot_sequence")) !== plane.sequence || plane.reports.length === 0);
      const { sequence } = plane;
      plane.tamper = tamper;
      plane.put("web-9", wireOf("web-9", "web", [], 10 + Object.keys(wrongs).indexOf(reason)));
      while ((await value(refused(reason))) === 0);
      expect(await value("weft_relay_snapshot_sequence"), "the one before serves on").toBe(sequence);
    }
    plane.tamper = null;
    while ((await value("weft_relay_snapshot_sequence")) !== plane.sequence);
    plane.sequence -= 2;
    plane.put("web-9", wireOf("web-9", "web", [], 20));
    while ((await value(refused("older"))) === 0);
    expect(await value("weft_relay_snapshot_sequence")).toBeGreaterThan(plane.sequence);
    await call(relay, "PUT", "/meshes/default/dataplanes/web-1", "{}", { authorization: "Bearer none" });
    expect(await value('weft_relay_joins_refused_total{reason="unauthenticated"}')).toBe(1);
    const other = await plane.token("web-1", { mesh: "other" });
    const register = async (token: Sealed, wire: object): Promise<Answer> =>
      call(relay, "PUT", "/meshes/default/dataplanes/web-1", JSON.stringify(wire), {
        authorization: `Bearer ${token.reveal()}`,
      });
    const strange = await register(other, wireOf("web-1", "web"));
    expect([strange.status, JSON.parse(strange.body).detail]).toEqual([
      401,
      "the token's signing key is not one of the mesh that it names",
    ]);
    expect(await value('weft_relay_joins_refused_total{reason="unauthenticated"}')).toBe(2);
    const wrong = await register(await plane.token("web-1"), { ...wireOf("web-1", "web"), networking: {} });
    expect(wrong.status).toBe(400);
    expect(await value('weft_relay_joins_refused_total{reason="invalid"}')).toBe(1);
    const narrow = await register(
      await plane.token("web-1", { tags: { "kuma.io/service": ["shop"] } }),
      wireOf("web-1", "web"),
    );
    expect(narrow.status).toBe(403);
    expect(await value('weft_relay_joins_refused_total{reason="forbidden"}')).toBe(1);
    expect((await call(relay, "POST", "/v1/replica/events", "{}")).status).toBe(401);
    expect(await value('weft_relay_replica_calls_refused_total{reason="unauthenticated"}')).toBe(1);
    expect(await value("weft_relay_last_contact_timestamp_seconds")).toBeCloseTo(Date.now() / 1000, -2);
  });

  test("gives a stock kuma-dp its bootstrap", async () => {
    const plane = await createPlane();
    const relay = await ready(plane);
    const answer = await call(relay, "POST", "/bootstrap", await ask(plane));
    expect([answer.status, answer.type]).toEqual([200, "application/json"]);
    const { bootstrap, kumaSidecarConfiguration } = JSON.parse(answer.body);
    expect(kumaSidecarConfiguration).toEqual({
      networking: { corefileTemplate: null, address: "127.0.0.1" },
      metrics: { aggregate: [] },
    });
    const envoy = JSON.parse(Buffer.from(bootstrap, "base64").toString());
    expect(envoy.node).toMatchObject({ id: "default.web-1", cluster: "web" });
    expect(envoy.dynamicResources.adsConfig).toMatchObject({ apiType: "DELTA_GRPC", setNodeOnFirstMessageOnly: true });
    const [{ endpoint }] = envoy.staticResources.clusters[0].loadAssignment.endpoints[0].lbEndpoints;
    expect(endpoint.address.socketAddress).toEqual({
      address: "127.0.0.1",
      portValue: Number(new URL(relay.xds).port),
    });
  });

  test.each([
    [
      "no token",
      { dataplaneToken: "" },
      422,
      "Dataplane Token is required. Generate token using 'kumactl generate dataplane-token > /path/file' and provide it via --dataplane-token-file=/path/file argument to Kuma DP",
    ],
    [
      "an unknown mesh",
      { mesh: "nope", dataplaneResource: JSON.stringify({ ...wireOf("web-1", "web"), mesh: "nope" }) },
      422,
      'mesh: mesh "nope" does not exist',
    ],
    ["nothing stored", { name: "web-7", dataplaneResource: "" }, 404, ""],
    [
      "an invalid dataplane",
      {
        dataplaneResource: JSON.stringify({
          type: "Dataplane",
          mesh: "default",
          name: "web-1",
          networking: { inbound: [{ port: 80, tags: { a: "b" } }] },
        }),
      },
      422,
      `networking.address: address can't be empty; networking.inbound[0].tags["kuma.io/service"]: tag has to exist`,
    ],
    [
      "a token that is none",
      { dataplaneToken: "eyJhbGciOiJSUzI1NiJ9.e30.AAAA" },
      401,
      "the credential is not a dataplane token",
    ],
    [
      "the token of another dataplane",
      { name: "web-2", dataplaneResource: JSON.stringify(wireOf("web-2", "web")) },
      403,
      "the token does not allow this dataplane: name: proxy name from requestor: web-2 is different than in token: web-1",
    ],
    [
      "another type",
      { proxyType: "gateway" },
      422,
      'proxyType: "gateway" is none: it must be dataplane, ingress or egress',
    ],
    ["an ingress and a dataplane's token", { proxyType: "ingress" }, 401, "the credential is not a zone token"],
  ])("refuses a bootstrap with %s in Kuma's words", async (_, change, status, body) => {
    const plane = await createPlane();
    const relay = await ready(plane);
    expect(await call(relay, "POST", "/bootstrap", await ask(plane, change))).toMatchObject({
      status,
      body,
      type: expect.stringContaining("text/plain"),
    });
  });

  test("refuses bytes that are no request, another host and other paths", async () => {
    const plane = await createPlane();
    const relay = await ready(plane);
    expect(await call(relay, "POST", "/bootstrap", "{")).toMatchObject({ status: 400, body: "" });
    expect(await call(relay, "POST", "/bootstrap", "[]")).toMatchObject({ status: 400, body: "" });
    const other = await call(relay, "POST", "/bootstrap", await ask(plane), { host: "cp.example.org:5678" });
    expect(other.status).toBe(400);
    expect(other.body).toContain('using "cp.example.org" address');
    expect(await call(relay, "GET", "/nothing")).toMatchObject({ status: 404, body: "404 page not found\n" });
    expect((await call(relay, "POST", "/bootstrap", "x".repeat(2_000_000))).status).toBe(413);
  });

  test("registers a dataplane by REST and lets it go", async () => {
    const plane = await createPlane();
    const relay = await ready(plane);
    const authorization = `Bearer ${(await plane.token("web-1")).reveal()}`;
    const path = "/meshes/default/dataplanes/web-1";
    const body = JSON.stringify(wireOf("web-1", "web"));
    expect((await call(relay, "PUT", path, body)).status).toBe(401);
    // What a stranger sends is not even read.
    expect((await call(relay, "PUT", path, "{")).status).toBe(401);
    expect((await call(relay, "PUT", path, "{", { authorization: "Bearer x.y.z" })).status).toBe(401);
    expect((await call(relay, "PUT", path, "{", { authorization })).status).toBe(400);
    const invalid = await call(relay, "PUT", path, JSON.stringify({ ...wireOf("web-1", "web"), networking: {} }), {
      authorization,
    });
    expect(invalid.status).toBe(400);
    expect(JSON.parse(invalid.body).invalid_parameters).toEqual([
      { field: "networking.address", reason: "address can't be empty" },
    ]);
    expect(await call(relay, "PUT", path, body, { authorization })).toMatchObject({ status: 201 });
    expect((await call(relay, "PUT", path, body, { authorization })).status).toBe(200);
    expect(plane.joins[0]).toMatchObject({ owner: "user", name: "web-1" });
    expect((await call(relay, "DELETE", path, "", { authorization })).status).toBe(200);
    expect((await call(relay, "DELETE", path, "", { authorization })).status).toBe(404);
    await until("the control plane heard of it", () => plane.events.some(({ kind }) => kind === "gone"));
    const status = JSON.parse((await call(relay, "GET", "/status")).body);
    expect(status).toMatchObject({ zone: "east", controlPlane: "reached", streams: 0, proxies: [] });
  });

  test("names nobody at /status to another machine, and to a proxy only its mesh", async () => {
    const plane = await createPlane();
    const zone = await startZone(plane, tempFolder());
    await until("a snapshot is served", () => zone.served().snapshot !== null);
    const token = await plane.token("web-1");
    await zone.register({ mesh: "default", name: "web-1" }, wireOf("web-1", "web"), token);
    const all = zone.status();
    const elsewhere = { ...all, proxies: [...all.proxies, { ...all.proxies[0]!, mesh: "other" }] };
    const api = createApi({
      controlPlane: URL_OF_PLANE,
      zone: { ...zone, served: zone.served, status: () => elsewhere },
      hosts: [],
      reportsLoads: () => false,
      place: () => ({ host: "", port: 0, certificate: { caPem: "" } }),
      log: () => undefined,
    });
    const ask = async (remoteAddress: string | undefined, authorization?: string) => {
      const headers = authorization === undefined ? {} : { authorization };
      const request = new Request("https://relay.test/status", { headers });
      return (await api.fetch(request, { incoming: { socket: { remoteAddress } } })).json();
    };
    for (const address of ["192.0.2.1", "::ffff:192.0.2.1", "fe80::1%eth0", undefined]) {
      const counts = await ask(address, "Bearer x.y.z");
      expect(counts).toMatchObject({ controlPlane: "reached", counts: { meshes: 1, proxies: 2 } });
      for (const word of ["web-1", "default", "east", all.proxies[0]!.registration])
        expect(JSON.stringify(counts)).not.toContain(word);
    }
    expect(await ask("192.0.2.1", `Bearer ${token.reveal()}`)).toEqual(JSON.parse(JSON.stringify(all)));
    for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
      expect(await ask(address)).toEqual(JSON.parse(JSON.stringify(elsewhere)));
  });

  test("names and counts the files of its certificate that are damaged, and makes them again", async () => {
    const plane = await createPlane();
    const folder = tempFolder();
    const first = await ready(plane, folder);
    const ca = readFileSync(first.ca, "utf8");
    await first.close();
    const counted = async (relay: RunningRelay) =>
      /^weft_relay_damaged_files_total .*$/m.exec((await call(relay, "GET", "/metrics")).body)?.[0];
    const damage = (name: string) => truncateSync(join(folder, "tls", `${name}.sealed`), 100);
    damage("server");
    const told: unknown[] = [];
    const log: Log = (_, text, fields) => void told.push(`${text}: ${fields?.file}`);
    const second = await start(plane, folder, { log });
    expect(told).toContainEqual(expect.stringMatching(/^a file of the state folder is damaged; .*server\.sealed$/));
    expect([await counted(second), readFileSync(second.ca, "utf8")]).toEqual(["weft_relay_damaged_files_total 1", ca]);
    await second.close();
    damage("server");
    damage("server-ca");
    const third = await start(plane, folder);
    expect(await counted(third)).toBe("weft_relay_damaged_files_total 2");
    expect(readFileSync(third.ca, "utf8")).not.toBe(ca);
  });

  test("keeps its certificate and port over a restart with the control plane down", async () => {
    const plane = await createPlane();
    const folder = tempFolder();
    const port = await keptPort();
    const relay = await ready(plane, folder, { port });
    const ca = readFileSync(relay.ca, "utf8");
    await relay.close();
    plane.down = true;
    const again = await start(plane, folder, { port });
    expect(again.api).toBe(relay.api);
    expect(readFileSync(again.ca, "utf8")).toBe(ca);
    expect((await call(again, "GET", "/readyz")).status).toBe(200);
    expect((await call(again, "GET", "/healthz")).body).toBe("ok\n");
  });
});

const envoy = [
  process.env.WEFT_ENVOY,
  ...(process.env.PATH ?? "").split(delimiter).map((path) => join(path, "envoy")),
].find((path) => path !== undefined && path !== "" && existsSync(path));

describe.skipIf(envoy === undefined)("a real Envoy (skipped without WEFT_ENVOY or envoy on PATH)", () => {
  test("takes the bootstrap, connects to the one port and acknowledges its first config", async () => {
    const plane = await createPlane();
    const relay = await ready(plane);
    const [port, outbound] = [await keptPort(), await keptPort()];
    const networking = {
      address: "127.0.0.1",
      inbound: [{ port, servicePort: 1, tags: { "kuma.io/service": "web", "kuma.io/protocol": "http" } }],
      outbound: [{ port: outbound, tags: { "kuma.io/service": "backend" } }],
    };
    const dataplaneResource = JSON.stringify({ type: "Dataplane", mesh: "default", name: "web-1", networking });
    const answer = await call(relay, "POST", "/bootstrap", await ask(plane, { dataplaneResource }));
    const config = JSON.parse(Buffer.from(JSON.parse(answer.body).bootstrap, "base64").toString());
    config.admin.address = { socketAddress: { address: "127.0.0.1", portValue: 0 } };
    const file = join(tempFolder(), "bootstrap.json");
    writeFileSync(file, JSON.stringify(config));
    execFileSync(envoy as string, ["--mode", "validate", "-c", file], { stdio: "ignore" });
    const args = ["-c", file, "--disable-hot-restart", "--concurrency", "1", "--log-level", "error"];
    const child = spawn(envoy as string, args, { stdio: "ignore" });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    atEnd(() => {
      child.kill("SIGKILL");
      return exited;
    });
    await until("it has acknowledged", () =>
      plane.reports.some(({ delivery }) => delivery?.acked === 1 && delivery.pending === 0 && delivery.nacked === 0),
    );
    expect(plane.joins[0]).toMatchObject({ owner: "stream", name: "web-1" });
  });
});
