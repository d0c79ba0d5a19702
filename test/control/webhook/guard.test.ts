// What webhooks are told of guard rails: a plan waits, is approved, a rail is overridden, a revision is taken back.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Caller } from "#control/face/caller.ts";
import { ROLLBACK_ACTOR } from "#control/rollback/actor.ts";
import { openReceivers } from "#node/webhook-call.ts";
import { changeOf, mesh, type Org, openPlane, type Plane, signUp, timeout } from "#test/control/harness.ts";
import { openReceiver, type Receiver } from "#test/webhook-receiver.ts";

let plane: Plane;
let org: Org;
let receiver: Receiver;
beforeAll(async () => {
  plane = await openPlane();
  org = (await signUp(plane, "guarded")).at(plane.reopen({ receivers: openReceivers(true) }));
  receiver = await openReceiver();
  const events = [
    ...["plan.waiting", "plan.approved", "guard.overridden"],
    ...["revision.committed", "rollback.automatic", "rollback.refused"],
  ];
  await org.control.writer.createWebhook(org.admin, { url: receiver.url, events, description: "" });
  const control = { type: "ChangeControl", mesh: "default", name: "guard", spec: { approvals: { required: 2 } } };
  await org.apply([mesh(), mesh("free"), timeout("slow", 1), control]);
  await told();
});
afterAll(async () => {
  await plane.close();
  await receiver.close();
});

let seen = 0;
/** What came since the last look: types and data, and no id twice. */
async function told(): Promise<readonly [string, Record<string, unknown>][]> {
  plane.now += 1000;
  await org.control.writerOf(org.tenant).recover();
  const fresh = receiver.received.slice(seen);
  seen = receiver.received.length;
  const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
  expect(new Set(ids).size).toBe(ids.length);
  return fresh.map(({ json }) => [json.type, json.data] as [string, Record<string, unknown>]);
}

const by = (name: string): Caller => ({ ...org.admin, actor: `token:${name}` });

test("a plan that waits, each approval of it, and its commit", async () => {
  const asked = changeOf({ put: [timeout("slow", 2)], reason: "ticket 9" });
  const { id, revision, expiresAt } = await org.control.writer.plan(by("ann"), asked);
  expect(await told()).toEqual([
    [
      "plan.waiting",
      {
        ...{ plan: id, actor: "token:ann", reason: "ticket 9", revision, expiresAt, required: 2 },
        controls: [{ mesh: "default", name: "guard" }],
        resources: [{ type: "MeshTimeout", mesh: "default", name: "slow", change: "updated" }],
        ...{ total: 1, proxies: 0, access: 0 },
      },
    ],
  ]);
  for (const [index, name] of ["bob", "carol"].entries()) {
    await org.control.writer.approvePlan({ ...by(name), reason: "read it" }, id);
    await org.control.writer.approvePlan(by(name), id);
    const approval = { required: 2, given: index + 1, author: "token:ann", plan: id, revision, reason: "read it" };
    expect(await told()).toEqual([["plan.approved", { actor: `token:${name}`, token: name, ...approval }]]);
  }
  await org.apply([], [], { planId: id, caller: by("ann") });
  expect(await told()).toMatchObject([["revision.committed", { revision: revision + 1, total: 1 }]]);
});

test("a plan that nobody need approve is told to nobody", async () => {
  await org.control.writer.plan(by("ann"), changeOf({ put: [timeout("slow", 2, "free")] }));
  expect(await told()).toEqual([]);
});

test("an override, once, and beside it one commit", async () => {
  const { revision } = await org.apply([timeout("slow", 3)], [], {
    caller: { ...by("oncall"), override: "the shop is down" },
  });
  const all = await told();
  expect(all.map(([type]) => type).sort()).toEqual(["guard.overridden", "revision.committed"]);
  expect(Object.fromEntries(all)).toMatchObject({
    "guard.overridden": { revision, actor: "token:oncall", reason: "the shop is down", needs: [expect.any(String)] },
    "revision.committed": { revision, total: 1 },
  });
});

test("a revision that was taken back by itself", async () => {
  const { revision } = await org.store.heads();
  const caller = { ...org.admin, actor: ROLLBACK_ACTOR };
  await org.apply([], [], { caller, rollback: { undo: revision }, reason: "3 proxies refuse it" });
  const all = Object.fromEntries(await told());
  expect(all).toMatchObject({
    "revision.committed": { revision: revision + 1 },
    "rollback.automatic": { revision: revision + 1, undone: revision, actor: ROLLBACK_ACTOR },
  });
  expect(all["rollback.automatic"]?.reason).toContain("3 proxies refuse it");
});
