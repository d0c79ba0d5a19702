// Webhooks from the use case to the socket: outbox, signatures, retries, replays, and receivers that are slow, dead or gone.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Control } from "#control/open.ts";
import type { Receivers } from "#control/webhook/receiver.ts";
import { openReceivers } from "#node/webhook-call.ts";
import type { WebhookDeliveryRow } from "#store/face/webhook.ts";
import { faultOf, mesh, type Org, openPlane, type Plane, signUp, timeout } from "#test/control/harness.ts";
import { collect } from "#test/garbage.ts";
import { isSignedBy, openReceiver, type Receiver } from "#test/webhook-receiver.ts";

const HOUR = 3_600_000;
/** No call ends before it is ended. */
const SILENT: Receivers = {
  call: (_url, { signal }) =>
    new Promise((resolve) =>
      signal.addEventListener("abort", () => resolve({ status: null, retryAfter: null, problem: "it was ended" })),
    ),
  allowPrivate: true,
};

let plane: Plane;
let control: Control;
const receivers: Receiver[] = [];
beforeAll(async () => {
  plane = await openPlane();
  control = plane.reopen({ receivers: openReceivers(true) });
});
afterAll(() => plane.close());
afterEach(async () => {
  for (const one of receivers.splice(0)) await one.close();
});

let made = 0;
const fresh = async (): Promise<Org> => (await signUp(plane, `hooked-${++made}`)).at(control);

async function receive(): Promise<Receiver> {
  const receiver = await openReceiver();
  receivers.push(receiver);
  return receiver;
}

const create = (org: Org, url: string, ...events: readonly string[]) =>
  org.control.writer.createWebhook(org.admin, { url, events, description: "" });

/** The writer is woken, as by its alarm, and all calls have ended. */
const wake = (org: Org): Promise<void> => org.control.writerOf(org.tenant).recover();

const deliveriesOf = (org: Org, id: string): Promise<readonly WebhookDeliveryRow[]> =>
  org.store.webhooks.deliveries({ id, size: 999, offset: 0 });

test("a revision and its audit entry are told once each, signed, with what they are", async () => {
  const org = await fresh();
  const receiver = await receive();
  const { id, secret } = await create(org, receiver.url, "revision.committed", "audit.entry");
  await org.apply([mesh(), timeout("slow", 5)], [], { reason: "ticket 7" });
  await wake(org);
  expect([...receiver.types()].sort()).toEqual(["audit.entry", "revision.committed"]);
  for (const one of receiver.received) {
    expect(isSignedBy(secret, one)).toBe(true);
    expect(isSignedBy(secret, { ...one, body: `${one.body} ` })).toBe(false);
    expect(one.timestamp).toBe(Math.floor(plane.now / 1000));
    expect(one.headers["content-type"]).toBe("application/json");
    expect(one.signatures).toHaveLength(1);
  }
  expect(new Set(receiver.received.map((one) => one.id)).size).toBe(2);
  const revision = receiver.received.find(({ json }) => json.type === "revision.committed");
  expect(revision?.json).toEqual({
    type: "revision.committed",
    timestamp: new Date(plane.now).toISOString(),
    data: {
      revision: 1,
      actor: "token:test",
      token: "test",
      reason: "ticket 7",
      resources: expect.arrayContaining([{ change: "created", mesh: "", name: "default", type: "Mesh" }]),
      total: 7,
    },
  });
  const entries = await org.store.audit({ newestFirst: false, size: 9 });
  const told = receiver.received.filter(({ json }) => json.type === "audit.entry").map(({ json }) => json.data);
  expect(entries).toEqual(expect.arrayContaining(told));
  await wake(org);
  expect(receiver.received).toHaveLength(2);
  expect((await deliveriesOf(org, id)).map(({ state, status, attempts }) => [state, status, attempts])).toEqual(
    Array.from({ length: 2 }, () => ["delivered", 204, 1]),
  );
});

test("what is done beside the writer is told at once, to receivers and to who follows events", async () => {
  const org = await fresh();
  const receiver = await receive();
  await create(org, receiver.url, "audit.entry");
  await wake(org);
  const hints: string[] = [];
  const leave = await control.events.listen(org.tenant, null, {
    take: ({ hint }) => void hints.push(hint.kind),
    end: () => undefined,
  });
  await control.members.invite(org.admin, { email: "ann@example.com", role: "viewer" });
  const told = () => receiver.received.map(({ json }) => (json.data as { action: string }).action);
  await expect.poll(told).toContain("invitation.create");
  await expect.poll(() => hints).toContain("audit");
  leave();
});

