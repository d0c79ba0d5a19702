// Two tenants with the same names in one database: whatever both do, no answer of one ever holds a row of the other.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noticeOf } from "#model/webhook/event.ts";
import { openLibsqlFile } from "#node/libsql-file.ts";
import type { Database, Rows, Statement } from "#store/database.ts";
import { migrate } from "#store/migrations.ts";
import { openStore } from "#store/open.ts";
import type { TenantStore } from "#store/store.ts";
import { digest } from "#test/digest.ts";
import { migrationsOf } from "./migration-files.ts";
import { aDeed, aHead, anEnrolment, anIssuer, aRegistration, aSnapshot, aWebhook } from "./samples.ts";

let folder = "";
let file: Database;
/** Everything that any statement was answered since the last look. */
let answered: Rows[] = [];
let asked: Statement[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-tenants-"));
  file = await openLibsqlFile({ path: join(folder, "tenants.db") });
  await migrate(file, migrationsOf("tenant"));
});
afterAll(async () => {
  await file.close();
  await rm(folder, { recursive: true });
});

const spied: Database = {
  engine: "libsql-file",
  async batch(statements) {
    const answers = await file.batch(statements);
    asked.push(...statements);
    answered.push(...answers);
    return answers;
  },
  close: async () => {},
};

const name = fc.constantFrom("a", "b", "c");
const mesh = fc.constantFrom("m1", "m2");
const number = fc.integer({ min: 1, max: 6 });

/** One thing that a tenant does; `mark` stands in every text that it writes. */
type Act = (store: TenantStore, mark: string) => Promise<unknown>;

