// A zone without its control plane, while everything else in it restarts: the relay, Envoys, programs; proxies join, leave, and change their health.
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import type { Sidecar } from "#test/mesh.ts";
import { curled } from "#test/proxy.ts";
import { endpointsOf } from "#test/stats.ts";
import { httpGet, httpProgram, type Load, type Program, startLoad } from "#test/workload.ts";
import { startZones, type TestZone, type TestZones } from "#test/zones.ts";

let zones: TestZones;
let east: TestZone;
let web: Sidecar;
let first: Sidecar;
let second: Sidecar;
let newcomer: { readonly proxy: Sidecar; readonly program: Program };
let load: Load;
const programs: Program[] = [];

const callBackend = async (): Promise<void> => {
  const { status, body } = await httpGet(`${web.outbound()}/`);
  if (status !== 200) throw new Error(`${status} ${body}`);
};
const callRemote = async (): Promise<void> => {
  const { status, body } = await httpGet(`${web.outbound(1)}/`);
  if (status !== 200 || !body.startsWith("remote-1")) throw new Error(`${status} ${body}`);
};
const opens = (call: () => Promise<void>) => async (): Promise<boolean> => {
  await call();
  return true;
};

async function backend(name: string, token?: string): Promise<{ proxy: Sidecar; program: Program }> {
  const program = await httpProgram(name);
  programs.push(program);
  const options = { name, service: "backend", program: program.port };
  return { proxy: await east.proxy(token === undefined ? options : { ...options, token }), program };
}

const startBoth = (): Load =>
  startLoad(
    async () => {
      await callBackend();
      await callRemote();
    },
    2,
    10,
  );

async function stopLoad(): Promise<void> {
  const { firstFailures, bad } = await load.stop(50);
  expect(firstFailures).toEqual([]);
  expect(bad).toBe(0);
}

async function metric(name: string): Promise<number> {
  const { api, caFile } = east.relay();
  const text = await curled(east.network.enter, `${api}/metrics`, "--cacert", caFile);
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

/** Of every version that the relay has served: epoch, then sequence, which never fall. */
const served: (readonly [number, number])[] = [];
async function note(): Promise<void> {
  const { snapshot } = await east.relayStatus();
  if (snapshot === null) return;
  const { epoch = 0, sequence } = snapshot as { readonly epoch?: number; readonly sequence: number };
  served.push([epoch, sequence]);
}

beforeAll(async () => {
  zones = await startZones(["east", "west"]);
  east = zones.zone("east");
  const west = zones.zone("west");
  const remote = await httpProgram("remote-1");
  programs.push(remote);
  await west.ingress();
  await west.proxy({ name: "remote-1", service: "remote", program: remote.port });
  ({ proxy: first } = await backend("backend-1"));
  ({ proxy: second } = await backend("backend-2"));
  web = await east.proxy({ name: "web-1", service: "web", calls: ["backend", "remote"] });
  await until("both paths to be open", opens(callBackend));
  await until("the path to the other zone", opens(callRemote));
});

afterAll(async () => {
  await load?.stop();
  await zones?.close();
  for (const program of programs) await program.close();
});

// These steps are one story, told in order.
test("the control plane is gone: requests go on, to the other zone too, and the relay tells how old its picture is", async () => {
  // Made before, as a scaling group would hold one.
  const token = await zones.dataplaneToken("default", "backend-3");
  await until("the relay to hold the newest view", async () => {
    const { view, snapshot, proxies, eventsPending } = await east.relayStatus();
    return view.sequence === snapshot?.sequence && eventsPending === 0 && proxies.every(({ ready }) => ready);
  });
  await note();
  load = startBoth();
  await zones.killControlPlane();
  await until("the relay to notice", async () => (await east.relayStatus()).controlPlane === "out of reach");
  await until("its age to be told", async () => (await east.relayStatus()).contact.secondsCutOff > 0);
  expect(await metric("weft_relay_control_plane_reached")).toBe(0);

  newcomer = await backend("backend-3", token);
  await until("traffic at a newcomer", () => newcomer.program.count() > 5);
  expect(await metric("weft_relay_events_pending")).toBeGreaterThan(0);
  await note();
});

test("one leaves in order, and its peers hear of it", async () => {
  await second.leave();
  await until("its endpoint to be gone", async () => !(await endpointsOf(web, "backend")).includes(second.inbound));
  await stopLoad();
});

test("one dies without a word: peers hear of it after its grace, as its health has changed", async () => {
  await first.die();
  await until("its endpoint to be gone", async () => !(await endpointsOf(web, "backend")).includes(first.inbound));
  load = startBoth();
});

test("the relay is killed and starts again from its disk; no request fails, and it still knows since when it is cut off", async () => {
  const { contact } = await east.relayStatus();
  await east.killRelay();
  await east.startRelay();
  await until("streams at the restarted relay", async () => (await east.relayStatus()).streams >= 2);
  expect((await east.relayStatus()).contact.at).toBe(contact.at);
  expect(await endpointsOf(web, "backend")).toEqual([newcomer.proxy.inbound]);
  await note();
  await stopLoad();
});

test("Envoys restart, of the newcomer and of the client, and get their config from the relay", async () => {
  await newcomer.proxy.restartEnvoy();
  await web.restartEnvoy();
  await until("the path to be open", opens(callBackend));
  await until("the path to the other zone", opens(callRemote));
  expect(await endpointsOf(web, "backend")).toEqual([newcomer.proxy.inbound]);
  load = startBoth();
});

test("policies cannot be edited at the relay, which says where to go", async () => {
  const { api, caFile } = east.relay();
  const put = ["--cacert", caFile, "-X", "PUT", "-d", "{}", "--no-fail", "-w", "%{http_code}"];
  const answer = await curled(east.network.enter, `${api}/meshes/default/meshtimeouts/slow`, ...put);
  expect(answer).toMatch(/405$/);
  expect(answer).toContain("edited at the control plane, http://");
  expect(answer).toContain("out of reach");
  await until("requests meanwhile", () => load.good() > 50);
  await stopLoad();
});

test("a relay whose newest snapshot was damaged meanwhile serves the one before, and counts it", async () => {
  load = startBoth();
  await east.killRelay();
  const path = join(zones.folder, "east", "relay-0", "snapshot", "current.json");
  truncateSync(path, 100);
  await east.startRelay();
  expect(await metric("weft_relay_damaged_files_total")).toBe(1);
  await until("streams at the restarted relay", async () => (await east.relayStatus()).streams >= 2);
});

test("the control plane is back: both sides converge, no request fails, and versions never fall", async () => {
  await zones.startControlPlane();
  await until("all of it centrally", async () => {
    const { items } = (await zones.api("GET", "meshes/default/dataplanes")) as { items: { name: string }[] };
    return (
      JSON.stringify(items.map(({ name }) => name).sort()) === JSON.stringify(["backend-3", "remote-1", "web-1"].sort())
    );
  });
  await until("nothing is left to report", async () => (await east.relayStatus()).eventsPending === 0);
  await until("the relay to be up to date", async () => {
    const { view, snapshot, contact } = await east.relayStatus();
    return view.sequence === snapshot?.sequence && contact.secondsCutOff === 0;
  });
  expect(await endpointsOf(web, "backend")).toEqual([newcomer.proxy.inbound]);
  await note();
  const sorted = [...served].sort(([a, b], [c, d]) => a - c || b - d);
  expect(served).toEqual(sorted);
  await stopLoad();
  await zones.remove("meshes/default/meshtrafficpermissions/allow-all");
  await until("a policy change to arrive", async () => (await httpGet(`${web.outbound()}/`)).status === 403);
});
