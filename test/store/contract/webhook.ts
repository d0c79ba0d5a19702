// Contract of webhooks: the outbox is filled in the batch of what it tells of, once an event, and for those who want it.
import { expect, test } from "vitest";
import { noticeOf } from "#model/webhook/event.ts";
import type { TenantStore } from "#store/store.ts";
import type { Harness } from "#test/store/harness.ts";
import { aCommit, aDeed, aWebhook, keyOf, put } from "#test/store/samples.ts";
import { faultOf } from "./commit.ts";

const TIME = "2026-01-02T00:00:00.000Z";
const due = (store: TenantStore, id: string, now: number) => store.webhooks.due({ id, now, size: 99 });

export function webhookContract(harness: Harness): void {
  test("a commit's events stand in its batch, byte for byte as its entry has them; what is refused tells nothing", async () => {
    const store = harness.fresh();
    await store.webhooks.add(aWebhook("w1", { events: ["audit.entry", "revision.committed"] }), []);
    await store.webhooks.add(aWebhook("w2", { events: ["revision.committed"] }), []);
    await store.webhooks.add(aWebhook("w3", { disabledAt: TIME }), []);
    const details = { reason: "ü \u{1f512}", resources: [{ change: "created", mesh: "", name: "a", type: "Mesh" }] };
    await store.commit(aCommit([put(keyOf("a"))], { audit: [aDeed("a", { action: "resources.change", details })] }));
    await faultOf(store.commit(aCommit([put(keyOf("b"), {}, "present")], { audit: [aDeed()] })), "stale");
    const [entry] = await store.audit({ newestFirst: true, size: 1 });
    const told = await due(store, "w1", harness.now);
    expect(told.map(({ type }) => type).sort()).toEqual(["audit.entry", "revision.committed"]);
    const payloads = told.map(({ payload }) => JSON.parse(payload));
    expect(payloads).toContainEqual({ type: "audit.entry", timestamp: TIME, data: entry });
    expect(payloads).toContainEqual(
      expect.objectContaining({ data: expect.objectContaining({ revision: 1, reason: details.reason }) }),
    );
    expect((await due(store, "w2", harness.now)).map(({ type }) => type)).toEqual(["revision.committed"]);
    expect(await due(store, "w3", harness.now)).toEqual([]);
    expect(await due(store, "w1", harness.now - 1)).toEqual([]);
    expect(await due(harness.fresh(), "w1", harness.now)).toEqual([]);
  });

  test("an event is told once however often it is written; one for a webhook alone, one for all others", async () => {
    const store = harness.fresh();
    for (const id of ["w1", "w2"])
      await store.webhooks.add(aWebhook(id, { events: ["zone.offline", "webhook.dead"] }), []);
    const offline = noticeOf("msg_1", "zone.offline", TIME, { zone: "east" });
    for (let time = 0; time < 3; time++)
      await store.webhooks.tell([offline], [{ name: "zone/east", value: "offline" }]);
    await store.webhooks.tell([{ ...noticeOf("msg_2", "webhook.test", TIME, {}), only: "w1" }], []);
    await store.webhooks.tell([{ ...noticeOf("msg_3", "webhook.dead", TIME, {}), except: "w1" }], []);
    const events = async (id: string) => (await due(store, id, harness.now)).map(({ event }) => event).sort();
    expect([await events("w1"), await events("w2")]).toEqual([
      ["msg_1", "msg_2"],
      ["msg_1", "msg_3"],
    ]);
    expect(await store.webhooks.marks()).toEqual(new Map([["zone/east", "offline"]]));
    await store.webhooks.tell([], [{ name: "zone/east", value: null }]);
    expect(await store.webhooks.marks()).toEqual(new Map());
  });

  test("an event is replayed to webhooks that want its type or were sent it, and to no other", async () => {
    const store = harness.fresh();
    await store.webhooks.add(aWebhook("w1", { events: ["zone.offline"] }), []);
    await store.webhooks.add(aWebhook("w2", { events: ["audit.entry"] }), []);
    await store.webhooks.tell([noticeOf("msg_1", "audit.entry", TIME, {})], []);
    await store.webhooks.tell([{ ...noticeOf("msg_2", "webhook.test", TIME, {}), only: "w1" }], []);
    const replay = (id: string, event: string) => store.webhooks.replay(id, { event }, []);
    expect([await replay("w2", "msg_1"), await replay("w1", "msg_2")]).toEqual([1, 1]);
    expect([await replay("w1", "msg_1"), await replay("w2", "msg_2")]).toEqual([0, 0]);
  });

  test("an attempt is noted, replayed, and goes with its webhook", async () => {
    const store = harness.fresh();
    await store.webhooks.add(aWebhook("w1", { events: ["zone.offline"] }), [aDeed("webhook w1")]);
    for (const day of [1, 2]) {
      await store.webhooks.tell([noticeOf(`msg_${day}`, "zone.offline", `2026-01-0${day}T00:00:00.000Z`, {})], []);
    }
    const outcome = {
      webhook: "w1",
      attempts: 1,
      due: harness.now + 5,
      triedAt: TIME,
      status: 500,
      problem: "it answered 500",
    };
    await store.webhooks.note({ ...outcome, event: "msg_1", state: "pending" }, []);
    await store.webhooks.note({ ...outcome, event: "msg_2", state: "delivered", status: 204, problem: null }, []);
    expect(await store.webhooks.next([])).toBe(harness.now + 5);
    expect(await store.webhooks.next(["w1"])).toBeNull();
    const list = () => store.webhooks.deliveries({ id: "w1", size: 9, offset: 0 });
    expect((await list()).map(({ event, state, status }) => [event, state, status])).toEqual([
      ["msg_2", "delivered", 204],
      ["msg_1", "pending", 500],
    ]);
    expect(await store.webhooks.replay("w1", { since: TIME }, [])).toBe(1);
    expect(await store.webhooks.replay("w1", { event: "none" }, [])).toBe(0);
    expect((await list()).map(({ event, state, attempts }) => [event, state, attempts])).toEqual([
      ["msg_2", "pending", 0],
      ["msg_1", "pending", 1],
    ]);
    await store.webhooks.update("w1", { disabledAt: TIME, disabledWhy: "gone" }, []);
    expect(await store.webhooks.next([])).toBeNull();
    await store.webhooks.remove("w1", [aDeed("webhook w1")]);
    expect([await store.webhooks.list(), await list()]).toEqual([[], []]);
    expect(await store.audit({ newestFirst: false, size: 9 })).toHaveLength(2);
  });

  test("who begins to listen where nobody did is told by no older mark; one more listener changes none", async () => {
    const store = harness.fresh();
    const marks = async () => [...(await store.webhooks.marks()).keys()];
    await store.webhooks.add(aWebhook("w1"), []);
    await store.webhooks.tell([], [{ name: "rollout", value: "1.2" }]);
    await store.webhooks.add(aWebhook("w2"), []);
    expect(await marks()).toEqual(["rollout"]);
    await store.webhooks.update("w2", { disabledAt: TIME, disabledWhy: "gone" }, []);
    await store.webhooks.remove("w1", []);
    expect(await marks()).toEqual(["rollout"]);
    await store.webhooks.update("w2", { disabledAt: null, disabledWhy: null }, []);
    expect(await marks()).toEqual([]);
    await store.webhooks.tell([], [{ name: "rollout", value: "1.9" }]);
    await store.webhooks.remove("w2", []);
    await store.webhooks.add(aWebhook("w3"), []);
    expect(await marks()).toEqual([]);
  });

  test("old events go with their deliveries, and of what waits beyond the most, what has waited longest", async () => {
    const store = harness.fresh();
    await store.webhooks.add(aWebhook("w1", { events: ["zone.offline"] }), []);
    const started = harness.now;
    for (const [day, id] of ["a", "b", "c", "d"].entries()) {
      harness.now = started + day;
      await store.webhooks.tell([noticeOf(`msg_${id}`, "zone.offline", `2026-01-0${day + 1}T00:00:00.000Z`, {})], []);
    }
    harness.now = started;
    const why = "more than 2 waited";
    expect(await store.webhooks.tidy({ before: "2026-01-02T00:00:00.000Z", most: 2, why })).toBe(1);
    const list = await store.webhooks.deliveries({ id: "w1", size: 9, offset: 0 });
    expect(list.map(({ event, state, problem }) => [event, state, problem])).toEqual([
      ["msg_d", "pending", null],
      ["msg_c", "pending", null],
      ["msg_b", "dropped", why],
    ]);
    expect((await due(store, "w1", started + 9)).map(({ event }) => event)).toEqual(["msg_c", "msg_d"]);
    expect(await store.webhooks.tidy({ before: "2026-01-02T00:00:00.000Z", most: 2, why })).toBe(0);
    const page = { id: "w1", size: 1, offset: 1 };
    expect((await store.webhooks.deliveries(page)).map(({ event }) => event)).toEqual(["msg_c"]);
    expect(await store.webhooks.deliveries({ ...page, state: "dropped", offset: 0 })).toMatchObject([
      { event: "msg_b" },
    ]);
  });

  test("thousands of notices and marks at once are told whole", async () => {
    const store = harness.fresh();
    await store.webhooks.add(aWebhook("w1", { events: ["zone.offline"] }), []);
    const ids = Array.from({ length: 2000 }, (_, index) => `msg_${index}`);
    const details = { text: '"ü'.repeat(500) };
    await store.webhooks.tell(
      ids.map((id) => noticeOf(id, "zone.offline", TIME, details)),
      ids.map((name) => ({ name, value: "offline" })),
    );
    const told = await store.webhooks.due({ id: "w1", now: harness.now, size: 3000 });
    expect(told.map(({ event }) => event).sort()).toEqual([...ids].sort());
    expect(JSON.parse(told[0]?.payload ?? "").data).toEqual(details);
    expect((await store.webhooks.marks()).size).toBe(2000);
  });
}
