// `weft inspect proxy`: what Envoy's admin interface and the relay say, in one answer.
import { join } from "node:path";
import { expect, test } from "vitest";
import { type EnvoyState, readEnvoyState } from "#cli/inspect/envoy-state.ts";
import { envoyText } from "#cli/inspect/envoy-text.ts";
import { httpServer } from "./http-server.ts";
import { run } from "./run.ts";
import { tempFolder, writeAt } from "./temp.ts";

/** As Envoy 1.40 answers, cut down to what is read. */
const ADMIN: Readonly<Record<string, unknown>> = {
  "/server_info": { version: "9e55/1.40.0/Clean/RELEASE/BoringSSL", state: "LIVE", uptime_current_epoch: "28s" },
  "/listeners": {
    listener_statuses: [{ name: "in", local_address: { socket_address: { address: "127.0.0.1", port_value: 80 } } }],
  },
  "/clusters": {
    cluster_statuses: [
      { name: "empty" },
      {
        name: "backend",
        host_statuses: [
          {
            address: { socket_address: { address: "10.0.0.1", port_value: 81 } },
            health_status: { eds_health_status: "HEALTHY" },
          },
          {
            address: { socket_address: { address: "10.0.0.2", port_value: 81 } },
            health_status: { failed_outlier_check: true, eds_health_status: "HEALTHY" },
          },
          { address: { pipe: { path: "/run/app" } }, health_status: { eds_health_status: "DRAINING" } },
        ],
      },
    ],
  },
  "/certs": {
    certificates: [
      {
        cert_chain: [
          {
            serial_number: "1",
            subject_alt_names: [{ uri: "spiffe://default/web" }, { dns: "web" }],
            expiration_time: "2030-01-01T00:00:00Z",
          },
        ],
      },
      {
        cert_chain: [
          {
            serial_number: "1",
            subject_alt_names: [{ uri: "spiffe://default/web" }],
            expiration_time: "2030-01-01T00:00:00Z",
          },
        ],
      },
      { cert_chain: [] },
    ],
  },
};
const STATS =
  "cluster_manager.cds.update_success: 3\ncluster_manager.cds.update_rejected: 1\nlistener_manager.lds.update_success: 2\ncontrol_plane.connected_state: 1\n";

async function get(path: string): Promise<string | undefined> {
  const name = path.split("?")[0]!;
  if (name === "/stats") return STATS;
  return ADMIN[name] === undefined ? undefined : JSON.stringify(ADMIN[name]);
}

test("an Envoy's answers become one plain value", async () => {
  expect(await readEnvoyState(get)).toEqual({
    version: "1.40.0",
    state: "LIVE",
    uptimeSeconds: 28,
    connected: true,
    updates: [
      { type: "clusters", accepted: 3, rejected: 1 },
      { type: "listeners", accepted: 2, rejected: 0 },
    ],
    listeners: [{ name: "in", address: "127.0.0.1:80" }],
    clusters: [
      { name: "empty", endpoints: [] },
      {
        name: "backend",
        endpoints: [
          { address: "10.0.0.1:81", health: "HEALTHY" },
          { address: "10.0.0.2:81", health: "failed_outlier_check" },
          { address: "/run/app", health: "DRAINING" },
        ],
      },
    ],
    certificates: [{ uris: ["spiffe://default/web"], expires: "2030-01-01T00:00:00Z" }],
  });
});

test("what is missing is left out, and an interface that does not answer is no state", async () => {
  const only = await readEnvoyState(async (path) => (path === "/server_info" ? '{"state":"INITIALIZING"}' : "no JSON"));
  expect(only).toMatchObject({
    state: "INITIALIZING",
    connected: false,
    listeners: [],
    clusters: [],
    certificates: [],
  });
  expect(await readEnvoyState(async () => undefined)).toBeUndefined();
});

/** A folder where a `weft up` (this process) runs one proxy, its Envoy's admin and its relay at one server. */
async function runningUp(relayUrl?: string) {
  const status = {
    zone: "local",
    controlPlane: "out of reach",
    snapshot: { sequence: 4, revision: 2, version: "v", meshes: ["default"] },
    proxies: [
      {
        mesh: "default",
        name: "web-1",
        owner: "stream",
        streams: 1,
        source: "compiled here",
        certificate: { until: Date.UTC(2026, 0, 2), by: "zone", problem: "it is without kuma://version/v1" },
      },
    ],
  };
  const server = await httpServer(({ path }) => {
    const overview = { type: "DataplaneOverview", name: "third-1" };
    const body =
      path === "/status" ? status : path.endsWith("/third-1/_overview") ? overview : ADMIN[path.split("?")[0]!];
    return body === undefined ? { status: 404, body: {} } : { status: 200, body };
  });
  const folder = tempFolder({ "ca.pem": "none: the relay of this test speaks plain HTTP" });
  writeAt(join(folder, "token"), "t");
  const address = relayUrl ?? server.url;
  const relay = { xds: address, api: address, ca: join(folder, "ca.pem") };
  const proxies = [{ name: "web-1", mesh: "default", admin: server.url }];
  const up = {
    controlPlane: { url: server.url },
    api: { url: `${server.url}/o/demo`, tokenFile: join(folder, "token") },
    demo: null,
    zones: [{ name: "local", relay }],
    proxies,
    pids: { up: process.pid },
  };
  writeAt(join(folder, ".weft/up.json"), JSON.stringify(up));
  return { cwd: folder, url: server.url };
}

