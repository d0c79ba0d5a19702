// MeshServices of two zones, and the MeshMultiZoneService that gathers them: the own zone first, the other through its ingress.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { type Sidecar, strictMesh } from "#test/mesh.ts";
import { counterSum } from "#test/stats.ts";
import { httpGet, httpProgram, type Program, startLoad } from "#test/workload.ts";
import { apartLack, type BorderProxy, startZones, type TestZones } from "#test/zones.ts";

const lack = apartLack();

let world: TestZones;
let near: Program;
let far: Program;
let client: Sidecar;
let own: Sidecar;
let ingress: BorderProxy;

const [OF_ALL_ZONES, OF_WEST] = [0, 1];
const asked = async (index: number): Promise<void> => {
  const { status, body } = await httpGet(`${client.outbound(index)}/`);
  if (status !== 200) throw new Error(`${status} ${body}`);
};

describe.skipIf(lack !== null)(`two zones${lack === null ? "" : ` (${lack})`}`, () => {
  beforeAll(async () => {
    const mesh = { ...strictMesh(), meshServices: { mode: "Everywhere" } };
    world = await startZones(["east", "west"], { apart: true, mesh });
    await world.apply({
      type: "MeshMultiZoneService",
      mesh: "default",
      name: "backend",
      spec: {
        selector: { meshService: { matchLabels: { "kuma.io/display-name": "backend" } } },
        ports: [{ port: 8080, appProtocol: "http" }],
      },
    });
    [near, far] = [await httpProgram("near"), await httpProgram("far")];
    const [east, west] = [world.zone("east"), world.zone("west")];
    ingress = await west.ingress();
    own = await east.proxy({ name: "backend-1", service: "backend", program: near.port });
    await west.proxy({ name: "backend-2", service: "backend", program: far.port });
    client = await east.proxy({
      name: "web-1",
      service: "web",
      calls: [
        { kind: "MeshMultiZoneService", name: "backend", port: 8080 },
        { kind: "MeshService", labels: { "kuma.io/display-name": "backend", "kuma.io/zone": "west" }, port: 8080 },
      ],
    });
    for (const index of [OF_ALL_ZONES, OF_WEST]) await until("an answer", () => asked(index).then(() => true));
  });

  afterAll(async () => {
    await world?.close();
    for (const program of [near, far]) await program?.close();
  });

  test("a MeshService of the other zone leads there alone", async () => {
    const before = [near.count(), far.count()];
    for (let at = 0; at < 30; at++) await asked(OF_WEST);
    expect([near.count(), far.count()]).toEqual([before[0], (before[1] ?? 0) + 30]);
    expect(await counterSum(ingress, /^cluster\..*\.upstream_cx_total$/)).toBeGreaterThan(0);
    expect(far.lastHeaders()["x-forwarded-client-cert"]).toContain("spiffe://default/web");
  });

  test("that of all zones stays in the own one, until nobody is left there, and no request fails", async () => {
    await until("the own zone to be known", async () => {
      const before = near.count();
      await asked(OF_ALL_ZONES);
      return near.count() > before;
    });
    const before = far.count();
    for (let at = 0; at < 30; at++) await asked(OF_ALL_ZONES);
    expect(far.count()).toBe(before);
    const load = startLoad(() => asked(OF_ALL_ZONES));
    await until("some requests", () => load.good() > 50);
    await own.leave();
    const left = far.count();
    await until("the other zone to take over", () => far.count() > left + 50);
    const { bad, firstFailures } = await load.stop();
    expect({ bad, firstFailures }).toEqual({ bad: 0, firstFailures: [] });
  });
});
