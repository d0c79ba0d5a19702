// Whether a zone's relays are there, as the control plane shows it, with relays that are real processes and are stopped and killed.
import { readFileSync } from "node:fs";
import { request } from "node:https";
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

function headersOf(token: string, body: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
  };
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

test("a proxy that is registered by hand and has no Envoy is pending, and not online", async () => {
  const dataplane = {
    ...{ type: "Dataplane", mesh: "default", name: "silent-1" },
    networking: { address: "127.0.0.1", inbound: [{ port: 10_999, tags: { "kuma.io/service": "silent" } }] },
  };
  const token = await zones.dataplaneToken("default", "silent-1");
  const call = async (method: "PUT" | "DELETE", body: string) => {
    const { api, caFile } = east.relay();
    const options = { ca: readFileSync(caFile), method, headers: headersOf(token, body) };
    return new Promise<number>((resolve, reject) => {
      const asked = request(`${api}/meshes/default/dataplanes/silent-1`, options, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      asked.on("error", reject).end(body);
    });
  };
  const newest = async () => {
    const { items } = (await zones.api("GET", "v1/zones/east/deliveries")) as {
      items: { acked: number; pending: number; laggards: unknown[] }[];
    };
    return items[0];
  };
  expect(await call("PUT", JSON.stringify(dataplane))).toBe(201);
  // For a moment the other one may be pending, too, or alone in the delivery before.
  await expect.poll(newest).toMatchObject({
    pending: 1,
    laggards: [{ proxy: "default.silent-1", reason: "its Envoy is not connected", connected: false }],
  });
  await expect.poll(async () => (await overview()).dataplanes).toEqual({ online: 1, total: 2 });
  expect(await call("DELETE", "")).toBe(200);
  await until("nobody to be pending", async () => (await newest())?.pending === 0);
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
  await until("the zone offline", async () => !(await isOnline()), { everyMs: 500 });
  expect(await relays()).toMatchObject([{ online: false, leftAt: null }]);
  await east.startRelay();
  await until("the zone online again", isOnline);
});