test("a proxy of the running weft up is found by its name", async () => {
  const { cwd, url } = await runningUp();
  const ran = await run(["inspect", "proxy", "web-1"], { cwd });
  expect(ran.err).toBe("");
  expect(ran.out).toContain(
    "relay of zone local has 1 stream of it, config from its own compilation; revision 2, control plane out of reach\n",
  );
  expect(ran.out).toContain(
    "certificate from the zone, until 2026-01-02T00:00:00.000Z\nit is without kuma://version/v1\n",
  );
  expect(ran.out).toContain("backend  10.0.0.2:81  failed_outlier_check\n");
  const json = JSON.parse((await run(["inspect", "proxy", "web-1", "-o", "json"], { cwd })).out);
  expect(json).toMatchObject({
    name: "web-1",
    mesh: "default",
    relay: { answers: true, zone: "local", revision: 2, proxy: { streams: 1 } },
  });
  const byAdmin = await run(["inspect", "proxy", "web-1", "--admin", url], { cwd });
  expect(byAdmin.out, "--admin keeps the relay of the weft up that runs here").toContain("relay of zone local has 1 ");
});

test("a relay that does not answer is said", async () => {
  const { cwd } = await runningUp("http://127.0.0.1:1");
  const ran = await run(["inspect", "proxy", "web-1"], { cwd });
  expect([ran.code, ran.err]).toEqual([0, ""]);
  expect(ran.out).toContain("\nthe relay at http://127.0.0.1:1 does not answer\n");
  const json = JSON.parse((await run(["inspect", "proxy", "web-1", "-o", "json"], { cwd })).out);
  expect(json.relay).toEqual({ answers: false, url: "http://127.0.0.1:1" });
});

test("of a proxy that weft up did not start, control plane and relay tell what they know", async () => {
  const { cwd } = await runningUp();
  const ran = await run(["inspect", "proxy", "third-1"], { cwd });
  expect(ran.code).toBe(0);
  expect(ran.out).toBe(
    "third-1 in mesh default\nrelay of zone local does not know it; revision 2, control plane out of reach\ntype: DataplaneOverview\nname: third-1\n",
  );
  expect(ran.err).toBe("This is what control plane and relay know; --admin URL shows what its Envoy has.\n");
  const json = JSON.parse((await run(["inspect", "proxy", "third-1", "-o", "json"], { cwd })).out);
  expect(json).toMatchObject({ name: "third-1", admin: null, envoy: null, overview: { name: "third-1" } });
});

test("a name that is not there suggests the nearest", async () => {
  const { cwd, url } = await runningUp();
  const ran = await run(["inspect", "proxy", "wbe-1"], { cwd });
  expect(ran.code).toBe(5);
  expect(ran.err).toBe(
    `weft: there is no proxy wbe-1 in mesh default\n  where  ${url}/o/demo\n  fix    did you mean web-1? weft get dataplanes -m default lists those that there are\n`,
  );
});

test.each([
  [["--admin", "nonsense"], "weft: --admin nonsense is no URL\n"],
  [["--relay", "https://h:1"], "weft: --relay and --ca-cert-file go together\n"],
])("wrong flags %j", async (flags, what) => {
  const ran = await run(["inspect", "proxy", "web-1", ...flags]);
  expect([ran.code, ran.err.startsWith(what)]).toEqual([2, true]);
});

test("of a certificate's names people see who it is; one without SPIFFE ID is shown as it is", () => {
  const terminal = { out: () => {}, err: () => {}, input: async () => "", interactive: false, colour: false };
  const uris = ["spiffe://default/web", "kuma://kuma.io/service/web", "kuma://version/v1"];
  const state = (names: readonly string[]): EnvoyState => ({
    version: "1.40.0",
    state: "LIVE",
    uptimeSeconds: 1,
    connected: true,
    updates: [],
    listeners: [],
    clusters: [],
    certificates: [{ uris: names, expires: "2030-01-01T00:00:00Z" }],
  });
  const text = (names: readonly string[]): string => envoyText(terminal, state(names), 0);
  expect(text(uris)).toMatch(/^spiffe:\/\/default\/web {2}2030/m);
  expect(text(["urn:a", "urn:b"])).toMatch(/^urn:a, urn:b {2}2030/m);
});

test("inspect zone tells which proxies refuse what they were sent, each in one line", async () => {
  const relay = {
    id: "r1",
    zone: "east",
    revoked: false,
    online: true,
    lastContact: "2026-01-01T00:00:00Z",
    leftAt: null,
    way: null,
  };
  const laggards = [
    { proxy: "default.web-1", reason: "no such\nfilter\n" },
    { proxy: "default.web-2", reason: "its Envoy is not connected", connected: false },
  ];
  const newest = {
    zone: "east",
    relay: "r1",
    epoch: 1,
    sequence: 9,
    acked: 1,
    nacked: 1,
    pending: 1,
    laggards,
    at: "",
  };
  const older = { ...newest, sequence: 8, laggards: [{ proxy: "default.web-3", reason: "older" }] };
  const answers: readonly (readonly [RegExp, readonly object[]])[] = [
    [
      /\/zones\/east\/relays$/,
      [{ ...relay, enrolledAt: "", epoch: 1, sequence: 9, version: "", lastEvent: 1, address: "" }],
    ],
    [/\/zones\/east\/deliveries$/, [newest, older]],
  ];
  const server = await httpServer(({ path }) => {
    const place = path.replace(/\?.*/, "");
    if (place.endsWith("/zones/east")) return { status: 200, body: { type: "Zone", name: "east" } };
    const items = answers.find(([end]) => end.test(place))?.[1] ?? [];
    return { status: 200, body: { items, total: items.length, next: null } };
  });
  const { code, err } = await run(["inspect", "zone", "east", "--url", `${server.url}/o/demo`, "--token", "t"]);
  expect(code, err).toBe(0);
  expect(err.split("\n")).toContain(
    "1 of relay r1's proxies refuse what they were sent, and go on by what they had: default.web-1: no such filter. weft rollout list shows which revision it is.",
  );
});
