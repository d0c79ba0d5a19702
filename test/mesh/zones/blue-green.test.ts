// Blue in one zone, green in the other: weights between zones by kuma.io/zone, and all traffic moved at once, over HTTP and TCP.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "#test/child.ts";
import type { Sidecar } from "#test/mesh.ts";
import { expectShares } from "#test/share.ts";
import { endpointsOf } from "#test/stats.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";
import { apartLack, type BorderProxy, startZones, type TestZones } from "#test/zones.ts";

const lack = apartLack();

let world: TestZones;
let blue: Program;
let green: Program;
let client: Sidecar;
let ingress: BorderProxy;

/** Each on a connection of its own. */
const call = (index: number) => async (): Promise<void> => {
  const { status, body } = await httpGet(`${client.outbound(index)}/`);
  if (status !== 200) throw new Error(`${status} ${body}`);
};

/** Weights of the two zones. */
const refs = (service: string, weights: Readonly<Record<string, number>>) =>
  Object.entries(weights).map(([zone, weight]) => ({
    kind: "MeshServiceSubset",
    name: service,
    tags: { "kuma.io/zone": zone },
    weight,
  }));

const route = (type: "MeshHTTPRoute" | "MeshTCPRoute", service: string, weights: Readonly<Record<string, number>>) => ({
  type,
  mesh: "default",
  name: `blue-green-${service}`,
  spec: {
    targetRef: { kind: "Mesh" },
    to: [
      {
        targetRef: { kind: "MeshService", name: service },
        rules: [
          {
            ...(type === "MeshHTTPRoute" && { matches: [{ path: { type: "PathPrefix", value: "/" } }] }),
            default: { backendRefs: refs(service, weights) },
          },
        ],
      },
    ],
  },
});

describe.skipIf(lack !== null)(`two zones${lack === null ? "" : ` (${lack})`}`, () => {
  beforeAll(async () => {
    world = await startZones(["east", "west"], { apart: true });
    [blue, green] = [await httpProgram("blue"), await httpProgram("green")];
    const [east, west] = [world.zone("east"), world.zone("west")];
    ingress = await west.ingress();
    for (const protocol of ["http", "tcp"] as const) {
      const service = `shop-${protocol}`;
      await east.proxy({ name: `${service}-1`, service, protocol, program: blue.port });
      await west.proxy({ name: `${service}-2`, service, protocol, program: green.port });
    }
    client = await east.proxy({
      name: "users-1",
      service: "users",
      calls: ["shop-http", "shop-tcp", { "kuma.io/service": "shop-http", "kuma.io/zone": "west" }],
    });
    for (const index of [0, 1, 2]) {
      await until("the shop to answer", async () => (await httpGet(`${client.outbound(index)}/`)).status === 200);
    }
  });

  afterAll(async () => {
    await world?.close();
    for (const program of [blue, green]) await program?.close();
  });

  test("an outbound that names a zone leads to that zone alone", async () => {
    await expectShares(call(2), [{ program: green, weight: 1 }], 50);
    const [cluster = ""] = /shop-http-[0-9a-f]{16}/.exec(JSON.stringify(await client.configDump())) ?? [];
    expect(await endpointsOf(client, cluster)).toEqual([ingress.place]);
  });

  test.each([
    { east: 75, west: 25 },
    { east: 40, west: 60 },
  ])("requests go by the zones' weights: $east and $west", async (weights) => {
    await world.apply(route("MeshHTTPRoute", "shop-http", weights));
    await settled(weights);
    await expectShares(call(0), [
      { program: blue, weight: weights.east },
      { program: green, weight: weights.west },
    ]);
  });

  test("connections do too", async () => {
    const weights = { east: 30, west: 70 };
    await world.apply(route("MeshTCPRoute", "shop-tcp", weights));
    await settled(weights);
    await expectShares(
      call(1),
      [
        { program: blue, weight: weights.east },
        { program: green, weight: weights.west },
      ],
      300,
    );
  });
});

/** Waits until the client's Envoy has the weights. */
async function settled({ east, west }: Readonly<Record<"east" | "west", number>>): Promise<void> {
  await until(`weights ${east} and ${west}`, async () => {
    const dump = JSON.stringify(await client.configDump());
    return dump.includes(`"weight":${east}`) && dump.includes(`"weight":${west}`);
  });
}
