// Writers that nobody calls: when they are let go, what keeps them, and that whatever is due to them happens all the same.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MortalWriter } from "#control/ending/mortal-writer.ts";
import { IDLE } from "#control/idle.ts";
import type { Control } from "#control/open.ts";
import { formatBase } from "#control/poll/base.ts";
import { openReceivers } from "#node/webhook-call.ts";
import type { Database } from "#store/database.ts";
import { openReceiver, type Receiver } from "#test/webhook-receiver.ts";
import { always, breakable } from "./breakable.ts";
import { dataplane, enrol, faultOf, mesh, type Org, openPlane, type Plane, signUp, timeout, zone } from "./harness.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const broken = breakable();
/** Batches wait for it. */
let gate: Promise<void> = Promise.resolve();
let open = (): void => undefined;
let plane: Plane;
let control: Control;
let org: Org;
let receiver: Receiver;

beforeEach(async () => {
  const gated = (database: Database): Database => ({
    ...database,
    batch: (statements) => gate.then(() => database.batch(statements)),
  });
  plane = await openPlane({ wrap: (database) => gated(broken.wrap(database)) });
  control = plane.reopen({ receivers: openReceivers(true) });
  org = (await signUp(plane, "acme")).at(control);
  receiver = await openReceiver();
  await org.apply([mesh(), zone()]);
  await settled();
});
afterEach(async () => {
  open();
  broken.fail = null;
  await plane.close();
  await receiver.close();
});

const writer = (): MortalWriter => control.writerOf(org.tenant);
/** All that is under way has ended; as by its alarm, which is no call. */
const settled = (): Promise<void> => writer().recover();
/** Whether the look let go of the writer that is open. */
async function letsGo(): Promise<boolean> {
  const before = writer();
  await control.tendIdle();
  return writer() !== before;
}

test("one is let go ten minutes after the last call, and the next call finds another that knows all", async () => {
  plane.now += IDLE - 1;
  expect(await letsGo()).toBe(false);
  plane.now += 1;
  expect(await letsGo()).toBe(true);
  expect((await org.apply([timeout("slow", 5)])).revision).toBe(2);
  plane.now += IDLE - 1;
  expect(await letsGo()).toBe(false);
});

test("one that was only woken is let go at once", async () => {
  const woken = plane.reopen();
  await woken.wakeAll();
  const before = woken.writerOf(org.tenant);
  await woken.tendIdle();
  expect(woken.writerOf(org.tenant)).not.toBe(before);
});

test.each<[string, () => Promise<unknown>]>([
  ["writes", () => org.apply([timeout("a", 1)])],
  ["looks", () => control.writer.overview(org.admin, [])],
])("a call that %s keeps it while it is under way", async (_, call) => {
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const slow = call();
  plane.now += 2 * IDLE;
  expect(await letsGo()).toBe(false);
  open();
  await slow;
  await settled();
  plane.now += IDLE;
  expect(await letsGo()).toBe(true);
});

test("calls beside its leave are carried out once each, in order", async () => {
  let expected = 1;
  let replaced = 0;
  for (let ticks = 0; ticks < 24; ticks++) {
    await settled();
    plane.now += IDLE;
    const before = writer();
    const going = control.tendIdle();
    for (let tick = 0; tick < ticks; tick++) await undefined;
    const done = await Promise.all([1, 2].map((half) => org.apply([timeout("a", 2 * ticks + half)])));
    await going;
    expect(done.map(({ revision }) => revision)).toEqual([++expected, ++expected]);
    if (writer() !== before) replaced++;
  }
  expect(replaced).toBeGreaterThan(0);
  expect(await org.store.revisions({ size: 99 })).toHaveLength(expected);
});

test("what could not be published keeps it, and is published", async () => {
  await enrol(org);
  await settled();
  broken.fail = always("INSERT INTO manifest ");
  await org.apply([dataplane("web-1", "web")]);
  await expect.poll(() => plane.log.map(({ label }) => label)).toContain("publishing failed");
  plane.now += IDLE;
  expect(await letsGo()).toBe(false);
  broken.fail = null;
  await expect.poll(letsGo).toBe(true);
  const { sequence } = await org.store.heads();
  expect(await org.store.zoneHeads()).toMatchObject([{ sequence }]);
});

test("a webhook that is called keeps it; a retry that is due later wakes another in time", async () => {
  await control.writer.createWebhook(org.admin, { url: receiver.url, events: ["revision.committed"], description: "" });
  let refuse = (): void => undefined;
  receiver.answer = (response) => {
    refuse = () => void response.writeHead(500).end();
  };
  await org.apply([timeout("slow", 5)]);
  await expect.poll(() => receiver.received.length).toBe(1);
  expect(writer().due()).toBeUndefined();
  plane.now += IDLE;
  expect(await letsGo()).toBe(false);
  receiver.answer = (response) => void response.writeHead(500).end();
  refuse();
  await settled();
  // The next attempt is due within seconds.
  expect(await letsGo()).toBe(false);
  for (let attempts = 2; attempts <= 4; attempts++) {
    plane.now += 3 * MINUTE;
    await settled();
    expect(receiver.received).toHaveLength(attempts);
  }
  const before = writer();
  await control.tendIdle();
  plane.now += 5 * MINUTE;
  await control.tendIdle();
  expect(receiver.received).toHaveLength(4);
  receiver.answer = (response) => void response.writeHead(204).end();
  plane.now += 8 * MINUTE;
  await control.tendIdle();
  expect(receiver.received).toHaveLength(5);
  expect(writer()).not.toBe(before);
});

test("an organisation that is to be deleted goes when it is due, though nobody is there", async () => {
  await control.writer.endOrganisation(org.admin, { name: "acme", online: [], force: false, now: false });
  await settled();
  plane.now += IDLE;
  expect(await letsGo()).toBe(true);
  // Somebody asks in vain, and leaves a writer behind that knows of no alarm.
  expect((await faultOf(org.apply([timeout("slow", 5)]))).code).toBeDefined();
  plane.now += IDLE;
  await control.tendIdle();
  await control.tendIdle();
  plane.now += 31 * DAY;
  await control.tendIdle();
  await expect.poll(() => plane.store.directory.findOrganisation({ name: "acme" })).toBeNull();
});

test("one that does not wake is woken again", async () => {
  const woken = plane.reopen();
  broken.fail = always("");
  await woken.wakeAll();
  await woken.tendIdle();
  await woken.tendIdle();
  const failures = (): number => plane.log.filter(({ label }) => label === "a writer did not wake").length;
  const before = failures();
  await woken.tendIdle();
  expect(failures()).toBe(before);
  plane.now += MINUTE;
  await woken.tendIdle();
  expect(failures()).toBeGreaterThan(before);
  broken.fail = null;
  const failed = failures();
  plane.now += 2 * MINUTE;
  await woken.tendIdle();
  expect(failures()).toBe(failed);
});

test("a poll that is held hears of what another writer publishes", async () => {
  const relay = await enrol(org);
  await settled();
  plane.now += IDLE;
  expect(await letsGo()).toBe(true);
  const [head] = await org.store.zoneHeads();
  if (head === undefined) throw new Error("the relay has no row");
  const held = control.poll.snapshot(relay, formatBase(head.version ?? "", head.epoch, head.sequence), 30);
  await org.apply([dataplane("web-1", "web")]);
  expect(await held).not.toBeNull();
});
