// Dataplanes that serve their zone: where real resources alone lead anywhere, one of them lets in what another zone calls, and lets out what leaves.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { type Resource, type Sidecar, strictMesh } from "#test/mesh.ts";
import { counterSum, endpointsOf } from "#test/stats.ts";
import { httpGet, httpProgram, type Program, startLoad } from "#test/workload.ts";
import { apartLack, startZones, type TestZone, type TestZones } from "#test/zones.ts";

const lack = apartLack();

const IN = 10_011;
const OUT = 10_012;
const [OF_ALL_ZONES, OF_WEST, OUTSIDE] = [0, 1, 2];
/** What clients know by the older names the gates know by those of resources. */
const BACKEND_OF_WEST = { called: "default_backend__west_msvc_8080", served: "kri_msvc_default_west__backend_8080" };
const BANK = { called: "default_bank___extsvc_443", served: "kri_extsvc_default___bank_443" };

let world: TestZones;
let near: Program;
let far: Program;
let bank: Program;
let web: Sidecar;
let shop: Sidecar;
let own: Sidecar;
let eastGate: Sidecar;
let westGate: Sidecar;

const gate = (zone: TestZone): Promise<Sidecar> =>
  zone.proxy({
    name: `gate-${zone.name}`,
    service: "gate",
    labels: { app: "gate" },
    listeners: [
      { type: "ZoneIngress", port: IN, name: "in" },
      { type: "ZoneEgress", port: OUT, name: "out" },
    ],
  });
/** Made in the zone whose way in it is. */
const address = (zone: TestZone): Resource => ({
  type: "MeshZoneAddress",
  mesh: "default",
  name: `into-${zone.name}`,
  labels: { "kuma.io/origin": "zone", "kuma.io/zone": zone.name },
  spec: { address: zone.network.outer, port: IN },
});
const letIn = (name: string, labels: object, service: string): Resource => ({
  type: "MeshTrafficPermission",
  mesh: "default",
  name,
  spec: {
    targetRef: { kind: "Dataplane", labels },
    rules: [
      {
        default: {
          allow: [
            {
              spiffeID: { type: "Exact", value: `spiffe://default/${service}` },
              sni: { type: "Exact", value: BANK_SNI },
            },
          ],
        },
      },
    ],
  },
});
const BANK_SNI = "sni.extsvc.default.bank.443";
const FORMAT = "%KUMA_ZONE% %KUMA_TRAFFIC_DIRECTION% %KUMA_DESTINATION_SERVICE% %RESPONSE_CODE% %REQ(:PATH)%";
const asked = async (from: Sidecar, index: number): Promise<void> => {
  const { status, body } = await httpGet(`${from.outbound(index)}/`);
  if (status !== 200) throw new Error(`${status} ${body}`);
};
const answers = (from: Sidecar, index: number, status: number): Promise<unknown> =>
  until(
    `${from.name} to get ${status} of its call ${index}`,
    async () => (await httpGet(`${from.outbound(index)}/`)).status === status,
    { explain: () => `${eastGate.output()}\n${westGate.output()}` },
  );
const requests = (at: Sidecar, cluster: string, counted: string): Promise<number> =>
  counterSum(at, new RegExp(`^cluster\\.${cluster}\\.${counted}$`));

