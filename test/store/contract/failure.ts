// Contract of failures: lost answers, repeated writes, and batches that break in the middle.
import { expect, test } from "vitest";
import type { CertificateRow } from "#store/face/certificate.ts";
import { flaky, type Harness } from "#test/store/harness.ts";
import { aCommit, anIssuer, aRegistration, aStep, keyOf, put } from "#test/store/samples.ts";
import { faultOf } from "./commit.ts";

export function failureContract(harness: Harness): void {
  const A = keyOf("a");

  test.each([
    ["the batch never arrived", ["before"]],
    ["its answer was lost", ["after"]],
    ["answer and look-up were lost", ["after", "before"]],
    ["nothing arrived twice, then the answer was lost", ["before", "before", "before", "before", "after"]],
  ] as const)("a commit is made once when %s", async (_, plan) => {
    const tenant = harness.freshTenant();
    const store = harness.over(flaky(harness.tenants, plan)).within(tenant);
    for (const commit of [
      aCommit([put(A, {}, "absent")]),
      aStep({ registrations: [{ set: aRegistration("d", "r") }] }),
    ]) {
      const before = await harness.store.within(tenant).heads();
      const done = await store.commit(commit);
      expect(done.sequence).toBe(before.sequence + 1);
      expect(await harness.store.within(tenant).heads()).toEqual({ epoch: 1, revision: 1, sequence: done.sequence });
      expect(await store.findWrite(commit.writeId)).toEqual({ epoch: 1, revision: 1, sequence: done.sequence });
    }
    expect(await store.revisions({ size: 9 })).toHaveLength(1);
  });

  test("a database that stays away ends in `unavailable` with the engine's error as its cause", async () => {
    const down = harness.over(flaky(harness.tenants, Array(50).fill("before"))).within(harness.freshTenant());
    const fault = await faultOf(down.commit(aCommit([put(A)])), "unavailable");
    expect(fault.retryAfter).toBe(1);
    expect(fault.message).not.toContain("refused");
    await faultOf(down.heads(), "unavailable");
  });

  test("a repeated write id is answered with the first commit, whatever happened since", async () => {
    const store = harness.fresh();
    const commit = aCommit([put(A, {}, "absent")]);
    const first = await store.commit(commit);
    await store.commit(aCommit([put(A, { spec: "later" })]));
    const again = await store.commit(commit);
    expect(again).toMatchObject({ epoch: 1, revision: 1, sequence: 1, created: [true] });
    expect(again.resources[0]?.resource.spec).toBe("later");
    expect(first.resources[0]?.resource.spec).toEqual({ of: "a" });
    expect((await store.heads()).revision).toBe(2);
    const step = aStep({ writes: [put(keyOf("b"))] });
    await store.commit(step);
    expect(await store.commit(step)).toMatchObject({ sequence: 3, created: [true] });
    expect((await store.heads()).sequence).toBe(3);
  });

  test("write ids of steps are forgotten after a thousand, those of revisions never", async () => {
    const tenant = harness.freshTenant();
    const store = harness.store.within(tenant);
    const revision = aCommit([]);
    const old = aStep();
    await store.commit(revision);
    await store.commit(old);
    await harness.tenants.batch([
      { sql: "UPDATE heads SET sequence = sequence + 999 WHERE tenant_id = ?1", params: [tenant] },
    ]);
    expect(await store.findWrite(old.writeId)).not.toBeNull();
    await store.commit(aStep());
    expect(await store.findWrite(old.writeId)).toBeNull();
    expect(await store.findWrite(revision.writeId)).toEqual({ epoch: 1, revision: 1, sequence: 1 });
  });

  test("when the last of many writes breaks, nothing of the batch stands", async () => {
    const store = harness.fresh();
    await store.commit(aCommit([put(A)]));
    const broken = { serial: null, mesh: "default", name: "d", zone: "east", issuer: "i", notAfter: "2026" };
    const commit = aCommit([put(A, { spec: "new" }), put(keyOf("b"))], {
      registrations: [{ set: aRegistration("d", "r") }],
      proof: { id: "p", expiresAt: harness.now + 1000, status: 200 },
      certificates: [broken as unknown as CertificateRow],
    });
    await expect(store.commit(commit)).rejects.toThrow("certificate.serial");
    expect(await store.heads()).toEqual({ epoch: 1, revision: 1, sequence: 1 });
    expect((await store.get(A))?.resource.spec).toEqual({ of: "a" });
    expect(await store.get(keyOf("b"))).toBeNull();
    expect(await store.registrations({})).toEqual([]);
    expect(await store.proofStatus("p")).toBeNull();
    expect(await store.findWrite(commit.writeId)).toBeNull();
    expect(await store.revisions({ size: 9 })).toHaveLength(1);
  });

  test("errors carry no bound value", async () => {
    const store = harness.over(flaky(harness.tenants, ["before"])).within(harness.freshTenant());
    const put = [anIssuer("1", { sealedKey: "hush-hush" })];
    const fault = await faultOf(store.record({ issuers: { put } }), "unavailable");
    const texts: string[] = [];
    for (let error: unknown = fault; error instanceof Error; error = error.cause)
      texts.push(error.message, String(error.stack));
    expect(texts.join("\n")).not.toContain("hush-hush");
  });
}
