// A plan that is longer than a row of a database is refused before anything of it is kept.
import { expect, test } from "vitest";
import type { Change } from "#control/face/change.ts";
import type { Plan } from "#control/face/plan.ts";
import { keepPlan } from "#control/plan/kept.ts";
import { Fault } from "#model/fault.ts";

/** Whoever touches one of its members fails. */
const NOTHING = new Proxy({}, { get: (_, name) => expect.fail(`${String(name)} was asked for`) }) as never;

const CHANGE: Change = { put: [], delete: [], reason: "", writeId: "" };

function planOf(services: number): Plan {
  const changes = Array.from({ length: services }, (_, index) => ({
    ...{ type: "MeshService", mesh: "default", name: `service-${index}`.padEnd(63, "ä") },
    ...{ change: "deleted", before: null, after: null },
  }));
  return { id: "p1", changes, warnings: [], demands: [], tests: { turns: [] }, outcome: {} } as unknown as Plan;
}

const keep = (services: number): Promise<unknown> =>
  keepPlan({ store: NOTHING, vault: NOTHING }, planOf(services), { epoch: 1, asked: CHANGE, basis: {} as never }).catch(
    (thrown: unknown) => thrown,
  );

test("told in bytes, of which a letter may have several", async () => {
  const refused = await keep(9_400);
  expect(refused).toBeInstanceOf(Fault);
  expect([(refused as Fault).code, (refused as Fault).message]).toEqual([
    "too-large",
    expect.stringMatching(
      /^The plan of these 9400 resources has 19\d{5} bytes, and 1900000 can be kept: plan the change/,
    ),
  ]);
  expect(String(await keep(8_000))).toContain("was asked for");
});
