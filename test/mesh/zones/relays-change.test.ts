// Relays that are added to a zone, and removed from it, reach the proxies that run: without a restart of Envoy, and no request fails.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import type { Sidecar } from "#test/mesh.ts";
import { httpGet, httpProgram, type Load, type Program, startLoad } from "#test/workload.ts";
import { startZones, type TestZone, type TestZones } from "#test/zones.ts";

let zones: TestZones;
let east: TestZone;
let web: Sidecar;
let backend: Sidecar;
let program: Program;
let load: Load;
let pids: readonly number[];

const call = async (): Promise<void> => {
  const { status, body } = await httpGet(`${web.outbound()}/`);
  if (status !== 200) throw new Error(`${status} ${body}`);
};

/** Ports of the relays that the proxy's Envoy knows. */
async function portsOf(proxy: Sidecar): Promise<readonly string[]> {
  const text = await proxy.admin("/clusters");
  return [...new Set([...text.matchAll(/^ads_cluster::\S+:(\d+)::cx_active/gm)].map(([, port = ""]) => port))].sort();
}

const portOf = (index: number): string => new URL(east.relay(index).api).port;

const knows = (proxy: Sidecar, ...relays: readonly number[]): Promise<unknown> =>
  until(
    `${proxy.name} to know the relays ${relays}`,
    async () => (await portsOf(proxy)).join() === relays.map(portOf).sort().join(),
    { explain: () => proxy.output() },
  );

const streams = (index: number, count: number): Promise<unknown> =>
  until(`${count} streams at relay ${index}`, async () => (await east.relayStatus(index)).streams === count, {
    explain: () => `${web.output()}\n${east.relay(index).child.output()}`,
  });

async function stopLoad(): Promise<void> {
  const { firstFailures, bad, good } = await load.stop();
  expect(firstFailures).toEqual([]);
  expect(bad).toBe(0);
  expect(good).toBeGreaterThan(50);
  expect([web.envoyPid(), backend.envoyPid()]).toEqual(pids);
}

beforeAll(async () => {
  zones = await startZones(["east"]);
  east = zones.zone("east");
  program = await httpProgram("backend-1");
  const args = ["--relay-check", "1"];
  backend = await east.proxy({ name: "backend-1", service: "backend", program: program.port, args });
  web = await east.proxy({ name: "web-1", service: "web", calls: ["backend"], args });
  await until("the path to be open", async () => {
    await call();
    return true;
  });
  pids = [web.envoyPid(), backend.envoyPid()];
});

afterAll(async () => {
  await load?.stop();
  await zones?.close();
  await program?.close();
});

// These steps are one story, told in order.
test("a second relay is enrolled, the first is killed: proxies that knew one alone go on at the other", async () => {
  await knows(web, 0);
  load = startLoad(call, 2, 10);
  await east.addRelay();
  await Promise.all([knows(web, 0, 1), knows(backend, 0, 1)]);
  await streams(0, 2);
  await east.killRelay(0);
  await streams(1, 2);
  await stopLoad();
});

test("a change that is made there arrives", async () => {
  await zones.remove("meshes/default/meshtrafficpermissions/allow-all");
  await until("a policy change to arrive", async () => (await httpGet(`${web.outbound()}/`)).status === 403);
});

test("a relay that is revoked is forgotten, also by the program beside Envoy", async () => {
  const { relay } = await gone(0);
  expect(relay).not.toBe("");
  await Promise.all([knows(web, 1), knows(backend, 1)]);
  expect([web.envoyPid(), backend.envoyPid()]).toEqual(pids);
});

test("a proxy whose first relay is gone leaves in order by the one that it has learned of", async () => {
  await backend.leave();
  await until("it to be gone centrally", async () => {
    const { items } = (await zones.api("GET", "meshes/default/dataplanes")) as { items: { name: string }[] };
    return items.map(({ name }) => name).join() === "web-1";
  });
});

/** Revokes the nth relay. */
async function gone(index: number): Promise<{ readonly relay: string }> {
  const other = await east.relayStatus(1 - index);
  const relay = other.replicas[0]?.relay ?? "";
  await zones.api("DELETE", `v1/zones/east/relays/${relay}`);
  return { relay };
}
