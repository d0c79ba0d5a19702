// What no single batch tells: zones that fall silent and come back, revisions that arrive or are refused, certificates that age. Each once.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ReportedRevision } from "#api/zone.ts";
import { openContactBook, SILENCE } from "#control/bell/contact.ts";
import { certificateSight, type Lifetime } from "#control/webhook/certificate-sight.ts";
import type { Marks, Sight } from "#control/webhook/sight.ts";
import { zoneSight } from "#control/webhook/zone-sight.ts";
import { openSpread } from "#model/spread.ts";
import { SUBSCRIBABLE } from "#model/webhook/event.ts";
import { openReceivers } from "#node/webhook-call.ts";
import {
  enrol,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  proof,
  signUp,
  type TestRelay,
  timeout,
  zone,
} from "#test/control/harness.ts";
import { openReceiver, type Receiver } from "#test/webhook-receiver.ts";

const DAY = 86_400_000;

/** The marks as they stand after a look. */
const after = (marks: Marks, sight: Sight): Marks => {
  const next = new Map(marks);
  for (const { name, value } of sight.marks) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return next;
};
const told = ({ notices }: Sight) => notices.map(({ type, payload }) => [type, JSON.parse(payload).data]);

describe("zones", () => {
  const relay = (zoneName: string, online: boolean, id = "r1") => ({
    zone: zoneName,
    relay: id,
    online,
    lastContact: online ? null : "2026",
  });

  test("are told of when they change, not when they are first seen, and one relay is enough", () => {
    let marks: Marks = new Map();
    const look = (...presences: readonly ReturnType<typeof relay>[]) => {
      const sight = zoneSight(presences, marks, 1, null);
      marks = after(marks, sight);
      return told(sight).map(([type, { zone: name }]) => `${type} ${name}`);
    };
    expect(look(relay("east", true), relay("west", false))).toEqual([]);
    expect(look(relay("east", true), relay("east", false, "r2"), relay("west", false))).toEqual([]);
    expect(look(relay("east", false), relay("east", false, "r2"), relay("west", true))).toEqual([
      "zone.offline east",
      "zone.online west",
    ]);
    expect(look(relay("east", false), relay("west", true))).toEqual([]);
    expect(look(relay("east", true))).toEqual(["zone.online east"]);
    expect([...marks]).toEqual([["zone/east", "online"]]);
  });
});

describe("certificates", () => {
  const lifetime = (notAfter: number, over: Partial<Lifetime> = {}): Lifetime => ({
    kind: "proxy",
    mesh: "default",
    name: "web-1",
    zone: "east",
    notBefore: notAfter - 4 * DAY,
    notAfter,
    ...over,
  });

  test("are told of once their last quarter begins, once each, and again when the next one ages", () => {
    let marks: Marks = new Map();
    const look = (now: number, ...lifetimes: readonly Lifetime[]) => {
      const sight = certificateSight(lifetimes, marks, now);
      marks = after(marks, sight);
      return {
        told: told(sight).map(([, { name, notAfter }]) => `${name} ${Date.parse(notAfter) / DAY}`),
        due: sight.due,
      };
    };
    expect(look(12.9 * DAY, lifetime(14 * DAY))).toEqual({ told: [], due: 13 * DAY });
    expect(look(13 * DAY, lifetime(14 * DAY))).toEqual({ told: ["web-1 14"], due: null });
    expect(look(13.5 * DAY, lifetime(14 * DAY))).toEqual({ told: [], due: null });
    expect(look(13.6 * DAY, lifetime(17 * DAY))).toEqual({ told: [], due: 16 * DAY });
    expect(look(16 * DAY, lifetime(17 * DAY))).toEqual({ told: ["web-1 17"], due: null });
    expect(look(18 * DAY)).toEqual({ told: [], due: null });
    expect(marks.size).toBe(0);
  });
});

