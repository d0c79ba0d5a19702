// What a poll reads and a write reads and writes is the same however many meshes and organisations there are, by D1's own count.
import { expect, test } from "vitest";
import { timeout } from "./harness.ts";
import { addMeshes, addOrganisations } from "./many.ts";
import { type Metered, openMetered } from "./metered.ts";

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

/**
 * At each size, of a control plane of its own: the first twenty revisions of an organisation each read some rows more than the one
 * before, as old ones are looked for, so that the same number must have gone before.
 */
async function atSizes(
  inMesh: string,
  sizes: readonly [few: number, many: number],
  make: (metered: Metered, count: number) => Promise<unknown>,
): Promise<readonly Record<string, number>[]> {
  const found: Record<string, number>[] = [];
  for (const size of sizes) {
    const metered = await openMetered("d1");
    try {
      await make(metered, size);
      found.push(await rowsOf(metered, inMesh));
    } finally {
      await metered.close();
    }
  }
  return found;
}

test("with meshes of the organisation", { timeout: 600_000 }, async () => {
  const [few, many] = await atSizes("mesh-0", [5, 50], ({ org }, count) => addMeshes(org, count));
  expect(few?.poll).toBe(1);
  expect(few?.written).toBeGreaterThan(0);
  expect(many).toEqual(few);
});

test("with other organisations", { timeout: 600_000 }, async () => {
  const [few, many] = await atSizes("default", [2, 20], ({ plane }, count) => addOrganisations(plane, 0, count));
  expect(few?.poll).toBe(1);
  expect(few?.written).toBeGreaterThan(0);
  expect(many).toEqual(few);
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
  expect(await of(50)).toBe(await of(1));
});
