// Whether a zone's relays are there, as the control plane shows it, with relays that are real processes and are stopped and killed.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { httpProgram, type Program } from "#test/workload.ts";
import { startZones, type TestZone, type TestZones } from "#test/zones.ts";

let zones: TestZones;
let east: TestZone;
let program: Program;

interface Subscription {
  readonly id: string;
  readonly connectTime: string;
  readonly disconnectTime?: string;
}

interface Overview {
  readonly zoneInsight: { readonly subscriptions: readonly Subscription[] };
  readonly dataplanes: { readonly online: number; readonly total: number };
}

async function overview(): Promise<Overview> {
  return (await zones.api("GET", "zones+insights/east")) as Overview;
}

async function relays(): Promise<readonly { readonly online: boolean; readonly leftAt: string | null }[]> {
  return ((await zones.api("GET", "v1/zones/east/relays")) as { items: [] }).items;
}

/** As kumactl and the GUI read it: a subscription that has not ended. */
async function isOnline(): Promise<boolean> {
  const { subscriptions } = (await overview()).zoneInsight;
  return subscriptions.some(({ disconnectTime }) => disconnectTime === undefined);
}

beforeAll(async () => {
  zones = await startZones(["east"]);
  east = zones.zone("east");
  program = await httpProgram("backend");
  await east.proxy({ name: "backend-1", service: "backend", program: program.port });
});

afterAll(async () => {
  await zones?.close();
  await program?.close();
});

test("a relay that serves is online, and so is its proxy", async () => {
  await until("the zone online", isOnline);
  await until("its proxy online", async () => (await overview()).dataplanes.online === 1);
});

test("a relay that is stopped shows at once, and shows again when it is back", async () => {
  await east.stopRelay();
  expect(await isOnline()).toBe(false);
  expect(await relays()).toMatchObject([{ online: false, leftAt: expect.any(String) }]);
  const { connectTime = "" } = (await overview()).zoneInsight.subscriptions[0] ?? {};
  await east.startRelay();
  await until("the zone online again", isOnline);
  const [back] = (await overview()).zoneInsight.subscriptions;
  expect(Date.parse(back?.connectTime ?? "")).toBeGreaterThan(Date.parse(connectTime));
});

test("a relay that is killed shows within one held poll", async () => {
  await until("its proxy back", async () => (await overview()).dataplanes.online === 1);
  await east.killRelay();
  expect(await isOnline(), "nobody can know yet").toBe(true);
  await until("the zone offline", async () => !(await isOnline()), { timeoutMs: 60_000, everyMs: 500 });
  expect(await relays()).toMatchObject([{ online: false, leftAt: null }]);
  await east.startRelay();
  await until("the zone online again", isOnline);
});
