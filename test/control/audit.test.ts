// The audit log of an organisation: one entry a deed, checkpoints by the day, and what is too old dropped behind a signature.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkLog } from "#cli/audit/check.ts";
import { type Jwk, sealOpener } from "#cli/audit/seal.ts";
import { AUDIT_ACTIONS } from "#model/audit/action.ts";
import type { Verdict } from "#model/audit/verify.ts";
import {
  enrol,
  faultOf,
  mesh,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  secret,
  signUp,
  timeout,
  zone,
} from "./harness.ts";

const DAY = 86_400_000;

let plane: Plane;
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

let made = 0;
const fresh = (): Promise<Org> => signUp(plane, `audited-${++made}`);
const entriesOf = (org: Org) => org.store.audit({ newestFirst: false, size: 1000 });

async function exportOf(org: Org, range = {}): Promise<string> {
  let text = "";
  for await (const lines of await org.control.audit.export(org.admin, range)) text += lines;
  return text;
}

async function verdictOf(org: Org, text: string): Promise<Verdict> {
  const keys = (await org.control.audit.keys(org.admin)) as readonly Jwk[];
  const bytes = async function* () {
    yield Buffer.from(text);
  };
  return checkLog(bytes(), sealOpener(keys));
}

/** The writer is woken, as its alarm does. */
const wake = (org: Org): Promise<void> => org.control.writerOf(org.tenant).recover();

test("every deed has its entry, with who, by which token, and no secret", async () => {
  const org = await fresh();
  const { writer } = org.control;
  await org.apply([mtlsMesh(), zone(), secret("own", "a very private text")], [], { reason: "ticket 7" });
  const token = await writer.createToken(org.admin, { name: "ci", scopes: ["write"], expiresAt: null });
  await writer.revokeToken(org.admin, token.id);
  await writer.revokeToken(org.admin, token.id);
  const relay = await enrol(org, "east");
  const request = { name: "web", mesh: "default", tags: {}, type: "", workload: "", validForSeconds: 60 };
  const dataplaneToken = await writer.createDataplaneToken(org.admin, request);
  await writer.createZoneToken(org.admin, { zone: "", scope: ["ingress"], validForSeconds: 60 });
  await writer.revokeRelay(org.admin, "east", relay.relay);
  await writer.setAuditRetention(org.admin, 30);
  await writer.setAuditRetention(org.admin, 30);
  const reveal = { ...org.admin, scopes: ["admin", "secret:reveal"] };
  await org.control.reader.list(reveal, { type: "Secret", offset: 0, size: 99 });
  const entries = await entriesOf(org);
  const deeds = entries.map(({ action }) => action);
  expect(deeds).toEqual([
    "organisation.create",
    "resources.change",
    "token.create",
    "token.revoke",
    "enrolment-token.create",
    "relay.enrol",
    "dataplane-token.create",
    "resources.change",
    "zone-token.create",
    "relay.revoke",
    "resources.change",
    "audit.retention",
    "secret.reveal",
  ]);
  expect(Object.keys(AUDIT_ACTIONS)).toEqual(expect.arrayContaining(deeds));
  expect(entries[1]).toMatchObject({
    actor: "token:test",
    token: "test",
    revision: 1,
    details: {
      reason: "ticket 7",
      resources: expect.arrayContaining([{ change: "created", mesh: "default", name: "own", type: "Secret" }]),
    },
  });
  expect(entries[5]).toMatchObject({ actor: `relay:east/${relay.relay}`, token: null, revision: null });
  const text = JSON.stringify(entries);
  for (const hidden of [token.token, dataplaneToken, "a very private text", "PRIVATE KEY"])
    expect(text).not.toContain(hidden);
  expect(text).not.toContain(Buffer.from("a very private text").toString("base64"));
});

test("of any changes each revision has exactly one entry, and what changes nothing or fails has none", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(2), fc.integer({ min: -3, max: 3 })), { maxLength: 12 }),
      async (changes) => {
        const org = await fresh();
        await org.apply([mesh()]);
        for (const [which, seconds] of changes) {
          const body = timeout(`t${which}`, seconds);
          await (seconds === 0 ? org.apply([], [`MeshTimeout/default/t${which}`]) : org.apply([body])).catch(
            () => undefined,
          );
        }
        const { revision } = await org.store.heads();
        const named = (await entriesOf(org)).flatMap((entry) => entry.revision ?? []);
        expect(named).toEqual(Array.from({ length: revision }, (_, index) => index + 1));
      },
    ),
    { numRuns: 12 },
  );
});

