// When tokens are used: written seldom, by one of many calls and one of many processes, and never waited for.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTokenUses, USE_COALESCED } from "#control/token/use.ts";
import type { Store } from "#store/store.ts";
import { openPlane, type Plane, START, signUp } from "#test/control/harness.ts";
import { anEnrolment } from "#test/store/samples.ts";

let plane: Plane;
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

const iso = (at: number): string => new Date(at).toISOString();

/** A token, and processes that count how often they ask the store to write. */
async function world() {
  plane.now = START;
  const name = `t${Math.random().toString(36).slice(2)}`;
  const { tenant } = await signUp(plane, name);
  const id = `${name}-1`;
  const own = plane.store.within(tenant);
  await own.addCredential(anEnrolment(id, { kind: "api", zone: null }));
  const process = (over: Partial<Store> = {}) => {
    const late: Promise<unknown>[] = [];
    const background = (work: Promise<unknown>): void => void late.push(work);
    const uses = openTokenUses({ ...plane.deps, store: { ...plane.store, ...over }, background });
    return {
      late,
      use: async () => {
        const row = (await own.credential(id)) as NonNullable<Awaited<ReturnType<typeof own.credential>>>;
        uses.used(tenant, row);
        await Promise.all(late);
      },
      useAs: (lastUsedAt: string | null) => uses.used(tenant, { id, lastUsedAt }),
    };
  };
  return { process, used: async () => (await own.credential(id))?.lastUsedAt };
}

test("the first use is written, and then none within five minutes", async () => {
  const { process, used } = await world();
  const one = process();
  await one.use();
  expect(await used()).toBe(iso(START));
  plane.now += USE_COALESCED - 1;
  for (let call = 0; call < 10; call++) await one.use();
  expect([one.late.length, await used()]).toEqual([1, iso(START)]);
  plane.now += 1;
  await one.use();
  expect([one.late.length, await used()]).toEqual([2, iso(START + USE_COALESCED)]);
});

test("of many calls at once one writes; another process heeds the row", async () => {
  const { process, used } = await world();
  const [one, other] = [process(), process()];
  for (let call = 0; call < 20; call++) one.useAs(null);
  expect(one.late).toHaveLength(1);
  await Promise.all(one.late);
  plane.now += 1000;
  await other.use();
  expect([other.late.length, await used()]).toEqual([0, iso(START)]);
  // It had read the row before the first one wrote.
  other.useAs(null);
  await Promise.all(other.late);
  expect([other.late.length, await used()]).toEqual([1, iso(START)]);
});

test("a store that does not answer is a line in the log, and tried again later", async () => {
  const { process, used } = await world();
  const broken = process({
    within: (tenant) => ({
      ...plane.store.within(tenant),
      noteUse: () => Promise.reject(new Error("no database")),
    }),
  });
  plane.log.length = 0;
  await broken.use();
  expect(plane.log).toMatchObject([{ level: "warn", label: "a token's use was not written down" }]);
  expect(await used()).toBeNull();
});
