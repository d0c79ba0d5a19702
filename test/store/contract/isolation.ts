// Contract of tenants: each table holds rows of both under the same keys, and nothing that one does touches the other's.
import { expect, test } from "vitest";
import { noticeOf } from "#model/webhook/event.ts";
import type { TenantStore } from "#store/store.ts";
import { type Harness, START } from "#test/store/harness.ts";
import {
  aCommit,
  aDeed,
  aHead,
  anApiToken,
  anEnrolment,
  anIssuer,
  aRegistration,
  aSnapshot,
  aStep,
  aWebhook,
  keyOf,
  put,
  remove,
} from "#test/store/samples.ts";

const DAY = 86_400_000;
const day = (number: number): string => new Date(START + number * DAY).toISOString();
const NO_SPREAD = { count: 0, max: 0, buckets: [] };
const DATAPLANE = keyOf("web-1", { type: "Dataplane" });
const PLAN = { epoch: 1, revision: 0, actor: "token:t1", reason: "", createdAt: day(0), expiresAt: day(1), body: "{}" };
const DELIVERY = { zone: "east", relay: "r1", epoch: 1, acked: 1, nacked: 0, pending: 0, laggards: [], at: day(0) };
const REVISION = { ...DELIVERY, revision: 1, answeredAt: null, absent: 0, untouched: 0, pushed: NO_SPREAD };
const SEAL = { time: day(0), jws: "j" } as const;
const proof = (id: string, at: number) => ({ id, expiresAt: START + at * DAY, status: 200 });
const leaf = (serial: string, until: number) => ({
  ...{ serial, mesh: "default", name: "web-1", zone: "east", issuer: "i", notAfter: day(until), tokenId: null },
});

const aContact = (seen: number, leftAt: string | null) => ({
  ...{ zone: "east", relay: "r1", connectedAt: day(0), seenAt: day(seen), leftAt },
  ...{ way: "held", lostAt: null },
});

/** A row in every table, under the keys that any other tenant's has. */
export async function live(store: TenantStore): Promise<void> {
  await store.webhooks.add(aWebhook("w1", { events: ["audit.entry", "zone.offline"] }), []);
  await store.addCredential(anEnrolment("t1", { expiresAt: null }), [aDeed()]);
  await store.noteJoin(
    { zone: "east", subject: "t1", code: "token-used", count: 1, firstAt: day(0), lastAt: day(0) },
    9,
  );
  await store.addCredential(anApiToken("t2"));
  await store.enrol("t1", aHead("r1"));
  await store.keepContact(aContact(0, null));
  const write = put({ type: "Mesh", mesh: "", name: "default" });
  await store.commit(aCommit([write, put(keyOf("a"))], { writeId: "w-1", audit: [aDeed("a")] }));
  await store.commit(aCommit([put(keyOf("a"), { spec: 2 })], { writeId: "w-2" }));
  await store.commit(
    aStep({
      writeId: "w-3",
      writes: [put(DATAPLANE)],
      registrations: [{ set: aRegistration("web-1", "life-1") }],
      events: [{ zone: "east", relay: "r1", number: 1 }],
      proof: proof("p1", 1),
      certificates: [leaf("1", 1)],
      issuers: { put: [anIssuer("k1", { mesh: "default" })] },
      addresses: [{ mesh: "default", address: "240.0.0.1", name: "service/web", givenAt: START, goneAt: null }],
    }),
  );
  const key = { purpose: "dataplane-token", publicJwk: "{}", sealedKey: "s", createdAt: day(0) };
  await store.addSigningKey({ ...key, mesh: "default", kid: "1" });
  await store.publish(aSnapshot(1, { shared: { hash: "shared", text: "text" } }));
  await store.noteUnused(["blob-1"]);
  await store.recordDelivery({ ...DELIVERY, sequence: 1 });
  await store.record({ revisions: [{ ...REVISION, sequence: 1, taken: NO_SPREAD }], retentionDays: 30 });
  await store.addEffects([{ revision: 1, first: 1, zone: "east", body: "{}" }]);
  await store.addPlan({ ...PLAN, id: "p1" }, ["one", "two"], { keep: 9, notices: [] });
  await store.addApproval({ plan: "p1", actor: "token:t2", time: day(0), reason: "" }, []);
  const offline = noticeOf("msg_1", "zone.offline", day(0), { zone: "east" });
  await store.webhooks.tell([offline], [{ name: "zone/east", value: "offline" }]);
  const last = (await store.auditStanding()).last;
  if (last !== null) await store.addAuditSeal({ ...SEAL, kind: "checkpoint", ...last });
}

type Deed = (store: TenantStore, harness: Harness) => Promise<unknown>;

