// Two relays of one zone: they share the proxies, any of them may die or hang, and what one sees the other shows, also while cut off.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import type { Sidecar } from "#test/mesh.ts";
import { endpointsOf } from "#test/stats.ts";
import { httpGet, httpProgram, type Load, type Program, startLoad } from "#test/workload.ts";
import { startZones, type TestZone, type TestZones } from "#test/zones.ts";

let zones: TestZones;
let east: TestZone;
let web: Sidecar;
let load: Load;
const programs: Program[] = [];
const backends: Sidecar[] = [];

const callBackend = async (): Promise<void> => {
  const { status, body } = await httpGet(`${web.outbound()}/`);
  if (status !== 200) throw new Error(`${status} ${body}`);
};

const isOpen = async (): Promise<boolean> => {
  await callBackend();
  return true;
};

async function addBackend(relay: number, token?: string): Promise<{ proxy: Sidecar; program: Program }> {
  const name = `backend-${backends.length + 1}`;
  const program = await httpProgram(name);
  programs.push(program);
  const options = { name, service: "backend", program: program.port, relay };
  const proxy = await east.proxy(token === undefined ? options : { ...options, token });
  backends.push(proxy);
  return { proxy, program };
}

/** The relay that has the proxy's stream; undefined while none has. */
async function relayOf(name: string, among: readonly number[] = [0, 1]): Promise<number | undefined> {
  for (const index of among) {
    const { proxies } = await east.relayStatus(index);
    if (proxies.some((one) => one.name === name && one.streams > 0)) return index;
  }
  return undefined;
}

const inTouch = (): Promise<unknown> =>
  until("both relays to be in touch, with the newest view", async () => {
    const both = [await east.relayStatus(0), await east.relayStatus(1)];
    return both.every(
      ({ replicas, view, snapshot }) => replicas[0]?.inTouch === true && view.sequence === snapshot?.sequence,
    );
  });

/** Ends the load, which must have met no failure. */
async function stopLoad(): Promise<void> {
  const { firstFailures, bad } = await load.stop(100);
  // What failed is over by now: only the relays' own words may tell why.
  if (bad > 0) for (const index of [0, 1]) console.log(`relay ${index}:\n${east.relay(index).child.output()}`);
  expect(firstFailures).toEqual([]);
  expect(bad).toBe(0);
}

beforeAll(async () => {
  zones = await startZones(["east"]);
  east = zones.zone("east");
  await east.addRelay();
  await inTouch();
  await addBackend(0);
  await addBackend(1);
  web = await east.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", isOpen);
  await until("both instances", async () => (await endpointsOf(web, "backend")).length === 2);
});

afterAll(async () => {
  await load?.stop();
  await zones?.close();
  for (const program of programs) await program.close();
});

// These steps are one story, told in order.
test("a proxy knows both relays, whichever it has asked", async () => {
  for (const proxy of [web, ...backends]) {
    const dump = JSON.stringify((await proxy.configDump()).configs);
    for (const index of [0, 1]) expect(dump).toContain(`"port_value":${new URL(east.relay(index).api).port}`);
  }
});

test("a relay is killed: its proxies go on at the other, changes arrive, no request fails", async () => {
  load = startLoad(callBackend, 2, 10);
  const dead = (await relayOf("web-1")) ?? 0;
  const left = 1 - dead;
  await east.killRelay(dead);
  await until("all streams at the relay that is left", async () => (await east.relayStatus(left)).streams === 3, {
    explain: () => east.relay(left).child.output(),
  });
  const { program } = await addBackend(left);
  await until("traffic at a newcomer", () => program.count() > 5);
  await until("all three to be known", async () => (await endpointsOf(web, "backend")).length === 3);
  await stopLoad();
  await east.startRelay(dead);
  await inTouch();
});

test("a relay hangs: its proxies leave it for the other, no request fails", async () => {
  load = startLoad(callBackend, 2, 10);
  const hung = (await relayOf("web-1")) ?? 0;
  process.kill(east.relay(hung).child.pid, "SIGSTOP");
  try {
    await until("the stream at the other relay", async () => (await relayOf("web-1", [1 - hung])) !== undefined);
    const before = load.good();
    await until("requests meanwhile", () => load.good() > before + 50);
  } finally {
    process.kill(east.relay(hung).child.pid, "SIGCONT");
  }
  await stopLoad();
  await inTouch();
});

test("without a control plane a newcomer at one relay is reached by proxies of the other, and its leave is heard there", async () => {
  const tokens = await Promise.all(
    Array.from({ length: 20 }, (_, index) => zones.dataplaneToken("default", `backend-${index + 4}`)),
  );
  await inTouch();
  load = startLoad(callBackend, 2, 10);
  await zones.killControlPlane();
  const at = await relayOf("web-1");
  // Envoy begins at a random relay, so that it takes some until one is at the other: all 20 at one is never.
  let far: { proxy: Sidecar; program: Program } | undefined;
  for (const token of tokens) {
    const made = await addBackend(0, token);
    await until("traffic at the newcomer", () => made.program.count() > 3);
    if ((await relayOf(made.proxy.name)) !== at) far = made;
    if (far !== undefined) break;
  }
  expect(far).toBeDefined();
  await far!.proxy.leave();
  await until("its endpoint to be gone", async () => !(await endpointsOf(web, "backend")).includes(far!.proxy.inbound));
  await stopLoad();
});

test("without a control plane and with one relay dead, the other restarts from disk and knows what both knew", async () => {
  load = startLoad(callBackend, 2, 10);
  const expected = await endpointsOf(web, "backend");
  const dead = (await relayOf("web-1")) ?? 0;
  await east.killRelay(dead);
  await until("the stream at the other relay", async () => (await relayOf("web-1", [1 - dead])) !== undefined);
  await east.killRelay(1 - dead);
  await east.startRelay(1 - dead);
  await until("the stream at the restarted relay", async () => (await relayOf("web-1", [1 - dead])) !== undefined);
  await web.restartEnvoy();
  await load.stop();
  await until("the path to be open", isOpen);
  // What is missing has been taken for gone: the relay's words tell why.
  expect(await endpointsOf(web, "backend"), east.relay(1 - dead).child.output()).toEqual(expected);
  await east.startRelay(dead);
});

test("the control plane is back: both report, and it knows what lives", async () => {
  load = startLoad(callBackend, 2, 10);
  await zones.startControlPlane();
  let known: readonly string[] = [];
  const living = [...(await endpointsOf(web, "backend"))].sort();
  const explain = (): string =>
    `known: ${known}\nliving: ${living}\n${east.relay(0).child.output()}${east.relay(1).child.output()}`;
  await until(
    "all of it centrally",
    async () => {
      const { items } = (await zones.api("GET", "meshes/default/dataplanes")) as {
        items: { name: string; networking: { address: string; inbound: { port: number; state?: string }[] } }[];
      };
      known = items
        .filter(({ name }) => name.startsWith("backend"))
        .filter(({ networking }) => networking.inbound[0]?.state !== "NotReady")
        .map(({ networking }) => `${networking.address}:${networking.inbound[0]?.port}`)
        .sort();
      return JSON.stringify(known) === JSON.stringify(living);
    },
    { explain },
  );
  await until("nothing is left to report", async () => {
    const both = [await east.relayStatus(0), await east.relayStatus(1)];
    return both.every(({ eventsPending }) => eventsPending === 0);
  });
  expect(await endpointsOf(web, "backend")).toEqual(living);
  await stopLoad();
});
