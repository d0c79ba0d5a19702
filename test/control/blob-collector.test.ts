// Unused blobs of a real organisation: noted when a snapshot drops them, there for an hour, then gone; relays never miss one.
import { afterEach, beforeEach, expect, test } from "vitest";
import { GRACE } from "#control/blob-collector.ts";
import {
  client,
  dataplane,
  enrol,
  mesh,
  type Org,
  openPlane,
  type Plane,
  signUp,
  type TestRelay,
  timeout,
  zone,
} from "./harness.ts";
import { joinOf, refusals, send, tokenFor } from "./joining.ts";
import { look } from "./snapshot-reader.ts";

let plane: Plane;
let org: Org;
beforeEach(async () => {
  plane = await openPlane();
  org = await signUp(plane, "acme");
});
afterEach(() => plane.close());

/** With two proxies, of which one calls the other. */
async function aZone(): Promise<TestRelay> {
  await org.apply([mesh(), zone()]);
  const relay = await enrol(org);
  const tokens = await Promise.all(
    ["backend", "web"].map((one) => tokenFor(org, { tags: { "kuma.io/service": [one] } })),
  );
  const joins = [dataplane("backend-1", "backend"), client("web", "backend")].map((one, at) =>
    joinOf(one, tokens[at] ?? "", { event: at + 1 }),
  );
  expect(refusals(await send(plane, org, relay, ...joins))).toEqual([null, null]);
  await org.settle();
  return relay;
}

const stored = async (): Promise<number> => (await org.store.storedBlobs("", 9999)).length;
const reopened = async (): Promise<void> => {
  // Another process, which remembers nothing of what was published.
  org = org.at(plane.reopen());
  await org.control.writerOf(org.tenant).recover();
};

test("what a snapshot names no more goes after an hour, by whichever process is there then", async () => {
  const relay = await aZone();
  const first = await look(org.control, org.store, relay, null);
  const named = first?.snapshot.blobs.size ?? 0;
  const before = await stored();
  expect(before).toBeGreaterThanOrEqual(named);
  for (const seconds of [5, 6, 7]) {
    await org.apply([timeout("a", seconds)]);
    await org.settle();
    // Whoever has just started notes what it replaces as well.
    if (seconds === 5) await reopened();
  }
  const since = await org.store.unusedSince();
  expect(since).toBe(plane.now);
  const piled = await stored();
  expect(piled).toBeGreaterThan(before);

  plane.now += GRACE - 1;
  await reopened();
  expect(await stored()).toBe(piled);
  plane.now += 1;
  await reopened();
  const next = await look(org.control, org.store, relay, first);
  expect(await stored()).toBe(next?.snapshot.blobs.size);
  expect(await org.store.unusedSince()).toBeNull();
  // Who has the old one, of which only the manifest is left, gets the difference; and who has none, the whole.
  expect((await look(org.control, org.store, relay, null))?.snapshot.version).toBe(next?.snapshot.version);

  // What comes back is stored again.
  await org.apply([timeout("a", 5)]);
  await org.settle();
  expect((await look(org.control, org.store, relay, next))?.snapshot.version).not.toBe(next?.snapshot.version);
});

test("what was stored without a note, as by an earlier release, is come upon", async () => {
  await aZone();
  const put = "INSERT INTO blob (tenant_id, hash, body) VALUES (?1, 'stray', '{}')";
  await plane.tenants.batch([{ sql: put, params: [org.tenant] }]);
  await org.apply([timeout("a", 6)]);
  await org.settle();
  for (let hour = 0; hour < 2; hour += 1) {
    expect((await org.store.blobs(["stray"])).size).toBe(1);
    plane.now += GRACE;
    await reopened();
  }
  expect((await org.store.blobs(["stray"])).size).toBe(0);
});