test("nothing is kept for nobody, and a webhook gets what it wants alone", async () => {
  const org = await fresh();
  await org.apply([mesh()]);
  expect(
    (
      await plane.tenants.batch([
        { sql: "SELECT count(*) AS n FROM webhook_event WHERE tenant_id = ?1", params: [org.tenant] },
      ])
    )[0]?.rows,
  ).toEqual([[0]]);
  const [one, other] = [await receive(), await receive()];
  await create(org, one.url, "audit.entry");
  await create(org, other.url, "zone.offline");
  await org.apply([timeout("slow", 5)]);
  await wake(org);
  // That another webhook was made, and the change.
  expect(one.received).toHaveLength(2);
  expect(other.received).toEqual([]);
});

test("a receiver that fails is tried again and again for about a day; then it is dead, and others are told", async () => {
  const org = await fresh();
  const [failing, watching] = [await receive(), await receive()];
  failing.answer = (response) => void response.writeHead(500).end("no");
  const { id } = await create(org, failing.url, "revision.committed", "webhook.dead");
  await create(org, watching.url, "webhook.dead");
  await org.apply([mesh()]);
  const began = plane.now;
  const pauses: number[] = [];
  for (let attempts = 1; ; attempts++) {
    await wake(org);
    expect(failing.received).toHaveLength(attempts);
    const [delivery] = await deliveriesOf(org, id);
    if (delivery?.state !== "pending") break;
    expect(delivery).toMatchObject({ attempts, status: 500, problem: "it answered 500" });
    // Not before its time.
    plane.now = delivery.due - 1;
    await wake(org);
    expect(failing.received).toHaveLength(attempts);
    pauses.push(delivery.due - Date.parse(delivery.triedAt ?? ""));
    plane.now = delivery.due;
  }
  expect(pauses.length).toBe(10);
  expect(plane.now - began).toBeGreaterThan(19 * HOUR);
  expect(plane.now - began).toBeLessThan(31 * HOUR);
  expect(pauses[0]).toBeLessThanOrEqual(6000);
  const deliveries = await deliveriesOf(org, id);
  expect(deliveries.map(({ state, attempts }) => [state, attempts])).toEqual([["dead", 11]]);
  await wake(org);
  expect(watching.received.map(({ json }) => json)).toEqual([
    expect.objectContaining({
      type: "webhook.dead",
      data: expect.objectContaining({
        webhook: id,
        type: "revision.committed",
        attempts: 11,
        problem: "it answered 500",
      }),
    }),
  ]);
  expect(new Set(failing.received.map((one) => one.id)).size).toBe(1);

  failing.answer = (response) => void response.writeHead(200).end();
  expect(await org.control.writer.replayWebhook(org.admin, id, { event: deliveries[0]?.event ?? "" })).toBe(1);
  await wake(org);
  expect(failing.received).toHaveLength(12);
  expect((await deliveriesOf(org, id)).map(({ state, attempts }) => [state, attempts])).toEqual([["delivered", 1]]);
});