/** What takes or changes rows, in an order in which each finds some. */
const DEEDS: Readonly<Record<string, Deed>> = {
  "a status is set": (store) => store.setStatus(keyOf("a"), { is: "well" }),
  "a status is merged": (store) => store.mergeStatus(keyOf("a"), { more: 1 }),
  "a resource is written over": (store) => store.commit(aCommit([put(keyOf("a"), { spec: 3 })])),
  "a relay reaches": (store) =>
    store.commit(aStep({ reach: { zone: "east", relay: "r1", address: "east:5678", ca: "pem" } })),
  "a contact is later": (store) => store.keepSeen({ ...aContact(1, null), seenAt: day(1) }),
  "a contact is kept": (store) => store.keepContact(aContact(2, day(2))),
  "a join is noted again": (store) =>
    store.noteJoin({ zone: "east", subject: "t1", code: "token-used", count: 2, firstAt: day(0), lastAt: day(3) }, 9),
  "notes of joins are forgotten": (store) =>
    store.noteJoin({ zone: "", subject: "", code: "token-unknown", count: 1, firstAt: day(4), lastAt: day(4) }, 1),
  "a snapshot is published": (store) => store.publish(aSnapshot(2, { shared: { hash: "shared-2", text: "text" } })),
  "an unused blob is collected": (store) =>
    store.collect({ gone: ["blob-1"], used: [], versions: [{ zone: "east", version: "version-2" }] }),
  "a blob is dropped": (store) => store.publish(aSnapshot(3, { dropped: { from: "version-2", hashes: ["blob-2"] } })),
  "a delivery is told anew": (store) => store.recordDelivery({ ...DELIVERY, sequence: 1, acked: 7 }),
  "a revision's delivery is told anew": (store) =>
    store.record({ revisions: [{ ...REVISION, sequence: 1, acked: 7, taken: NO_SPREAD }] }),
  "an effect is known better": (store) => store.addEffects([{ revision: 1, first: 1, zone: "east", body: "[]" }]),
  "an approval is withdrawn": (store) => store.dropApproval("p1", "token:t2", []),
  "a token is revoked": (store) => store.revokeCredential("t2", day(1)),
  "an issuer is revoked": (store) =>
    store.record({ issuers: { put: [anIssuer("k1", { mesh: "default", revokedAt: day(1), revokedBy: "me" })] } }),
  "an issuer is dropped": (store) => store.record({ issuers: { drop: [{ mesh: "default", keyId: "k1" }] } }),
  "entries are kept for another time": (store) => store.record({ retentionDays: 90 }),
  "an attempt is noted": (store) =>
    store.webhooks.note(
      {
        ...{ webhook: "w1", event: "msg_1", state: "delivered", attempts: 1 },
        ...{ due: START, triedAt: day(0), status: 204, problem: null },
      },
      [],
    ),
  "an event is replayed": (store) => store.webhooks.replay("w1", { event: "msg_1" }, []),
  "what waits too long is dropped": (store) => store.webhooks.tidy({ before: day(0), most: 1, why: "too many" }),
  "events are forgotten": (store) => store.webhooks.tidy({ before: day(9), most: 9, why: "" }),
  "a mark goes": (store) => store.webhooks.tell([], [{ name: "zone/east", value: null }]),
  "a webhook is disabled": (store) => store.webhooks.update("w1", { disabledAt: day(1), disabledWhy: "gone" }, []),
  "a webhook is removed": (store) => store.webhooks.remove("w1", []),
  "revealed keys are taken over": (store) => store.takeReveals(9, ({ key }) => aDeed(key.name)),
  "the audit log is trimmed": async (store) => {
    const [, second] = await store.audit({ newestFirst: false, size: 2 });
    if (second !== undefined) await store.trimAudit({ ...SEAL, kind: "anchor", ...second });
  },
  "plans are forgotten": async (store, harness) => {
    harness.now = START + 2 * DAY;
    await store.addPlan({ ...PLAN, id: "p2", createdAt: day(2), expiresAt: day(3) }, ["x"], { keep: 1, notices: [] });
  },
  "the oldest revisions are forgotten": (store) =>
    store.commit(aCommit([put(keyOf("a"), { spec: 4 })], { forgetBefore: day(1) })),
  "proofs and leaves are forgotten": async (store, harness) => {
    harness.now = START + 40 * DAY;
    await store.record({ proof: proof("p2", 60), certificates: [leaf("2", 60)] });
  },
  "a life ends": (store) =>
    store.commit(
      aStep({
        writes: [remove(DATAPLANE)],
        registrations: [{ gone: { mesh: "default", name: "web-1", id: "life-1" } }],
      }),
    ),
  "a mesh is dropped": (store) => store.commit(aCommit([], { dropMeshes: ["default"] })),
  "a relay is revoked": (store) => store.revokeRelay("east", "r1"),
};

