// A new version in another zone gets a small part of the requests by weight, then more, then all.
import { afterAll, beforeAll, describe, test } from "vitest";
import { until } from "#test/child.ts";
import type { Sidecar } from "#test/mesh.ts";
import { expectShares } from "#test/share.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";
import { apartLack, startZones, type TestZones } from "#test/zones.ts";

const lack = apartLack();

let world: TestZones;
let old: Program;
let young: Program;
let client: Sidecar;

const asked = async (): Promise<void> => {
  const { status, body } = await httpGet(`${client.outbound()}/`);
  if (status !== 200) throw new Error(`${status} ${body}`);
};

/** A route that gives the version of the other zone so much of a hundred. */
const share = (percent: number) => ({
  type: "MeshHTTPRoute",
  mesh: "default",
  name: "canary",
  spec: {
    targetRef: { kind: "Mesh" },
    to: [
      {
        targetRef: { kind: "MeshService", name: "billing" },
        rules: [
          {
            matches: [{ path: { type: "PathPrefix", value: "/" } }],
            default: {
              backendRefs: [
                { kind: "MeshServiceSubset", name: "billing", tags: { version: "v1" }, weight: 100 - percent },
                { kind: "MeshServiceSubset", name: "billing", tags: { version: "v2" }, weight: percent },
              ],
            },
          },
        ],
      },
    ],
  },
});

describe.skipIf(lack !== null)(`two zones${lack === null ? "" : ` (${lack})`}`, () => {
  beforeAll(async () => {
    world = await startZones(["east", "west"], { apart: true });
    [old, young] = [await httpProgram("old"), await httpProgram("young")];
    const [east, west] = [world.zone("east"), world.zone("west")];
    await west.ingress();
    await east.proxy({ name: "billing-1", service: "billing", tags: { version: "v1" }, program: old.port });
    await west.proxy({ name: "billing-2", service: "billing", tags: { version: "v2" }, program: young.port });
    client = await east.proxy({ name: "users-1", service: "users", calls: ["billing"] });
    await until("billing to answer", async () => (await httpGet(`${client.outbound()}/`)).status === 200);
  });

  afterAll(async () => {
    await world?.close();
    for (const program of [old, young]) await program?.close();
  });

  test.each([10, 50])("%i of a hundred requests reach the version in the other zone", async (percent) => {
    await world.apply(share(percent));
    const young0 = young.count();
    await until("the other zone to get some", async () => {
      await asked();
      return young.count() > young0;
    });
    await settled(percent);
    await expectShares(asked, [
      { program: old, weight: 100 - percent },
      { program: young, weight: percent },
    ]);
  });

  test("all of them do in the end, and none after a step back", async () => {
    await world.apply(share(100));
    await settled(100);
    await expectShares(asked, [{ program: young, weight: 1 }], 100);
    await world.apply(share(0));
    await settled(0);
    await expectShares(asked, [{ program: old, weight: 1 }], 100);
  });
});

/** Waits until the client's Envoy has the weight. */
async function settled(percent: number): Promise<void> {
  await until(`the weight ${percent}`, async () => {
    const dump = JSON.stringify(await client.configDump());
    if (percent === 100 || percent === 0) {
      const before = (percent === 100 ? old : young).count();
      for (let at = 0; at < 20; at++) await asked();
      return (percent === 100 ? old : young).count() === before;
    }
    return dump.includes(`"weight":${percent}`) && dump.includes(`"weight":${100 - percent}`);
  });
}