describe("receivers", () => {
  test("one that never answers holds up nobody else", async () => {
    // No call to the one is given up before all to the other have come.
    const patient = plane.reopen({ receivers: openReceivers(true, undefined, 180_000) });
    const org = (await signUp(plane, `hooked-${++made}`)).at(patient);
    const [silent, quick] = [await receive(), await receive()];
    silent.answer = () => undefined;
    const slow = await create(org, silent.url, "audit.entry");
    await create(org, quick.url, "audit.entry");
    for (let second = 1; second <= 10; second++) await org.apply([mesh(), timeout("slow", second)]);
    const wanted = (await org.store.audit({ newestFirst: false, size: 99 })).length - 3;
    await expect.poll(() => quick.received.length).toBeGreaterThanOrEqual(wanted);
    expect(silent.received.length).toBeLessThanOrEqual(4);
    expect((await deliveriesOf(org, slow.id)).every(({ state }) => state === "pending")).toBe(true);
    await org.control.writer.deleteWebhook(org.admin, slow.id);
  });

  test("one that never answers is given up in time, whatever the garbage collector does, and the next are called", async () => {
    const hasty = plane.reopen({ receivers: openReceivers(true, undefined, 1000) });
    const org = (await signUp(plane, `hooked-${++made}`)).at(hasty);
    const silent = await receive();
    silent.answer = () => undefined;
    const { id } = await create(org, silent.url, "revision.committed");
    const collecting = setInterval(collect, 200);
    try {
      for (let second = 1; second <= 6; second++) await org.apply([mesh(), timeout("slow", second)]);
      // More than go to one receiver at a time: the last ones are called when the first are given up.
      await wake(org);
      await wake(org);
    } finally {
      clearInterval(collecting);
    }
    const rows = await deliveriesOf(org, id);
    expect(rows).toHaveLength(6);
    for (const row of rows)
      expect(row).toMatchObject({ state: "pending", attempts: 1, problem: "it gave no answer within 1 s" });
  });

  test("one that says it is gone is told no more, until a replay", async () => {
    const org = await fresh();
    const receiver = await receive();
    receiver.answer = (response) => void response.writeHead(410).end();
    const { id } = await create(org, receiver.url, "revision.committed");
    // The second waits, for its webhook is off by the first's answer.
    receiver.answer = (response) => void response.writeHead(503).end();
    await org.apply([mesh()]);
    await wake(org);
    receiver.answer = (response) => void response.writeHead(410).end();
    await org.control.writer.testWebhook(org.admin, id);
    await wake(org);
    const states = (await deliveriesOf(org, id)).map(({ type, state, status, problem }) => [
      type,
      state,
      status,
      problem,
    ]);
    expect(states.sort()).toEqual([
      ["revision.committed", "dropped", 503, "its receiver answered 410 Gone"],
      ["webhook.test", "dead", 410, "it answered 410"],
    ]);
    receiver.received.length = 1;
    await org.apply([timeout("slow", 5)]);
    plane.now += HOUR;
    await wake(org);
    expect(receiver.received).toHaveLength(1);
    const [row] = await org.store.webhooks.list();
    expect(row).toMatchObject({ disabledAt: expect.any(String), disabledWhy: "its receiver answered 410 Gone" });
    expect((await faultOf(org.control.writer.testWebhook(org.admin, id))).code).toBe("conflict");
    receiver.answer = (response) => void response.writeHead(204).end();
    await org.control.writer.replayWebhook(org.admin, id, { since: "2026-01-01T00:00:00.000Z" });
    await wake(org);
    expect(receiver.received.length).toBeGreaterThan(1);
    expect((await org.store.webhooks.list())[0]?.disabledAt).toBeNull();
  });

  test("one that is busy is asked again when it says", async () => {
    const org = await fresh();
    const receiver = await receive();
    receiver.answer = (response) => void response.writeHead(429, { "retry-after": "600" }).end();
    const { id } = await create(org, receiver.url, "revision.committed");
    await org.apply([mesh()]);
    await wake(org);
    const [delivery] = await deliveriesOf(org, id);
    expect([delivery?.status, (delivery?.due ?? 0) - plane.now]).toEqual([429, 600_000]);
  });

  test("a redirect is not followed", async () => {
    const org = await fresh();
    const [receiver, target] = [await receive(), await receive()];
    receiver.answer = (response) => void response.writeHead(307, { location: target.url }).end();
    const { id } = await create(org, receiver.url, "revision.committed");
    await org.apply([mesh()]);
    await wake(org);
    expect([receiver.received.length, target.received.length]).toEqual([1, 0]);
    expect((await deliveriesOf(org, id))[0]?.problem).toContain("redirect");
  });
});

test("for a day after a rotation both secrets sign", async () => {
  const org = await fresh();
  const receiver = await receive();
  const { id, secret } = await create(org, receiver.url, "webhook.dead");
  const next = await org.control.writer.rotateWebhook(org.admin, id);
  expect(next.secret).not.toBe(secret);
  const send = async () => {
    await org.control.writer.testWebhook(org.admin, id);
    await wake(org);
    const last = receiver.received.at(-1);
    if (last === undefined) throw new Error("nothing was received");
    return [isSignedBy(next.secret, last), isSignedBy(secret, last)];
  };
  expect(await send()).toEqual([true, true]);
  plane.now += 25 * HOUR;
  expect(await send()).toEqual([true, false]);
  const stored = JSON.stringify(await org.store.webhooks.list());
  for (const hidden of [secret, next.secret]) expect(stored).not.toContain(hidden.slice(6));
});

