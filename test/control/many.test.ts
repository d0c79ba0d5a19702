// What a poll reads and a write reads and writes is the same however many meshes and organisations there are, by D1's own count.
import { expect, test } from "vitest";
import { timeout } from "./harness.ts";
import { addMeshes, addOrganisations } from "./many.ts";
import { type Metered, openMetered } from "./metered.ts";

const [FEW, MANY] = [10, 200];

/** Rows of an idle poll, and of a write with all that follows from it until nothing is left to publish. */
async function rowsOf(metered: Metered, inMesh: string): Promise<Record<string, number>> {
  const { org, relay, meter } = metered;
  const write = async (seconds: number): Promise<void> => {
    await org.apply([timeout("t", seconds, inMesh)]);
    await org.settle();
  };
  // The first makes the policy, and begins the history of effects.
  for (let seconds = 1; seconds <= 3; seconds++) await write(seconds);
  Object.assign(meter, { read: 0, written: 0 });
  await metered.plane.store.within(org.tenant).zoneHead(relay.zone, relay.relay);
  const poll = meter.read;
  Object.assign(meter, { read: 0, written: 0 });
  await write(4);
  return { poll, read: meter.read, written: meter.written };
}

async function counted(make: (metered: Metered) => Promise<string>): Promise<Record<string, number>> {
  const metered = await openMetered("d1");
  try {
    return await rowsOf(metered, await make(metered));
  } finally {
    await metered.close();
  }
}

test("with meshes of the organisation", { timeout: 600_000 }, async () => {
  const of = (count: number) =>
    counted(async ({ org }) => {
      await addMeshes(org, count);
      return "mesh-0";
    });
  const few = await of(FEW);
  expect(few.poll).toBe(1);
  expect(few.written).toBeGreaterThan(0);
  expect(await of(MANY)).toEqual(few);
});

test("with other organisations", { timeout: 600_000 }, async () => {
  const of = (count: number) =>
    counted(async ({ plane }) => {
      await addOrganisations(plane, 0, count);
      return "default";
    });
  const few = await of(FEW);
  expect(few.poll).toBe(1);
  expect(await of(MANY)).toEqual(few);
});

test("a writer reads an organisation in as many queries, however many meshes it has", {
  timeout: 600_000,
}, async () => {
  const of = async (count: number): Promise<number> => {
    let queries = 0;
    const metered = await openMetered("libsql-file");
    try {
      await addMeshes(metered.org, count);
      const { tenants } = metered.plane;
      const batch = tenants.batch.bind(tenants);
      Object.assign(tenants, {
        batch: (statements: Parameters<typeof batch>[0]) => {
          queries += statements.length;
          return batch(statements);
        },
      });
      await metered.plane.reopen().writerOf(metered.org.tenant).view();
    } finally {
      await metered.close();
    }
    return queries;
  };
  expect(await of(FEW + 40)).toBe(await of(1));
});
