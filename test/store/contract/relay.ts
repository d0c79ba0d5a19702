// Contract of enrolment, revocation, the poll's one row, and delivery.
import { expect, test } from "vitest";
import type { RevisionDeliveryRow } from "#store/face/delivery.ts";
import { openPollStore } from "#store/poll.ts";
import { counting, type Harness, START } from "#test/store/harness.ts";
import { aCommit, aHead, anEnrolment, aSnapshot, aStep, keyOf, put } from "#test/store/samples.ts";
import { faultOf } from "./commit.ts";

export function relayContract(harness: Harness): void {
  test("a token admits one relay; the same keys again get the same row", async () => {
    const store = harness.fresh();
    await store.addCredential(anEnrolment("t1"));
    const head = await store.enrol("t1", aHead("r1"));
    expect(head).toEqual(aHead("r1"));
    expect(await store.enrol("t1", aHead("r1"))).toEqual(head);
    const sameKeys = { signingKey: head.signingKey, encryptionKey: head.encryptionKey };
    expect(await store.enrol("t1", aHead("r9", sameKeys))).toEqual(head);
    expect((await store.credential("t1"))?.usedBy).toBe("r1");
    await faultOf(store.enrol("t1", aHead("r2")), "forbidden");
    await faultOf(store.enrol("t1", aHead("r1", { encryptionKey: "{}" })), "forbidden");
    expect(await store.zoneHeads()).toEqual([head]);
  });

  test.each([
    ["unknown", "t2", {}],
    ["revoked", "t1", { revokedAt: "2026-01-01T00:00:00.000Z" }],
    ["expired", "t1", { expiresAt: new Date(START - 1).toISOString() }],
    ["of another zone", "t1", { zone: "west" }],
    ["an API token", "t1", { kind: "api" as const }],
  ])("a token that is %s admits nobody", async (_, id, over) => {
    const store = harness.fresh();
    await store.addCredential(anEnrolment("t1", over));
    const fault = await faultOf(store.enrol(id, aHead("r1")), "forbidden");
    expect(fault.message).toContain("zone east");
    expect(await store.zoneHeads()).toEqual([]);
    expect((await store.credential("t1"))?.usedBy).toBeNull();
  });

  test("a repeat after the token's expiry still answers; after the relay's revocation it does not", async () => {
    const store = harness.fresh();
    await store.addCredential(anEnrolment("t1", { expiresAt: new Date(harness.now + 1000).toISOString() }));
    const head = await store.enrol("t1", aHead("r1"));
    harness.now += 2000;
    expect(await store.enrol("t1", aHead("r1"))).toEqual(head);
    await store.revokeRelay("east", "r1");
    await faultOf(store.enrol("t1", aHead("r1")), "forbidden");
  });

  test("a relay id is given once in a zone, and the token stays unused", async () => {
    const store = harness.fresh();
    for (const id of ["t1", "t2"]) await store.addCredential(anEnrolment(id));
    await store.enrol("t1", aHead("r1"));
    await faultOf(store.enrol("t2", aHead("r1", { signingKey: "{}" })), "conflict");
    expect((await store.credential("t2"))?.usedBy).toBeNull();
  });

  test("of ten relays at once with one token, one gets in", async () => {
    const store = harness.fresh();
    await store.addCredential(anEnrolment("t1"));
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => store.enrol("t1", aHead(`r${i}`))));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await store.zoneHeads("east")).toHaveLength(1);
  });

  test("revocation is shown in the relay's own row", async () => {
    const store = harness.fresh();
    await store.addCredential(anEnrolment("t1"));
    await store.enrol("t1", aHead("r1"));
    expect(await store.revokeRelay("east", "r1")).toBe(true);
    expect(await store.revokeRelay("east", "r2")).toBe(false);
    expect((await store.zoneHead("east", "r1"))?.revoked).toBe(true);
    expect(await store.zoneHeads("west")).toEqual([]);
  });

  test("where a relay is reached stands in its own row, and a revoked one moves no more", async () => {
    const store = harness.fresh();
    for (const id of ["t1", "t2"]) await store.addCredential(anEnrolment(id));
    await store.enrol("t1", aHead("r1"));
    await store.enrol("t2", aHead("r2"));
    const reach = { address: "[::1]:5678", ca: "PEM" };
    const set = (zone: string, relay: string, more = {}) =>
      store.commit(aStep({ reach: { zone, relay, ...reach, ...more } }));
    await set("east", "r1");
    await set("east", "none");
    await set("west", "r1");
    await store.revokeRelay("east", "r1");
    await set("east", "r1", { address: "elsewhere:1" });
    expect(await store.zoneHeads()).toEqual([aHead("r1", { ...reach, revoked: true }), aHead("r2")]);
  });

  test("the idle poll is one statement, one row read and none written", async () => {
    const tenant = harness.freshTenant();
    const store = harness.store.within(tenant);
    for (const id of ["t1", "t2", "t3"]) {
      await store.addCredential(anEnrolment(id));
      await store.enrol(id, aHead(`relay-of-${id}`));
    }
    await store.publish(aSnapshot(1, { envelope: "e".repeat(3000) }));
    const counted = counting(harness.tenants);
    const poll = openPollStore(counted).within(tenant);
    expect(await poll.zoneHead("east", "relay-of-t2")).not.toHaveProperty("envelope");
    expect(counted.batches).toBe(1);
    expect([1, null]).toContain(counted.read);
    expect([0, null]).toContain(counted.written);
    if (harness.tenants.engine === "d1") expect([counted.read, counted.written]).toEqual([1, 0]);
    expect(await poll.zoneHead("east", "none")).toBeNull();
  });

  test("a relay's contact is one row, written over; when it was heard of never goes back", async () => {
    const counted = counting(harness.tenants);
    const store = harness.over(counted).within(harness.freshTenant());
    const row = (relay: string, over = {}) => ({
      ...{ zone: "east", relay, connectedAt: "2026-01", seenAt: "2026-02", leftAt: null, way: "", lostAt: null },
      ...over,
    });
    expect(await store.contacts()).toEqual([]);
    await store.keepContact(row("r2"));
    await store.keepContact(row("r1"));
    await store.keepContact(row("r1", { zone: "west" }));
    const before = counted.written;
    const told = { seenAt: "2026-03", leftAt: "2026-03", way: "bell", lostAt: "2026-04" };
    await store.keepContact(row("r1", told));
    if (harness.tenants.engine === "d1") expect((counted.written ?? 0) - (before ?? 0)).toBe(1);
    expect(await store.contacts("east")).toEqual([row("r1", told), row("r2")]);
    // Who writes it last knows least of when it was heard of.
    await store.keepContact(row("r2", { lostAt: "2026-04", seenAt: "2026-01" }));
    expect(await store.contacts("east")).toEqual([row("r1", told), row("r2", { lostAt: "2026-04" })]);
    expect((await store.contacts()).map(({ zone, relay }) => `${zone}/${relay}`)).toEqual([
      "east/r1",
      "east/r2",
      "west/r1",
    ]);
  });

  test("a relay's contact is written later by a process that knows no more of it; a good-bye since then stands", async () => {
    const counted = counting(harness.tenants);
    const store = harness.over(counted).within(harness.freshTenant());
    const row = { ...{ zone: "east", relay: "r1", connectedAt: "2026-01", way: "bell" }, leftAt: null, lostAt: null };
    await store.keepSeen({ ...row, seenAt: "2026-01" });
    expect(await store.contacts(), "of one that was never heard of nothing is known").toEqual([]);
    await store.keepContact({ ...row, seenAt: "2026-02" });
    await store.keepContact({ ...row, relay: "r2", seenAt: "2026-02", lostAt: "2026-02" });
    const before = counted.written;
    await store.keepSeen({ ...row, seenAt: "2026-04" });
    if (harness.tenants.engine === "d1") expect((counted.written ?? 0) - (before ?? 0)).toBe(1);
    await store.keepSeen({ ...row, seenAt: "2026-03" });
    await store.keepSeen({ ...row, relay: "r2", seenAt: "2026-03" });
    const lost = { ...row, relay: "r2", seenAt: "2026-03", lostAt: "2026-02" };
    expect(await store.contacts()).toEqual([{ ...row, seenAt: "2026-04" }, lost]);
    // The clock of who hears the good-bye may be behind.
    await store.keepContact({ ...row, seenAt: "2026-03", leftAt: "2026-03" });
    const left = { ...row, seenAt: "2026-04", leftAt: "2026-04" };
    expect(await store.contacts()).toEqual([left, lost]);
    await store.keepSeen({ ...row, seenAt: "2026-05" });
    expect(await store.contacts()).toEqual([left, lost]);
  });

  test("notes of joins are added up by zone, subject and code, and the newest are kept", async () => {
    const store = harness.store.within(harness.freshTenant());
    const note = (subject: string, at: number, over = {}) => ({
      ...{ zone: "east", subject, code: "token-used", count: 1, firstAt: `2026-${at}`, lastAt: `2026-${at}` },
      ...over,
    });
    expect(await store.joinNotes()).toEqual([]);
    await store.noteJoin(note("t1", 10), 3);
    await store.noteJoin(note("t2", 11), 3);
    await store.noteJoin(note("t1", 12, { count: 4 }), 3);
    expect(await store.joinNotes()).toEqual([note("t1", 12, { count: 5, firstAt: "2026-10" }), note("t2", 11)]);
    await store.noteJoin(note("t1", 13, { code: "token-expired" }), 3);
    await store.noteJoin(note("t1", 14, { zone: "" }), 3);
    expect((await store.joinNotes()).map(({ zone, subject, code }) => `${zone}/${subject}/${code}`)).toEqual([
      "/t1/token-used",
      "east/t1/token-expired",
      "east/t1/token-used",
    ]);
  });

  test("a delivery is one row a relay and sequence, at most two written a call, the last 50 kept", async () => {
    const tenant = harness.freshTenant();
    const counted = counting(harness.tenants);
    const store = harness.over(counted).within(tenant);
    const row = (sequence: number, over = {}) => ({
      zone: "east",
      relay: "r1",
      epoch: 1,
      sequence,
      acked: 1,
      nacked: 0,
      pending: 2,
      laggards: [{ proxy: "p", reason: "é" }],
      at: "2026",
      ...over,
    });
    await store.recordDelivery(row(1));
    await store.recordDelivery(row(1, { acked: 3, pending: 0, laggards: [] }));
    expect(await store.deliveries("east")).toEqual([row(1, { acked: 3, pending: 0, laggards: [] })]);
    await store.recordDelivery(row(1, { relay: "r2" }));
    for (let sequence = 2; sequence <= 53; sequence++) {
      const before = counted.written;
      await store.recordDelivery(row(sequence));
      if (counted.written !== null && before !== null) expect(counted.written - before).toBeLessThanOrEqual(2);
    }
    const kept = await store.deliveries("east");
    expect(kept.filter(({ relay }) => relay === "r1").map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 50 }, (_, i) => 53 - i),
    );
    expect(kept.filter(({ relay }) => relay === "r2")).toHaveLength(1);
    expect(counted.written === null).toBe(harness.tenants.engine !== "d1");
  });

  test("how far a revision has come is one row a relay, at most two written a call, the last 200 revisions kept", async () => {
    const tenant = harness.freshTenant();
    const counted = counting(harness.tenants);
    const store = harness.over(counted).within(tenant);
    const row = (revision: number, over: Partial<RevisionDeliveryRow> = {}): RevisionDeliveryRow => ({
      ...{ epoch: 1, revision, zone: "east", relay: "r1", sequence: revision + 10, answeredAt: 7 },
      ...{ acked: 1, nacked: 0, pending: 2, absent: 0, untouched: 1, at: "2026" },
      pushed: { count: 1, max: 3, buckets: [[13, 1]] },
      taken: { count: 0, max: 0, buckets: [] },
      laggards: [{ proxy: "p", reason: "é", state: "pushed" }],
      ...over,
    });
    await store.record({ revisions: [row(1), row(2)] });
    await store.record({ revisions: [row(1, { acked: 3, pending: 0, laggards: [], answeredAt: null })] });
    await store.record({ revisions: [row(2, { zone: "west" })] });
    expect(await store.revisionDeliveries({ epoch: 1, revision: 1 })).toEqual([
      row(1, { acked: 3, pending: 0, laggards: [] }),
      row(2),
      row(2, { zone: "west" }),
    ]);
    expect(await store.revisionDeliveries({ epoch: 1, revision: 2 })).toHaveLength(2);
    for (let revision = 3; revision <= 203; revision++) {
      const before = counted.written;
      await store.record({ revisions: [row(revision)] });
      if (counted.written !== null && before !== null && revision !== 202)
        expect(counted.written - before, `revision ${revision}`).toBeLessThanOrEqual(2);
    }
    const kept = await store.revisionDeliveries({ epoch: 0, revision: 0 });
    expect([kept[0]?.revision, kept.length]).toEqual([4, 200]);
    await store.record({ revisions: [row(1, { epoch: 2 })] });
    expect(await store.revisionDeliveries({ epoch: 1, revision: 1 })).toEqual([row(1, { epoch: 2 })]);
  });

  test("when a revision was committed is told by its number", async () => {
    const store = harness.fresh();
    await store.commit(aCommit([put(keyOf("a"))], { reason: "first" }));
    await store.commit(aCommit([put(keyOf("b"))]));
    const [moment, ...others] = await store.revisionMoments({ from: 1, to: 1 });
    expect(others).toEqual([]);
    expect(moment).toMatchObject({ revision: 1, epoch: 1, sequence: 1, actor: "token:t1", reason: "first" });
    expect((await store.revisionMoments({ from: 1, to: 9 })).map(({ revision }) => revision)).toEqual([2, 1]);
    expect(await store.revisionMoments({ from: 3, to: 3 })).toEqual([]);
  });
}
