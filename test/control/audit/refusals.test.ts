// Refused tokens in the audit log: seen by whom they concern, and never a way to fill the log or to cost writes.
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRefusals, type Refusals } from "#control/audit/refusals.ts";
import { type Org, openPlane, type Plane, signUp } from "#test/control/harness.ts";

const HOUR = 3_600_000;

let plane: Plane;
let org: Org;
let refusals: Refusals;
let batches = 0;

beforeEach(async () => {
  plane = await openPlane({
    wrap: (database) => ({
      engine: database.engine,
      batch: (statements) => {
        batches += 1;
        return database.batch(statements);
      },
      close: () => database.close(),
    }),
  });
  org = await signUp(plane, "shop");
  refusals = openRefusals(plane.deps);
});
afterEach(() => plane.close());

async function entries(): Promise<readonly unknown[]> {
  const found = await org.store.audit({ action: "credential.refuse", newestFirst: false, size: 99 });
  return found.map(({ subject, details }) => [subject.replace("API token: ", ""), details.count, details.tokens]);
}

test("the first of a reason, then the tenth and the hundredth, and again after an hour", async () => {
  const start = await org.store.audit({ newestFirst: true, size: 1 });
  await refusals.note(org.tenant, "revoked", "t1");
  expect(await entries()).toEqual([["revoked", 1, ["t1"]]]);
  await refusals.note(org.tenant, "wrong", "t2");
  for (let count = 0; count < 8; count++) await refusals.note(org.tenant, "revoked", `t${count}`);
  expect(await entries()).toEqual([
    ["revoked", 1, ["t1"]],
    ["wrong", 1, ["t2"]],
  ]);
  batches = 0;
  await Promise.all(Array.from({ length: 5000 }, (_, count) => refusals.note(org.tenant, "revoked", `t${count}`)));
  expect(batches).toBeLessThan(30);
  // They wait for each other in no order.
  const counted = (await entries()).slice(2).map((one) => (one as readonly unknown[])[1]);
  expect(counted.sort()).toEqual([10, 100, 1000]);
  expect((await entries()).at(-1)).toContainEqual(["t1", "t0", "t2", "t3", "t4"]);
  plane.now += HOUR;
  await refusals.note(org.tenant, "revoked", "t9");
  expect((await entries()).at(-1)).toEqual(["revoked", 1, ["t9"]]);
  const [last] = await org.store.audit({ newestFirst: true, size: 1 });
  expect(last).toMatchObject({
    actor: "unknown",
    token: null,
    revision: null,
    details: { why: "it has been revoked" },
  });
  expect(last?.number).toBe((start[0]?.number ?? 0) + 6);
});

test("an unknown token of an organisation that was never seen costs nothing at all", async () => {
  batches = 0;
  for (let count = 0; count < 100; count++) await refusals.note(`nobody-${count}`, "unknown", null);
  await refusals.note(org.tenant, "unknown", null);
  expect(batches).toBe(0);
  refusals.seen(org.tenant);
  await refusals.note(org.tenant, "unknown", null);
  expect(await entries()).toEqual([["unknown", 1, undefined]]);
});

test("what another process has written within the hour is not written again", async () => {
  await refusals.note(org.tenant, "expired", "t1");
  const other = openRefusals(plane.deps);
  await other.note(org.tenant, "expired", "t1");
  expect(await entries()).toEqual([["expired", 1, ["t1"]]]);
  plane.now += HOUR + 1;
  await openRefusals(plane.deps).note(org.tenant, "expired", "t1");
  expect(await entries()).toHaveLength(2);
});

test("a log that cannot be written to refuses nobody anything but the token", async () => {
  const broken = { ...plane.deps, store: { ...plane.store, within: () => ({}) as never } };
  await openRefusals(broken).note(org.tenant, "wrong", "t1");
  expect(plane.log.map(({ label }) => label)).toContain("a refused token was not written down");
});