const key = (of: { name: string; mesh: string }, type = "MeshTimeout") => ({ type, mesh: of.mesh, name: of.name });
const place = fc.record({ name, mesh });
let writes = 0;

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(place, fc.constantFrom("any", "present", "absent"), fc.boolean(), fc.constantFrom("revision", "step")).map(
    ([of, expectation, deletes, kind]): Act =>
      (store, mark) => {
        const of_ = key(of, kind === "step" ? "Dataplane" : "MeshTimeout");
        const after = { ...of_, labels: { mark }, spec: { mark }, creationTime: "", modificationTime: "" };
        writes += 1;
        return store.commit({
          writeId: `w-${Math.ceil(writes / 2)}`,
          kind: kind as "revision" | "step",
          actor: mark,
          reason: mark,
          writes: [{ key: of_, expect: expectation as "any", after: deletes ? null : after }],
          registrations: kind === "step" ? [{ set: aRegistration(of.name, mark, { mesh: of.mesh, relay: mark }) }] : [],
          certificates: [
            { serial: of.name, issuer: "i", mesh: of.mesh, name: mark, zone: "east", notAfter: "2026", tokenId: mark },
          ],
        });
      },
  ),
  place.map(
    (of): Act =>
      (store, mark) => {
        writes += 1;
        return store.commit({
          writeId: `d-${writes}`,
          kind: "revision",
          actor: mark,
          reason: mark,
          writes: [],
          dropMeshes: [of.mesh],
        });
      },
  ),
  place.map(
    (of): Act =>
      (store, mark) =>
        store.setStatus(key(of), { mark }),
  ),
  name.map(
    (id): Act =>
      (store, mark) =>
        store.addCredential(anEnrolment(id, { name: mark, expiresAt: null })),
  ),
  name.map(
    (id): Act =>
      (store, mark) =>
        store.enrol(id, aHead(id, { signingKey: mark, encryptionKey: mark })),
  ),
  name.map(
    (id): Act =>
      (store) =>
        store.revokeRelay("east", id),
  ),
  name.map(
    (id): Act =>
      (store, mark) =>
        store.revokeCredential(id, mark),
  ),
  number.map(
    (n): Act =>
      (store, mark) =>
        store.publish(aSnapshot(n, { manifest: mark, envelope: mark, blobs: new Map([[`h${n}`, mark]]) })),
  ),
  fc.tuple(place, name).map(
    ([of, id]): Act =>
      (store, mark) =>
        store.record({ issuers: { put: [anIssuer(id, { mesh: of.mesh, certificatePem: mark, sealedKey: mark })] } }),
  ),
  fc.tuple(place, name).map(
    ([of, id]): Act =>
      (store) =>
        store.record({ issuers: { drop: [{ mesh: of.mesh, keyId: id }] } }),
  ),
  fc.tuple(place, name).map(
    ([of, kid]): Act =>
      (store, mark) =>
        store.addSigningKey({ purpose: "p", mesh: of.mesh, kid, publicJwk: mark, sealedKey: mark, createdAt: "1" }),
  ),
  name.map(
    (relay): Act =>
      (store, mark) =>
        store.keepContact({
          ...{ zone: "east", relay, connectedAt: mark, seenAt: mark, leftAt: mark },
          ...{ way: mark, lostAt: mark },
        }),
  ),
  name.map(
    (relay): Act =>
      (store, mark) =>
        store.keepSeen({ zone: "east", relay, seenAt: mark }),
  ),
  fc.tuple(name, number).map(
    ([id, n]): Act =>
      async (store, mark) => {
        const body = JSON.stringify({ demands: [mark] });
        const plan = { id, epoch: 1, revision: n, reason: mark, createdAt: `${n}`, expiresAt: "2026", body };
        await store.addPlan({ ...plan, actor: mark }, [mark], { keep: n, notices: [] });
        await store.addApproval({ plan: id, actor: mark, time: "1", reason: mark }, [aDeed(mark)]);
      },
  ),
  name.map(
    (id): Act =>
      (store, mark) =>
        store.dropApproval(id, mark, []),
  ),
  number.map(
    (revision): Act =>
      (store, mark) =>
        store.addEffects([{ revision, first: revision, zone: "east", body: mark }]),
  ),
  name.map(
    (id): Act =>
      (store, mark) =>
        store.webhooks.add(aWebhook(id, { events: ["zone.offline"], description: mark, secret: mark }), [aDeed(mark)]),
  ),
  fc.tuple(name, name).map(
    ([id, to]): Act =>
      async (store, mark) => {
        const outcome = { webhook: to, event: id, attempts: 1, due: 1e12, triedAt: mark, status: 500, problem: mark };
        await store.webhooks.tell([noticeOf(id, "zone.offline", "2026", { mark })], [{ name: id, value: mark }]);
        await store.webhooks.note({ ...outcome, state: "pending" }, []);
      },
  ),
  fc.tuple(name, number).map(
    ([id, n]): Act =>
      async (store) => {
        await store.webhooks.replay(id, { since: "2025" }, []);
        await store.webhooks.tidy({ before: n === 1 ? "2027" : "2025", most: n, why: "w" });
        if (n === 2) await store.webhooks.remove(id, []);
      },
  ),
  number.map(
    (n): Act =>
      async (store) => {
        const seal = { time: "1", jws: "j" };
        const [entry] = await store.audit({ newestFirst: true, size: 1 });
        if (entry === undefined) return;
        await store.addAuditSeal({ ...seal, kind: "checkpoint", number: entry.number, hash: entry.hash });
        if (n === 1) await store.trimAudit({ ...seal, kind: "anchor", number: entry.number, hash: entry.hash });
      },
  ),
  fc.tuple(name, number).map(
    ([id, n]): Act =>
      (store, mark) =>
        store.record({
          retentionDays: n,
          proof: { id: `${id}${n}`, expiresAt: 1e15, status: mark === "mark-of-one" ? 201 : 202 },
          delivery: {
            zone: "east",
            relay: id,
            epoch: 1,
            sequence: n,
            acked: 1,
            nacked: 0,
            pending: 0,
            laggards: [{ proxy: mark, reason: "" }],
            at: mark,
          },
        }),
  ),
);

