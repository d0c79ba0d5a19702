// Plans and effects: kept whole, found again, told when committed, and forgotten when nobody can use them.
import { expect, test } from "vitest";
import type { PlanApproval, PlanRow } from "#store/face/plan.ts";
import { type Harness, START } from "#test/store/harness.ts";
import { aCommit, aDeed, anApiToken, keyOf, put } from "#test/store/samples.ts";

const at = (milliseconds: number): string => new Date(START + milliseconds).toISOString();

const aPlan = (id: string, over: Partial<PlanRow> = {}): Omit<PlanRow, "committed"> => ({
  id,
  epoch: 1,
  revision: 0,
  actor: "token:t1",
  reason: "why",
  createdAt: at(0),
  expiresAt: at(1_000),
  body: "{}",
  ...over,
});

const approval = (plan: string, actor: string, after: number): PlanApproval => ({
  plan,
  actor,
  time: at(after),
  reason: "seen",
});

export function planContract(harness: Harness): void {
  test("a plan is found as it was kept, with its parts in order, and by its own organisation alone", async () => {
    const store = harness.fresh();
    const other = harness.fresh();
    harness.now = START;
    const plan = aPlan("p1", { body: '{"a":"ä"}', revision: 7 });
    await store.addPlan(plan, ["one", "two", "three"], { keep: 9, notices: [] });
    expect(await store.plan("p1")).toEqual({ ...plan, committed: null });
    expect(await store.planParts("p1")).toEqual(["one", "two", "three"]);
    expect(await store.plan("p2")).toBeNull();
    expect(await other.plan("p1")).toBeNull();
    expect(await other.planParts("p1")).toEqual([]);
    expect(await other.plans({ size: 9 })).toEqual([]);
  });

  test("a list tells how much a plan says, without its body", async () => {
    const store = harness.fresh();
    harness.now = START;
    const outcome = { effect: { proxies: 7 }, access: [{}, {}], faults: { new: [{}], mended: [] } };
    const body = JSON.stringify({ changes: [{}, {}, {}], demands: [{ kind: "approvals" }], outcome });
    await store.addPlan(aPlan("said", { body }), ["x"], { keep: 9, notices: [] });
    await store.addPlan(aPlan("empty", { createdAt: at(1) }), ["x"], { keep: 9, notices: [] });
    const { body: _, ...head } = aPlan("said");
    const nothing = { demands: null, changes: 0, proxies: 0, access: 0, newFaults: 0 };
    expect(await store.plans({ size: 9 })).toEqual([
      { ...head, id: "empty", createdAt: at(1), committed: null, ...nothing },
      { ...head, committed: null, demands: '[{"kind":"approvals"}]', changes: 3, proxies: 7, access: 2, newFaults: 1 },
    ]);
    expect(await store.countPlans()).toBe(2);
    expect(await harness.fresh().countPlans()).toBe(0);
  });

  test("approvals count once a caller, until they are withdrawn, their token is revoked or the plan is forgotten", async () => {
    const store = harness.fresh();
    const other = harness.fresh();
    harness.now = START;
    await store.addPlan(aPlan("p1"), ["x"], { keep: 9, notices: [] });
    const [one, two] = [approval("p1", "token:t2", 1), approval("p1", "token:t3", 2)];
    await store.addApproval(two, []);
    await store.addApproval(one, [aDeed("plan p1", { action: "plan.approve" })]);
    await store.addApproval({ ...one, time: at(9), reason: "again" }, []);
    expect(await store.approvals("p1")).toEqual([one, two]);
    expect((await store.audit({ newestFirst: true, size: 9 })).map(({ action }) => action)).toEqual(["plan.approve"]);
    expect(await other.approvals("p1")).toEqual([]);
    await other.dropApproval("p1", "token:t2", []);
    await store.dropApproval("p1", "token:t2", []);
    expect(await store.approvals("p1")).toEqual([two]);
    await store.addCredential(anApiToken("t3"));
    expect(await store.approvals("p1")).toEqual([two]);
    await store.revokeCredential("t3", at(3));
    expect(await store.approvals("p1")).toEqual([]);
    const brief = approval("p1", "token:t4", 3);
    await store.addCredential({ ...anApiToken("t4"), expiresAt: at(500) });
    await store.addApproval(brief, []);
    expect(await store.approvals("p1")).toEqual([brief]);
    harness.now = START + 500;
    expect(await store.approvals(null), "its token has expired").toEqual([]);
    await store.addApproval(one, []);
    await store.addPlan(aPlan("p2", { createdAt: at(5) }), ["x"], { keep: 1, notices: [] });
    await store.addPlan(aPlan("p1", { createdAt: at(6) }), ["x"], { keep: 2, notices: [] });
    expect(await store.approvals("p1")).toEqual([]);
  });

  test("a plan tells the revision that committed it", async () => {
    const store = harness.fresh();
    harness.now = START;
    await store.addPlan(aPlan("p1"), ["x"], { keep: 9, notices: [] });
    await store.commit(aCommit([put(keyOf("a"))], { writeId: "plan/p1" }));
    expect((await store.plan("p1"))?.committed).toBe(1);
    expect((await store.plans({ size: 9 })).map(({ committed }) => committed)).toEqual([1]);
  });

  test("expired plans, and all but the newest, are forgotten with their parts", async () => {
    const store = harness.fresh();
    harness.now = START;
    for (const [index, id] of ["a", "b", "c"].entries())
      await store.addPlan(aPlan(id, { createdAt: at(index), expiresAt: at(5_000) }), [id], { keep: 2, notices: [] });
    expect((await store.plans({ size: 9 })).map(({ id }) => id)).toEqual(["c", "b"]);
    expect((await store.plans({ size: 1 })).map(({ id }) => id)).toEqual(["c"]);
    expect(await store.planParts("a")).toEqual([]);
    harness.now = START + 6_000;
    await store.addPlan(aPlan("d", { createdAt: at(6_000), expiresAt: at(9_000) }), ["d"], { keep: 9, notices: [] });
    expect((await store.plans({ size: 9 })).map(({ id }) => id)).toEqual(["d"]);
    expect(await store.planParts("b")).toEqual([]);
  });

  test("whoever makes many plans puts out the oldest of their own, and none that is approved", async () => {
    const store = harness.fresh();
    harness.now = START;
    const add = (id: string, actor: string, after: number) =>
      store.addPlan(aPlan(id, { actor, createdAt: at(after) }), [id], { keep: 4, notices: [] });
    await add("others", "token:t1", 0);
    await add("first", "token:t2", 1);
    await store.addApproval(approval("first", "token:t3", 1), []);
    for (const [index, id] of ["b", "c", "d", "e"].entries()) await add(id, "token:t2", 2 + index);
    expect((await store.plans({ size: 9 })).map(({ id }) => id)).toEqual(["e", "d", "first", "others"]);
    expect(await store.approvals("first")).toHaveLength(1);
  });

  test("an effect is found by each revision that its publication covered", async () => {
    const store = harness.fresh();
    const row = (revision: number, first: number, zone: string, body = "{}") => ({ revision, first, zone, body });
    await store.addEffects([row(3, 2, "west"), row(3, 2, ""), row(5, 5, "east")]);
    expect(await store.effects(1)).toEqual([]);
    for (const revision of [2, 3]) expect(await store.effects(revision)).toEqual([row(3, 2, ""), row(3, 2, "west")]);
    expect(await store.effects(4)).toEqual([]);
    expect(await store.effects(5)).toEqual([row(5, 5, "east")]);
    expect(await store.effects(6)).toEqual([]);
    await store.addEffects([row(5, 5, "east", '{"again":1}')]);
    expect((await store.effects(5))[0]?.body).toBe('{"again":1}');
    await store.addEffects([]);
  });

  test("effects are forgotten with their revisions", async () => {
    const store = harness.fresh();
    harness.now = START;
    for (let revision = 1; revision <= 3; revision++) {
      await store.commit(aCommit([put(keyOf("a"), { spec: revision })]));
      await store.addEffects([{ revision, first: revision, zone: "east", body: "{}" }]);
    }
    await store.commit(aCommit([put(keyOf("a"), { spec: 4 })], { forgetBefore: at(1) }));
    expect((await store.oldestRevision())?.revision).toBe(4);
    for (const revision of [1, 2, 3]) expect(await store.effects(revision)).toEqual([]);
  });

  test("a plan and effects of several megabytes come back byte for byte", async () => {
    const store = harness.fresh();
    harness.now = START;
    const text = '"\\ü\u{1f512}\n'.repeat(60_000);
    const parts = [`0${text}`, `1${text}`, `2${text}`];
    await store.addPlan(aPlan("p1", { body: text }), parts, { keep: 9, notices: [] });
    expect((await store.plan("p1"))?.body === text).toBe(true);
    expect((await store.planParts("p1")).map((part, index) => part === parts[index])).toEqual([true, true, true]);
    const rows = parts.map((body, index) => ({ revision: 1, first: 1, zone: `z${index}`, body }));
    await store.addEffects(rows);
    expect((await store.effects(1)).map(({ body }, index) => body === parts[index])).toEqual([true, true, true]);
  });
}
