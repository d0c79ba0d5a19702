// Contract of the audit log: gap-free, chained, in the batch of what it tells of, whoever writes at the same time.
import { expect, test } from "vitest";
import { type AuditEntry, auditText } from "#model/audit/entry.ts";
import type { TenantStore } from "#store/store.ts";
import { flaky, type Harness } from "#test/store/harness.ts";
import { aCommit, aDeed, aHead, anEnrolment, aStep, keyOf, put } from "#test/store/samples.ts";
import { digestText } from "#trust/digest.ts";
import { faultOf } from "./commit.ts";

const DAY = 86_400_000;

const all = (store: TenantStore): Promise<readonly AuditEntry[]> => store.audit({ newestFirst: false, size: 1000 });

/** Numbers from the first on, each linked to the one before, each hash that of its text. */
async function expectChain(entries: readonly AuditEntry[], from = 1): Promise<void> {
  for (const [index, entry] of entries.entries()) {
    expect(entry.number).toBe(from + index);
    if (index > 0 || from === 1) expect(entry.previous).toBe(entries[index - 1]?.hash ?? "");
    expect(entry.hash).toBe(await digestText(auditText(entry)));
  }
}

export function auditContract(harness: Harness): void {
  test("entries stand in the batch of what they tell of, and name its revision", async () => {
    const tenant = harness.freshTenant();
    const store = harness.store.within(tenant);
    const details = { "kuma.io/zone": "öst", 1: [null, true, 1.5e-7], text: 'a "quote"\n' };
    await store.addCredential(anEnrolment("t1", { expiresAt: null }), [aDeed("token t1", { token: null, details })]);
    await store.commit(aCommit([put(keyOf("a"))], { audit: [aDeed("a"), aDeed("b")] }));
    await store.commit(aStep({ audit: [aDeed("a step")] }));
    await store.enrol("t1", aHead("r1"), [aDeed("relay r1")]);
    await store.revokeRelay("east", "r1", [aDeed("relay r1")]);
    await store.revokeCredential("t1", "2026-01-03T00:00:00.000Z", [aDeed("token t1")]);
    await store.record({ retentionDays: 30, audit: [aDeed("audit log")] });
    const entries = await all(store);
    expect(entries.map(({ subject, revision }) => [subject, revision])).toEqual([
      ["token t1", null],
      ["a", 1],
      ["b", 1],
      ["a step", null],
      ["relay r1", null],
      ["relay r1", null],
      ["token t1", null],
      ["audit log", null],
    ]);
    expect(entries[0]).toMatchObject({ organisation: tenant, token: null, details });
    await expectChain(entries);
    expect((await store.auditStanding()).retentionDays).toBe(30);
    expect(await all(harness.fresh())).toEqual([]);
  });

  test("what is refused leaves no entry", async () => {
    const store = harness.fresh();
    await store.addCredential(anEnrolment("t1"), [aDeed()]);
    await faultOf(store.addCredential(anEnrolment("t1"), [aDeed()]), "conflict");
    await faultOf(store.commit(aCommit([put(keyOf("a"), {}, "present")], { audit: [aDeed()] })), "stale");
    await faultOf(store.enrol("t9", aHead("r1"), [aDeed()]), "forbidden");
    expect(await all(store)).toHaveLength(1);
  });

  test("writers that share nothing but the engine leave one chain", async () => {
    const clients = harness.clients(harness.freshTenant());
    const deeds = Array.from({ length: 24 }, (_, index) => {
      const store = clients[index % clients.length] as TenantStore;
      const audit = [aDeed(`deed ${index}`)];
      if (index % 3 === 0) return store.record({ audit });
      return store.commit(index % 3 === 1 ? aCommit([put(keyOf(`k${index}`))], { audit }) : aStep({ audit }));
    });
    const outcomes = await Promise.allSettled(deeds);
    const done = outcomes.filter(({ status }) => status === "fulfilled").length;
    const entries = await all(clients[0]);
    expect(entries).toHaveLength(done);
    expect(done).toBeGreaterThan(8);
    await expectChain(entries);
    const numbers = entries.flatMap(({ revision }) => revision ?? []);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  test("a commit whose answer was lost has one entry", async () => {
    const tenant = harness.freshTenant();
    const store = harness.over(flaky(harness.tenants, ["well", "after"])).within(tenant);
    const done = await store.commit(aCommit([put(keyOf("a"))], { audit: [aDeed()] }));
    expect(done.revision).toBe(1);
    expect(await all(store)).toHaveLength(1);
    await store.record({ audit: [aDeed()] });
    await expectChain(await all(store));
  });

  test("filters and pages", async () => {
    const store = harness.fresh();
    for (const [index, action] of ["token.create", "token.revoke", "token.create", "relay.enrol"].entries()) {
      const over = {
        action,
        actor: index === 2 ? "operator" : "token:t1",
        time: `2026-01-0${index + 1}T00:00:00.000Z`,
      };
      await store.record({ audit: [aDeed(`token t${index}`, { ...over, details: { scope: `s${index}%` } })] });
    }
    const numbers = async (query: Partial<Parameters<TenantStore["audit"]>[0]>): Promise<readonly number[]> =>
      (await store.audit({ newestFirst: true, size: 9, ...query })).map(({ number }) => number);
    expect(await numbers({})).toEqual([4, 3, 2, 1]);
    expect(await numbers({ newestFirst: false, after: 1, before: 4 })).toEqual([2, 3]);
    expect(await numbers({ action: "token.create" })).toEqual([3, 1]);
    expect(await numbers({ actor: "operator" })).toEqual([3]);
    expect(await numbers({ subject: "t1" })).toEqual([2]);
    expect(await numbers({ subject: "s2%" })).toEqual([3]);
    expect(await numbers({ since: "2026-01-02T00:00:00.000Z", until: "2026-01-04T00:00:00.000Z" })).toEqual([3, 2]);
    expect(await numbers({ size: 1 })).toEqual([4]);
  });

  test("what is trimmed leaves an anchor, and the chain goes on", async () => {
    const store = harness.fresh();
    const seal = { kind: "checkpoint", time: "2026-01-02T00:00:00.000Z", jws: "j" } as const;
    for (let index = 0; index < 6; index++) await store.record({ audit: [aDeed(`deed ${index}`)] });
    const entries = await all(store);
    const at = (number: number) => ({ number, hash: entries[number - 1]?.hash ?? "" });
    for (const number of [2, 5, 5]) await store.addAuditSeal({ ...seal, ...at(number) });
    await expect(store.trimAudit({ ...seal, kind: "anchor", number: 3, hash: "other" })).rejects.toMatchObject({
      constraint: "audit_moved",
    });
    expect(await all(store)).toHaveLength(6);
    await store.trimAudit({ ...seal, kind: "anchor", ...at(3) });
    await store.record({ audit: [aDeed("after")] });
    await expectChain(await all(store), 4);
    expect(await store.auditSeals({ from: 3, to: 9 })).toEqual([
      { ...seal, kind: "anchor", ...at(3) },
      { ...seal, ...at(5) },
    ]);
    expect(await store.auditStanding()).toMatchObject({
      last: { number: 7 },
      first: { number: 4, previous: at(3).hash },
      checkpoint: { number: 5 },
      retentionDays: 400,
    });
    await store.trimAudit({ ...seal, kind: "anchor", ...at(4) });
    expect((await store.auditSeals({ from: 0, to: 9 })).map(({ kind, number }) => [kind, number])).toEqual([
      ["anchor", 4],
      ["checkpoint", 5],
    ]);
  });

  test("revealed keys of an earlier release are taken over, oldest first, and once", async () => {
    const tenant = harness.freshTenant();
    const store = harness.store.within(tenant);
    const sql =
      "INSERT INTO reveal (tenant_id, time, actor, type, mesh, name) VALUES (?1, ?2, 'token:t', 'Secret', 'm', ?3)";
    const rows = [2, 0, 1].map((day) => [new Date(harness.now + day * DAY).toISOString(), `s${day}`] as const);
    await harness.tenants.batch(rows.map(([time, name]) => ({ sql, params: [tenant, time, name] })));
    const take = (size: number) => store.takeReveals(size, ({ time, actor, key }) => aDeed(key.name, { time, actor }));
    expect([await take(2), await take(2), await take(2)]).toEqual([2, 1, 0]);
    expect((await all(store)).map(({ subject, actor }) => `${actor} ${subject}`)).toEqual([
      "token:t s0",
      "token:t s1",
      "token:t s2",
    ]);
  });
}