/** All that a tenant can ask. */
async function readAll(store: TenantStore): Promise<unknown> {
  const meshes = ["m1", "m2", ""];
  const ids = ["a", "b", "c"];
  return [
    await store.heads(),
    await Promise.all(["MeshTimeout", "Dataplane"].map((type) => store.list({ type, offset: 0, size: 99 }))),
    await Promise.all(
      ["MeshTimeout"].map((type) =>
        store.list({ type, mesh: "m1", nameContains: "a", labels: {}, offset: 0, size: 9 }),
      ),
    ),
    await Promise.all(meshes.map((one) => store.readMesh(one))),
    await Promise.all(
      meshes.flatMap((one) => ids.map((id) => store.get({ type: "MeshTimeout", mesh: one, name: id }))),
    ),
    await store.revisions({ size: 99 }),
    await store.passages({ from: 0, to: 99 }, { offset: 0, size: 99 }),
    await store.overwrites(1),
    await store.oldestRevision(),
    await store.plans({ size: 99 }),
    await Promise.all(ids.map((id) => Promise.all([store.plan(id), store.planParts(id)]))),
    await Promise.all([1, 2].map((revision) => store.effects(revision))),
    await store.registrations({}),
    await store.registrations({ mesh: "m1", zone: "east" }),
    await store.listCredentials("enrolment"),
    await Promise.all(ids.map((id) => store.credential(id))),
    await store.zoneHeads(),
    await Promise.all(ids.map((id) => store.zoneHead("east", id))),
    await Promise.all([1, 2, 3, 4, 5, 6].map((n) => store.manifest("east", `version-${n}`))),
    [...(await store.blobs(["h1", "h2", "h3", "h4", "h5", "h6"]))],
    await store.issuers(),
    await store.signingKeys("p"),
    await store.contacts(),
    await store.contacts("east"),
    await store.joinNotes(),
    await store.deliveries("east"),
    await store.revisionDeliveries({ epoch: 0, revision: 0 }),
    await store.revisionMoments({ from: 1, to: 99 }),
    await store.certificates({ size: 99 }),
    await Promise.all(ids.map((plan) => store.approvals(plan))),
    // Hash and organisation differ between any two tenants.
    (await store.audit({ newestFirst: false, size: 99 })).map(({ number, subject }) => [number, subject]),
    { ...(await store.auditStanding()), last: null, first: null },
    (await store.auditSeals({ from: 0, to: 99 })).map(({ kind, number }) => [kind, number]),
    await store.webhooks.list(),
    await Promise.all(ids.map((id) => store.webhooks.deliveries({ id, size: 99, offset: 0 }))),
    await Promise.all(ids.map((id) => store.webhooks.due({ id, now: 2e12, size: 99 }))),
    await store.webhooks.next([]),
    [...(await store.webhooks.marks())].sort(),
  ];
}

/** Proofs and missing blobs answer a status and hashes, so they are compared with what the tenant itself did. */
async function footprint(store: TenantStore): Promise<unknown> {
  const proofs = ["a1", "b2", "c3", "a4", "b5", "c6"];
  return [
    await Promise.all(proofs.map((id) => store.proofStatus(id))),
    await store.missingBlobs(["h1", "h2", "h3", "h4", "h5", "h6"]),
    await Promise.all([1, 2, 3, 4].map((n) => store.findWrite(`w-${n}`))),
  ];
}

let runs = 0;

test("no statement lacks the tenant, and no answer holds another's row", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), act), { maxLength: 25 }), async (acts) => {
      runs += 1;
      writes = 0;
      const store = openStore({
        directory: spied,
        placement: () => spied,
        clock: () => 1e12,
        digest,
        chance: (n) => new Uint8Array(n),
      });
      const names = { one: `one-${runs}`, two: `two-${runs}`, alone: `alone-${runs}` };
      const [one, two] = [store.within(names.one), store.within(names.two)];
      const own: [Act, number][] = [];
      for (const [isOne, does] of acts) {
        asked = [];
        answered = [];
        const [mine, mark, other] = isOne ? [one, "mark-of-one", "mark-of-two"] : [two, "mark-of-two", "mark-of-one"];
        if (isOne) own.push([does, writes]);
        // A refusal is an answer too: it must not speak of the other tenant either.
        const answer = await does(mine, mark).catch((error: unknown) => String(error));
        expect(JSON.stringify([answer, answered])).not.toContain(other);
        for (const { sql, params } of asked)
          expect(
            params[0] === (isOne ? names.one : names.two) || params.includes(isOne ? names.one : names.two),
            sql,
          ).toBe(true);
      }
      answered = [];
      expect(JSON.stringify([await readAll(one), answered])).not.toContain("mark-of-two");
      answered = [];
      expect(JSON.stringify([await readAll(two), answered])).not.toContain("mark-of-one");
      // What tenant one sees is what it would see with nobody beside it.
      const alone = store.within(names.alone);
      for (const [does, at] of own) {
        writes = at;
        await does(alone, "mark-of-one").catch(() => null);
      }
      expect(await readAll(alone)).toEqual(await readAll(one));
      expect(await footprint(alone)).toEqual(await footprint(one));
    }),
    { numRuns: 40 },
  );
});