export function isolationContract(harness: Harness): void {
  const TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%tenant_id%' ORDER BY name";
  const tables = async (): Promise<readonly string[]> => {
    const [answer] = await harness.tenants.batch([{ sql: TABLES, params: [] }]);
    return (answer?.rows ?? []).map(([name]) => String(name));
  };
  /** All rows of the tenant, by table. */
  const dump = async (tenant: string, names: readonly string[]): Promise<Readonly<Record<string, unknown>>> => {
    const statements = names.map((name) => ({ sql: `SELECT * FROM ${name} WHERE tenant_id = ?1`, params: [tenant] }));
    const answers = await harness.tenants.batch(statements);
    const rowsOf = (index: number): readonly string[] => (answers[index]?.rows ?? []).map((row) => JSON.stringify(row));
    return Object.fromEntries(names.map((name, index) => [name, [...rowsOf(index)].sort()]));
  };
  const REVEAL = `INSERT INTO reveal (tenant_id, time, actor, type, mesh, name)
VALUES (?1, '2026-01-01T00:00:00.000Z', 'token:t', 'Secret', 'default', 's')`;

  /** A freeze that nobody has kept up: the next write of its tenant ends it. */
  const FREEZE = `INSERT INTO tenant_move (tenant_id, generation, target, frozen_until, session) VALUES (?1, 1, 'b', 0, 1)`;

  test("whatever one tenant does, another's rows under the same keys stay, in every table", async () => {
    harness.now = START;
    const [one, other] = [harness.freshTenant(), harness.freshTenant()];
    const names = await tables();
    expect(names.length).toBeGreaterThan(25);
    for (const tenant of [one, other]) {
      await live(harness.store.within(tenant));
      await harness.tenants.batch([REVEAL, FREEZE].map((sql) => ({ sql, params: [tenant] })));
    }
    const stood = await dump(one, names);
    expect(names.filter((name) => (stood[name] as readonly string[]).length === 0)).toEqual([]);
    const store = harness.store.within(other);
    let before = await dump(other, names);
    for (const [name, deed] of Object.entries(DEEDS)) {
      await deed(store, harness);
      const after = await dump(other, names);
      expect(after, name).not.toEqual(before);
      before = after;
      expect(await dump(one, names), name).toEqual(stood);
    }
    harness.now = START;
  });

  test("a tenant that has nothing reads nothing, whatever stands beside it", async () => {
    harness.now = START;
    await live(harness.fresh());
    const store = harness.fresh();
    const seen = {
      heads: await store.heads(),
      resource: await store.get(keyOf("a")),
      list: await store.list({ type: "MeshTimeout", offset: 0, size: 9 }),
      mesh: await store.readMesh("default"),
      write: await store.findWrite("w-1"),
      proof: await store.proofStatus("p1"),
      revisions: await store.revisions({ size: 9 }),
      passages: await store.passages({ from: 0, to: 9 }, { offset: 0, size: 9 }),
      overwrites: await store.overwrites(1),
      oldest: await store.oldestRevision(),
      moments: await store.revisionMoments({ from: 0, to: 9 }),
      plan: await store.plan("p1"),
      parts: await store.planParts("p1"),
      plans: await store.plans({ size: 9 }),
      approvals: [...(await store.approvals("p1")), ...(await store.approvals(null))],
      credentialNames: [...(await store.credentialNames(["t1"]))],
      lineage: await store.lineage(["t1"]),
      effects: await store.effects(1),
      registrations: await store.registrations({}),
      credential: await store.credential("t1"),
      credentials: [...(await store.listCredentials("api")), ...(await store.listCredentials("enrolment"))],
      keys: await store.signingKeys("dataplane-token"),
      head: await store.zoneHead("east", "r1"),
      relays: await store.zoneHeads(),
      contacts: await store.contacts(),
      joinNotes: await store.joinNotes(),
      manifest: await store.manifest("east", "version-1"),
      blobs: [...(await store.blobs(["blob-1"]))],
      unused: [await store.unusedSince(), ...(await store.unusedBlobs(START + DAY, 9))].filter((one) => one !== null),
      stored: await store.storedBlobs("", 9),
      issuers: await store.issuers(),
      certificates: await store.certificates({ size: 9 }),
      whole: await store.readWhole(),
      deliveries: await store.deliveries("east"),
      revisionDeliveries: await store.revisionDeliveries({ epoch: 0, revision: 0 }),
      audit: await store.audit({ newestFirst: false, size: 9 }),
      standing: await store.auditStanding(),
      seals: await store.auditSeals({ from: 0, to: 99 }),
      webhooks: await store.webhooks.list(),
      webhookDeliveries: await store.webhooks.deliveries({ id: "w1", size: 9, offset: 0 }),
      due: await store.webhooks.due({ id: "w1", now: START + DAY, size: 9 }),
      next: await store.webhooks.next([]),
      marks: [...(await store.webhooks.marks())],
      reveals: await store.takeReveals(9, () => aDeed()),
    };
    const found = Object.entries(seen).filter(([, value]) => !(value === null || value === 0 || isEmpty(value)));
    expect(Object.fromEntries(found)).toEqual({
      heads: { epoch: 1, revision: 0, sequence: 0 },
      list: { total: 0, items: [] },
      mesh: { heads: seen.heads, items: [], registrations: [], addresses: [] },
      whole: { heads: seen.heads, items: [], registrations: [], addresses: [], certified: [] },
      standing: { last: null, first: null, checkpoint: null, retentionDays: 400 },
    });
    expect(await store.missingBlobs(["blob-1"])).toEqual(["blob-1"]);
  });
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
