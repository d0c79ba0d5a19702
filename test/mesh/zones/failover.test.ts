// The last instance of a zone goes and comes back: its clients go to the other zone and return, and no request fails.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "#test/child.ts";
import type { Sidecar } from "#test/mesh.ts";
import { counterSum, endpointsOf } from "#test/stats.ts";
import { httpGet, httpProgram, type Program, startLoad } from "#test/workload.ts";
import { apartLack, type BorderProxy, startZones, type TestZones } from "#test/zones.ts";

const lack = apartLack();

let world: TestZones;
let near: Program;
let far: Program;
let client: Sidecar;
let ingress: BorderProxy;

const backend = (): Promise<Sidecar> =>
  world.zone("east").proxy({ name: "backend-1", service: "backend", program: near.port });

const asked = async (): Promise<void> => {
  const { status, body } = await httpGet(`${client.outbound()}/`);
  if (status !== 200) throw new Error(`${status} ${body}`);
};

describe.skipIf(lack !== null)(`two zones${lack === null ? "" : ` (${lack})`}`, () => {
  beforeAll(async () => {
    world = await startZones(["east", "west"], { apart: true });
    [near, far] = [await httpProgram("near"), await httpProgram("far")];
    const west = world.zone("west");
    ingress = await west.ingress();
    await west.proxy({ name: "backend-2", service: "backend", program: far.port });
    client = await world.zone("east").proxy({ name: "web-1", service: "web", calls: ["backend"] });
    await world.apply({
      type: "MeshLoadBalancingStrategy",
      mesh: "default",
      name: "near-first",
      spec: {
        targetRef: { kind: "Mesh" },
        to: [
          {
            targetRef: { kind: "Mesh" },
            default: { localityAwareness: { crossZone: { failover: [{ to: { type: "Only", zones: ["west"] } }] } } },
          },
        ],
      },
    });
    await until("the other zone to answer", async () => (await httpGet(`${client.outbound()}/`)).status === 200);
  });

  afterAll(async () => {
    await world?.close();
    for (const program of [near, far]) await program?.close();
  });

  test("goes to its own zone while there is somebody, else to the other, and returns", async () => {
    const own = await backend();
    await until("both zones to be known", async () => (await endpointsOf(client, "backend")).length === 2);
    const load = startLoad(asked);
    // Requests that went to the other zone before may still be on their way.
    await until("the own zone alone to answer", async () => {
      const [farBefore, nearBefore] = [far.count(), near.count()];
      await until("some requests", () => near.count() > nearBefore + 50 || far.count() > farBefore);
      return far.count() === farBefore;
    });

    await own.leave();
    await until("the other zone to be all there is", async () => (await endpointsOf(client, "backend")).length === 1);
    const farAway = far.count();
    await until("the other zone to take over", () => far.count() > farAway + 50);

    await backend();
    const [back, returned] = [near.count(), await counterSum(ingress, /^cluster\..*backend.*\.upstream_cx_total$/)];
    await until("the own zone to have it back", () => near.count() > back + 50);
    expect(returned).toBeGreaterThan(0);
    const { bad, firstFailures } = await load.stop(150);
    expect({ bad, firstFailures }).toEqual({ bad: 0, firstFailures: [] });
    const settled = far.count();
    for (let at = 0; at < 20; at++) await asked();
    expect(far.count()).toBe(settled);
  });

  test("an ingress that dies leaves the own zone untouched", async () => {
    const load = startLoad(asked);
    await ingress.die();
    const before = near.count();
    await until("some requests", () => near.count() > before + 50);
    const { bad, firstFailures } = await load.stop();
    expect({ bad, firstFailures }).toEqual({ bad: 0, firstFailures: [] });
  });
});