test("what waits when a process ends is sent by the next one", async () => {
  const org = await signUp(plane, `hooked-${++made}`);
  const receiver = await receive();
  // A process that delivers nothing, as one that dies before its first call.
  const { id } = await org
    .at(plane.reopen({ receivers: SILENT }))
    .control.writer.createWebhook(org.admin, { url: receiver.url, events: ["revision.committed"], description: "" });
  await org.apply([mesh()]);
  expect((await deliveriesOf(org, id)).map(({ state }) => state)).toEqual(["pending"]);
  await plane
    .reopen({ receivers: openReceivers(true) })
    .writerOf(org.tenant)
    .recover();
  expect(receiver.types()).toEqual(["revision.committed"]);
});

test("more than may wait is dropped, what has waited longest first, and old events are forgotten", async () => {
  const org = await fresh();
  // No call ends, so that no attempt is written down beside what is counted here.
  const silent = org.at(plane.reopen({ receivers: SILENT }));
  const wanted = { url: "http://127.0.0.1:9/", events: ["zone.offline"], description: "" };
  const { id } = await silent.control.writer.createWebhook(org.admin, wanted);
  const base = plane.now;
  const day = (number: number): string => new Date(base + number * 24 * HOUR).toISOString();
  const notice = (number: number) =>
    ({ id: `msg_${number}`, type: "zone.offline", time: day(number), payload: "{}" }) as const;
  for (const number of [1, 2, 3, 4]) {
    plane.now += 1;
    await org.store.webhooks.tell([notice(number)], []);
  }
  expect(await org.store.webhooks.tidy({ before: day(2), most: 2, why: "too many" })).toBe(1);
  const rows = await deliveriesOf(org, id);
  expect(rows.map(({ event, state, problem }) => [event, state, problem])).toEqual([
    ["msg_4", "pending", null],
    ["msg_3", "pending", null],
    ["msg_2", "dropped", "too many"],
  ]);
});

test("what is wrong with a webhook is told all at once, and who may make one", async () => {
  const org = await fresh();
  const strict = org.at(plane.reopen({ receivers: openReceivers(false) }));
  const refused = await faultOf(
    strict.control.writer.createWebhook(org.admin, {
      url: "http://10.0.0.1/",
      events: ["everything"],
      description: "x".repeat(201),
    }),
  );
  expect(refused.violations.map((one) => one.split(":")[0])).toEqual(["url", "events[0]", "description"]);
  for (const url of [
    "https://10.0.0.1/",
    "https://[::1]/",
    "https://169.254.169.254/latest",
    "https://0x7f000001/",
    "https://2130706433/",
    "https://localhost/",
    "https://[::ffff:10.0.0.1]/",
    "ftp://example.com/",
    "https://a:b@example.com/",
    "https://example.com/#x",
    "example.com",
  ]) {
    expect(await faultOf(create(strict, url, "zone.offline")), url).toMatchObject({
      code: "invalid",
      violations: [expect.stringMatching(/^url: must/)],
    });
  }
  const caller = { ...org.admin, scopes: ["webhook:write"] };
  const wanted = { url: "https://example.com/", events: ["audit.entry"], description: "" };
  expect((await faultOf(strict.control.writer.createWebhook(caller, wanted))).detail).toContain("audit:read");
  expect((await strict.control.writer.createWebhook(caller, { ...wanted, events: ["zone.offline"] })).secret).toMatch(
    /^whsec_[A-Za-z0-9+/]{43}=$/,
  );
  for (const scopes of [["read", "write"], ["audit:read"]])
    expect((await faultOf(strict.control.writer.createWebhook({ ...caller, scopes }, wanted))).code).toBe("forbidden");
  for (const absent of [
    org.control.writer.deleteWebhook(org.admin, "no"),
    org.control.writer.rotateWebhook(org.admin, "no"),
    org.control.writer.testWebhook(org.admin, "no"),
    org.control.writer.replayWebhook(org.admin, "no", { event: "x" }),
  ].map(faultOf))
    expect((await absent).code).toBe("absent");
});