describe("the log of a year and more", () => {
  test("is trimmed by the day behind a signature, and verifies at any time", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    await org.control.writer.setAuditRetention(org.admin, 3);
    for (let day = 1; day <= 6; day++) {
      plane.now += DAY;
      await org.apply([timeout("slow", day)], [], { reason: `day ${day}` });
      await wake(org);
      expect(await verdictOf(org, await exportOf(org))).toMatchObject({ whole: true, to: 3 + day });
    }
    const entries = await entriesOf(org);
    expect(entries.map(({ details }) => details.reason)).toEqual(["day 3", "day 4", "day 5", "day 6"]);
    const verdict = await verdictOf(org, await exportOf(org));
    expect(verdict).toMatchObject({ whole: true, from: 6, to: 9, anchor: 5 });
    expect((verdict as { checkpoints: number }).checkpoints).toBeGreaterThanOrEqual(3);
    plane.now += 30 * DAY;
    await wake(org);
    expect(await entriesOf(org)).toHaveLength(1);
    await org.apply([timeout("slow", 9)]);
    expect(await verdictOf(org, await exportOf(org))).toMatchObject({ whole: true, from: 9, to: 10 });
  });

  test("a checkpoint is signed each day that something was written, by the alarm alone", async () => {
    const org = await fresh();
    const asked: number[] = [];
    const other = org.at(plane.reopen({ wake: async (_, at) => void asked.push(at) }));
    await wake(other);
    await other.apply([mesh()]);
    const seals = async () => (await org.store.auditSeals({ from: 1, to: 99 })).map(({ number }) => number);
    expect(await seals()).toEqual([1]);
    expect(asked).toContain(plane.now + DAY);
    plane.now += DAY;
    await wake(other);
    expect(await seals()).toEqual([1, 2]);
    plane.now += 5 * DAY;
    await wake(other);
    expect(await seals()).toEqual([1, 2]);
  });

  test("whoever reaches into the database is found out", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    await org.apply([timeout("a", 1)]);
    const run = (sql: string) =>
      plane.tenants.batch([{ sql: `${sql} WHERE tenant_id = ?1 AND number = 2`, params: [org.tenant] }]);
    await run("UPDATE audit SET actor = 'token:other'");
    expect(await verdictOf(org, await exportOf(org))).toMatchObject({ whole: false, entry: 2 });
    await run("DELETE FROM audit");
    expect(await verdictOf(org, await exportOf(org))).toMatchObject({ whole: false, entry: 2 });
  });
});

test("a part between two times verifies as such", async () => {
  const org = await fresh();
  await org.apply([mesh()]);
  plane.now += DAY;
  const since = new Date(plane.now).toISOString();
  await org.apply([timeout("a", 1)]);
  plane.now += DAY;
  const until = new Date(plane.now).toISOString();
  await org.apply([timeout("a", 2)]);
  expect(await verdictOf(org, await exportOf(org, { since, until }))).toMatchObject({ whole: true, from: 3, to: 3 });
  expect(await verdictOf(org, await exportOf(org, { until }))).toMatchObject({ whole: true, from: 1, to: 3 });
  const none = await exportOf(org, { since: new Date(plane.now + DAY).toISOString() });
  expect(await verdictOf(org, none)).toMatchObject({ whole: true, from: 5, to: 4 });
});

test("revealed keys that an earlier release wrote down are taken over when the writer wakes", async () => {
  const org = await fresh();
  const sql =
    "INSERT INTO reveal (tenant_id, time, actor, type, mesh, name) VALUES (?1, '2026-01-01T00:00:00.000Z', 'token:old', 'Secret', 'm', 'key')";
  await plane.tenants.batch([{ sql, params: [org.tenant] }]);
  await wake(org);
  expect((await entriesOf(org)).at(-1)).toMatchObject({
    action: "secret.reveal",
    actor: "token:old",
    token: "old",
    time: "2026-01-01T00:00:00.000Z",
    subject: "Secret m/key",
  });
});

test("who may not read the log is told the scope, and retention has its bounds", async () => {
  const org = await fresh();
  for (const scopes of [["read", "write"], ["token:read"]]) {
    const refused = await faultOf(org.control.audit.list({ ...org.admin, scopes }, { newestFirst: true, size: 1 }));
    expect([refused.code, refused.detail]).toEqual(["forbidden", expect.stringContaining("audit:read")]);
  }
  expect(
    await org.control.audit.list({ ...org.admin, scopes: ["audit:read"] }, { newestFirst: true, size: 9 }),
  ).toHaveLength(1);
  for (const days of [0, 3651, 1.5]) {
    expect(await faultOf(org.control.writer.setAuditRetention(org.admin, days))).toMatchObject({
      code: "invalid",
      violations: ["days: must be a whole number of days from 1 to 3650"],
    });
  }
});