describe.skipIf(lack !== null)(`two zones${lack === null ? "" : ` (${lack})`}`, () => {
  beforeAll(async () => {
    world = await startZones(["east", "west"], {
      apart: true,
      mesh: { ...strictMesh(), meshServices: { mode: "Exclusive" } },
    });
    const [east, west] = [world.zone("east"), world.zone("west")];
    [near, far, bank] = [await httpProgram("near"), await httpProgram("far"), await httpProgram("bank")];
    await east.network.offer(bank.port);
    await world.apply(
      address(west),
      {
        type: "MeshMultiZoneService",
        mesh: "default",
        name: "backend",
        spec: {
          selector: { meshService: { matchLabels: { "kuma.io/display-name": "backend" } } },
          ports: [{ port: 8080, appProtocol: "http" }],
        },
      },
      {
        type: "MeshExternalService",
        mesh: "default",
        name: "bank",
        spec: {
          match: { type: "HostnameGenerator", port: 443, protocol: "http" },
          endpoints: [{ address: east.network.host, port: bank.port }],
        },
      },
    );
    const calls = [
      { kind: "MeshMultiZoneService", name: "backend", port: 8080 },
      { kind: "MeshService", labels: { "kuma.io/display-name": "backend", "kuma.io/zone": "west" }, port: 8080 },
      { kind: "MeshExternalService", name: "bank", port: 443 },
    ] as const;
    [eastGate, westGate, own] = await Promise.all([
      gate(east),
      gate(west),
      east.proxy({ name: "backend-1", service: "backend", program: near.port }),
      west.proxy({ name: "backend-2", service: "backend", program: far.port }),
    ]);
    [web, shop] = await Promise.all([
      east.proxy({ name: "web-1", service: "web", calls }),
      east.proxy({ name: "shop-1", service: "shop", calls }),
    ]);
    for (const index of [OF_ALL_ZONES, OF_WEST, OUTSIDE]) await answers(web, index, 200);
  });

  afterAll(async () => {
    await world?.close();
    for (const program of [near, far, bank]) await program?.close();
  });

  test("the other zone's MeshService is reached at its MeshZoneAddress, by mTLS that nobody opens on the way", async () => {
    const before = [near.count(), far.count()];
    for (let at = 0; at < 30; at++) await asked(web, OF_WEST);
    expect([near.count(), far.count()]).toEqual([before[0], (before[1] ?? 0) + 30]);
    expect(await endpointsOf(web, BACKEND_OF_WEST.called)).toEqual([`${world.zone("west").network.outer}:${IN}`]);
    expect(await requests(westGate, BACKEND_OF_WEST.served, "upstream_cx_total")).toBeGreaterThan(0);
    expect(await requests(westGate, BACKEND_OF_WEST.served, "upstream_rq_completed")).toBe(0);
    expect(far.lastHeaders()["x-forwarded-client-cert"]).toContain("spiffe://default/web");
  });

  test("that of all zones goes over to the other when the own one has none left, and no request fails", async () => {
    await until("the own zone to be known", async () => {
      const before = near.count();
      await asked(web, OF_ALL_ZONES);
      return near.count() > before;
    });
    const load = startLoad(() => asked(web, OF_ALL_ZONES));
    await until("some requests", () => load.good() > 50);
    await own.leave();
    const left = far.count();
    await until("the other zone to take over", () => far.count() > left + 50);
    const { bad, firstFailures } = await load.stop();
    expect({ bad, firstFailures }).toEqual({ bad: 0, firstFailures: [] });
  });

  test("what is outside is reached through the listener that lets out, and it alone connects there", async () => {
    expect(await endpointsOf(web, BANK.called)).toEqual([`${world.zone("east").network.outer}:${OUT}`]);
    const [served, passed] = [bank.count(), await requests(eastGate, BANK.served, "upstream_rq_total")];
    for (let at = 0; at < 10; at++) await asked(web, OUTSIDE);
    expect(bank.count() - served).toBe(10);
    expect((await requests(eastGate, BANK.served, "upstream_rq_total")) - passed).toBe(10);
    expect(await requests(westGate, BANK.served, "upstream_rq_total")).toBe(0);
  });

  test("a policy for the listeners tells of every connection that is let in, and of the one destination it names", async () => {
    const file = join(world.folder, "listeners.log");
    const backends = [{ type: "File", file: { path: file, format: { type: "Plain", plain: FORMAT } } }];
    const log = (name: string, sectionName: string, matches: readonly object[]): Resource => ({
      type: "MeshAccessLog",
      mesh: "default",
      name,
      spec: {
        targetRef: { kind: "Dataplane", labels: { app: "gate" }, sectionName },
        rules: [{ ...(matches.length > 0 && { matches }), default: { backends } }],
      },
    });
    const named = (sni: string): readonly object[] => [{ sni: { type: "Exact", value: sni } }];
    const lines = (): readonly string[] =>
      existsSync(file)
        ? readFileSync(file, "utf8")
            .split("\n")
            .filter((line) => line !== "")
        : [];
    await world.apply(log("in", "in", []), log("out", "out", named(BANK_SNI)), log("no", "out", named("sni.other")));
    await until("the listener that lets out to tell", async () => {
      await asked(web, OUTSIDE);
      return lines().some((line) => line.startsWith("east"));
    });
    const counted = (): readonly string[] => lines().filter((line) => line.endsWith("/counted"));
    for (let at = 0; at < 10; at++) expect((await httpGet(`${web.outbound(OUTSIDE)}/counted`)).status).toBe(200);
    await until("ten lines", () => counted().length >= 10);
    expect(counted()).toEqual(Array(10).fill(`east UNSPECIFIED ${BANK.served} 200 /counted`));
    await until("the listener that lets in to have it", async () =>
      JSON.stringify(await westGate.configDump()).includes(file),
    );
    // Connections of before the policy are on the listener of before: another is told of as it comes.
    await web.restartEnvoy();
    await answers(web, OF_WEST, 200);
    await until("the listener that lets in to tell", () =>
      lines().some((line) => line === `west UNSPECIFIED ${BACKEND_OF_WEST.served} 0 -`),
    );
  });

  test("a limit and a fault for one destination and one client hold where it is let out, and for nobody else", async () => {
    const sni = { type: "Exact", value: BANK_SNI };
    const byShop = [{ sni, spiffeID: { type: "Exact", value: "spiffe://default/shop" } }];
    const at = (type: string, rules: readonly object[]): Resource => ({
      type,
      mesh: "default",
      name: "out",
      spec: { targetRef: { kind: "Dataplane", labels: { app: "gate" }, sectionName: "out" }, rules },
    });
    const rate = (num: number): object => ({ local: { http: { requestRate: { num, interval: "1h" } } } });
    await world.apply(
      at("MeshRateLimit", [
        { matches: [{ sni }], default: rate(1000) },
        { matches: byShop, default: rate(1) },
      ]),
    );
    await answers(shop, OUTSIDE, 429);
    const served = bank.count();
    for (let sent = 0; sent < 5; sent++) {
      expect((await httpGet(`${shop.outbound(OUTSIDE)}/`)).status).toBe(429);
      await asked(web, OUTSIDE);
    }
    expect(bank.count() - served).toBe(5);
    // Who called is the mesh's own knowledge.
    expect(bank.lastHeaders()).not.toHaveProperty("x-forwarded-client-cert");
    await world.remove("meshes/default/meshratelimits/out");
    await answers(shop, OUTSIDE, 200);
    const abort = { http: [{ abort: { httpStatus: 418, percentage: 100 } }] };
    await world.apply(at("MeshFaultInjection", [{ matches: byShop, default: abort }]));
    await answers(shop, OUTSIDE, 418);
    for (let sent = 0; sent < 5; sent++) await asked(web, OUTSIDE);
    await world.remove("meshes/default/meshfaultinjections/out");
    await answers(shop, OUTSIDE, 200);
  });

  test.each([
    ["all of the zone", { "kuma.io/proxy-type": "zoneegress" }],
    ["dataplanes that let out", { "kuma.io/listener-zoneegress": "enabled" }],
  ])("a permission for one destination at %s keeps out whom it does not name", async (_, labels) => {
    await answers(shop, OUTSIDE, 200);
    await world.apply(letIn("web-to-bank", labels, "web"));
    await answers(shop, OUTSIDE, 403);
    const served = bank.count();
    for (let at = 0; at < 5; at++) {
      expect((await httpGet(`${shop.outbound(OUTSIDE)}/`)).body).toBe("RBAC: access denied");
      await asked(web, OUTSIDE);
    }
    expect(bank.count() - served).toBe(5);
    await world.remove("meshes/default/meshtrafficpermissions/web-to-bank");
    await answers(shop, OUTSIDE, 200);
  });
});