describe("the writer", () => {
  let plane: Plane;
  let org: Org;
  let receiver: Receiver;
  let relay: TestRelay;
  beforeAll(async () => {
    plane = await openPlane();
    org = (await signUp(plane, "watched")).at(plane.reopen({ receivers: openReceivers(true) }));
    receiver = await openReceiver();
    await org.apply([zone(), mtlsMesh()]);
    relay = await enrol(org);
    const events = SUBSCRIBABLE.filter((event) => event !== "audit.entry" && event !== "revision.committed");
    await org.control.writer.createWebhook(org.admin, { url: receiver.url, events, description: "" });
    await report();
    await look();
  });
  afterAll(async () => {
    await plane.close();
    await receiver.close();
  });

  /** The writer is woken as by its alarm; what came since the last look, by type: several are sent at the same time. */
  let seen = 0;
  async function look(): Promise<readonly [string, Record<string, unknown>][]> {
    plane.now += 1000;
    await org.control.writerOf(org.tenant).recover();
    const fresh = receiver.received
      .slice(seen)
      .map(({ json }) => [json.type, json.data] as [string, Record<string, unknown>])
      .sort(([one], [other]) => one.localeCompare(other));
    seen = receiver.received.length;
    return fresh;
  }

  async function report(revisions: readonly ReportedRevision[] = [], presence?: "leaving"): Promise<void> {
    await org.control.writer.report(relay, proof(plane), { events: [], revisions, ...(presence && { presence }) });
  }

  async function rowOf(over: Partial<ReportedRevision>): Promise<ReportedRevision> {
    const { epoch, revision, sequence } = await org.store.heads();
    const none = openSpread().spread();
    const counts = { acked: 1, nacked: 0, pending: 0, absent: 0, untouched: 0 };
    return {
      epoch,
      revision,
      sequence,
      answeredAt: plane.now,
      ...counts,
      pushed: none,
      taken: none,
      laggards: [],
      ...over,
    };
  }

  test("tells once that a revision has arrived, and nothing of those before the webhook", async () => {
    await org.apply([timeout("slow", 5)], [], { reason: "ticket 8" });
    await report([await rowOf({ acked: 0, pending: 1 })]);
    expect(await look()).toEqual([]);
    await report([await rowOf({})]);
    const { revision } = await org.store.heads();
    expect(await look()).toEqual([
      [
        "revision.delivered",
        expect.objectContaining({ revision, reason: "ticket 8", offline: [], actor: "token:test" }),
      ],
    ]);
    await report([await rowOf({})]);
    expect(await look()).toEqual([]);
  });

  test("tells whose Envoy refuses what, and which revision it was", async () => {
    await org.apply([timeout("slow", 6)]);
    const { revision } = await org.store.heads();
    const laggards = [{ state: "nacked", proxy: "default/web-1", reason: "no such filter" }] as const;
    const refused = await rowOf({ acked: 0, nacked: 1, laggards });
    await report([refused]);
    expect(await look()).toEqual([
      [
        "proxy.nack",
        { zone: "east", relay: relay.relay, proxy: "default/web-1", revision, reason: "no such filter", refused: [] },
      ],
      [
        "revision.rejected",
        expect.objectContaining({ revision, laggards: [expect.objectContaining({ proxy: "default/web-1" })] }),
      ],
    ]);
    await report([refused]);
    expect(await look()).toEqual([]);
    await org.apply([timeout("slow", 7)]);
    await report([await rowOf({})]);
    expect((await look()).map(([type]) => type)).toEqual(["revision.delivered"]);
    await report([{ ...(await rowOf({})), nacked: 1, laggards }]);
    expect((await look()).map(([type]) => type)).toEqual(["proxy.nack"]);
  });

  test("tells that a zone is silent, and that it is back; by the row that outlives the process", async () => {
    await report();
    expect(await look()).toEqual([]);
    plane.now += SILENCE + 1000;
    expect(await look()).toEqual([
      ["zone.offline", { zone: "east", relays: [expect.objectContaining({ relay: relay.relay, online: false })] }],
    ]);
    expect(await look()).toEqual([]);
    await report();
    expect((await look()).map(([type]) => type)).toEqual(["zone.online"]);
    await report([], "leaving");
    expect((await look()).map(([type]) => type)).toEqual(["zone.offline"]);
    await report();
    await look();
  });

  test("who begins to listen after a while without anybody hears of nothing that was before", async () => {
    for (const { id } of await org.store.webhooks.list()) await org.control.writer.deleteWebhook(org.admin, id);
    const laggards = [{ state: "nacked", proxy: "default/web-2", reason: "no such cluster" }] as const;
    for (const seconds of [11, 12, 13]) await org.apply([timeout("slow", seconds)]);
    await report([await rowOf({ nacked: 1, laggards })]);
    await look();
    const events = SUBSCRIBABLE.filter((event) => event !== "audit.entry" && event !== "revision.committed");
    await org.control.writer.createWebhook(org.admin, { url: receiver.url, events, description: "" });
    expect([...(await look()), ...(await look())]).toEqual([]);
    await org.apply([timeout("slow", 14)]);
    await report([await rowOf({})]);
    expect((await look()).map(([type]) => type)).toEqual(["revision.delivered"]);
  });

  test("tells of a mesh's CA in its last quarter", async () => {
    const bundles = await org.control.reader.view(relay);
    expect(JSON.stringify(bundles)).toContain("BEGIN CERTIFICATE");
    plane.now += 8 * 365 * DAY;
    const aging = (await look()).filter(([type]) => type === "certificate.expiring");
    expect(aging).toEqual([
      ["certificate.expiring", expect.objectContaining({ kind: "ca", mesh: "default", zone: "" })],
    ]);
    plane.now += DAY;
    expect((await look()).filter(([type]) => type === "certificate.expiring")).toEqual([]);
  });
});

test("where all calls come to one process, a zone is offline one hold and 21 s after its last poll, and back within 20 s; no poll writes", async () => {
  const plane = await openPlane();
  const receiver = await openReceiver();
  try {
    const contacts = openContactBook(() => plane.now, true);
    const org = (await signUp(plane, "polled")).at(plane.reopen({ receivers: openReceivers(true), contacts }));
    await org.apply([zone()]);
    const relay = await enrol(org);
    const events = ["zone.offline", "zone.online"] as const;
    await org.control.writer.createWebhook(org.admin, { url: receiver.url, events, description: "" });
    /** What was told once the clock has come so far; the writer looks at nothing that is not due. */
    const after = async (milliseconds: number): Promise<readonly unknown[]> => {
      plane.now += milliseconds;
      await org.control.writerOf(org.tenant).recover();
      return receiver.received.map(({ json }) => json.type);
    };
    contacts.heard(relay, 25);
    expect(await after(0)).toEqual([]);
    const rows = await org.store.contacts();
    expect(await after(44_000)).toEqual([]);
    contacts.heard(relay, 25);
    expect(await after(45_000)).toEqual([]);
    expect(await after(1000)).toEqual(["zone.offline"]);
    contacts.heard(relay, 25);
    expect(await after(20_000)).toEqual(["zone.offline", "zone.online"]);
    expect(await org.store.contacts()).toEqual(rows);
  } finally {
    await plane.close();
    await receiver.close();
  }
});
