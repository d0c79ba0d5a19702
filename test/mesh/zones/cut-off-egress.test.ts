// Egresses come and go while the zone has no control plane: what leaves the mesh and what goes to another zone follows at once.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { type Sidecar, strictMesh } from "#test/mesh.ts";
import { counterSum, endpointsOf } from "#test/stats.ts";
import { httpGet, httpProgram, type Load, type Program, startLoad } from "#test/workload.ts";
import { type BorderProxy, startZones, type TestZone, type TestZones } from "#test/zones.ts";

const BANK = "default_bank___extsvc_80";

let zones: TestZones;
let east: TestZone;
let web: Sidecar;
let bank: Program;
let remote: Program;
let load: Load;
let second: BorderProxy;
const egresses: BorderProxy[] = [];

const call = async (index: number, name: string): Promise<void> => {
  const { status, body } = await httpGet(`${web.outbound(index)}/`);
  if (status !== 200 || !body.startsWith(name)) throw new Error(`${name}: ${status} ${body}`);
};
const both = async (): Promise<boolean> => {
  await call(0, "bank");
  await call(1, "remote-1");
  return true;
};
const ways = async (): Promise<readonly string[]> => [...(await endpointsOf(web, BANK))].sort();
const waysAre = (...wanted: readonly BorderProxy[]): Promise<unknown> =>
  until(
    "the ways out",
    async () => {
      const places = wanted.map(({ place }) => place).sort();
      const remotes = [...(await endpointsOf(web, "remote"))].sort();
      return `${await ways()} ${remotes}` === `${places} ${places}`;
    },
    { explain: () => east.relay().child.output() },
  );
const passed = (egress: BorderProxy): Promise<number> =>
  counterSum(egress, new RegExp(`^cluster\\.${BANK}\\.upstream_rq_total$`));

/** How often the endpoints of what web calls became others. */
const changes = (): Promise<number> =>
  counterSum(web, /^cluster\.(default_bank___extsvc_80|remote)\.membership_change$/);

const tokens = new Map<string, string>();
const joins = async (name: string, port: number): Promise<BorderProxy> => {
  const token = tokens.get(name);
  const made = await east.egress({ name, port, ...(token !== undefined && { token }) });
  egresses.push(made);
  return made;
};

async function stopLoad(): Promise<void> {
  const { firstFailures, bad, good } = await load.stop();
  expect(firstFailures).toEqual([]);
  expect(bad).toBe(0);
  expect(good).toBeGreaterThan(50);
}

beforeAll(async () => {
  zones = await startZones(["east", "west"], { mesh: { ...strictMesh(), routing: { zoneEgress: true } } });
  east = zones.zone("east");
  [bank, remote] = await Promise.all([httpProgram("bank"), httpProgram("remote-1")]);
  await zones.apply({
    type: "MeshExternalService",
    mesh: "default",
    name: "bank",
    spec: {
      match: { type: "HostnameGenerator", port: 80, protocol: "http" },
      endpoints: [{ address: "127.0.0.1", port: bank.port }],
    },
  });
  const west = zones.zone("west");
  await west.ingress();
  await west.proxy({ name: "remote-1", service: "remote", program: remote.port });
  const first = await joins("ze-1", 10_102);
  web = await east.proxy({
    name: "web-1",
    service: "web",
    calls: [{ kind: "MeshExternalService", name: "bank", port: 80 }, "remote"],
  });
  await until("both paths to be open", both);
  await waysAre(first);
  for (const name of ["ze-2", "ze-3"])
    tokens.set(
      name,
      String(await zones.api("POST", "tokens/zone", { zone: "east", scope: ["egress"], validFor: "1h" })),
    );
});

afterAll(async () => {
  await load?.stop();
  await zones?.close();
  await bank?.close();
  await remote?.close();
});

// These steps are one story, told in order.
test("without a control plane a second egress joins, and its clients send it their share", async () => {
  await until("the relay to hold the newest view", async () => {
    const { view, snapshot, proxies, eventsPending } = await east.relayStatus();
    return view.sequence === snapshot?.sequence && eventsPending === 0 && proxies.every(({ ready }) => ready);
  });
  load = startLoad(async () => void (await both()), 2, 10);
  await zones.killControlPlane();
  await until("the relay to notice", async () => (await east.relayStatus()).controlPlane === "out of reach");
  second = await joins("ze-2", 10_103);
  await waysAre(egresses[0]!, second);
  await until("requests through it", async () => (await passed(second)) > 10);
});

test("the first leaves, and everything goes through the second", async () => {
  await egresses[0]!.leave();
  await waysAre(second);
  const [before, served] = [await passed(second), bank.count()];
  await until("requests meanwhile", () => bank.count() > served + 20);
  // Two may have been on their way when counting began.
  expect(await passed(second)).toBeGreaterThan(before + 18);
  await stopLoad();
});

test("one that dies without a word is nobody's way out when its grace is over", async () => {
  const third = await joins("ze-3", 10_104);
  await waysAre(second, third);
  await third.die();
  await waysAre(second);
  await both();
});

test("the relay starts again from its disk, and knows the ways out as they were", async () => {
  load = startLoad(async () => void (await both()), 2, 10);
  await east.killRelay();
  await east.startRelay();
  await until("streams at the restarted relay", async () => (await east.relayStatus()).streams >= 2);
  await web.restartEnvoy();
  await load.stop();
  await until("both paths to be open", both);
  await waysAre(second);
});

test("the control plane is back: it knows who is there, nothing changes for clients, and no request fails", async () => {
  load = startLoad(async () => void (await both()), 2, 10);
  const before = await changes();
  await zones.startControlPlane();
  await until("all of it centrally", async () => {
    const { items } = (await zones.api("GET", "zoneegresses")) as { items: { name: string }[] };
    return items.map(({ name }) => name).join() === "ze-2";
  });
  await until("the relay to be up to date", async () => {
    const { view, snapshot, eventsPending } = await east.relayStatus();
    return eventsPending === 0 && view.sequence === snapshot?.sequence;
  });
  await waysAre(second);
  await until("requests meanwhile", () => load.good() > 50);
  expect(await changes()).toBe(before);
  await stopLoad();
});
