// What an organisation's object does by its alarm, and what it leaves behind.
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeAll, expect, test, vi } from "vitest";
import { enrolRelay } from "#test/app/relay.ts";
import { settled } from "#test/app/settled.ts";
import { createMesh, createOrganisation, type Organisation, timeout } from "#test/app/subject.ts";
import { openEarliestAlarm } from "#worker/earliest-alarm.ts";
import { bound, migrateAll, subject } from "./edge.ts";

beforeAll(migrateAll);

/** Until the object's alarm rings. */
function hoursToAlarm(writer: ReturnType<typeof bound.WRITER.get>): Promise<number> {
  return runInDurableObject(writer, async (_, { storage }) => ((await storage.getAlarm()) ?? 0) - Date.now()).then(
    (milliseconds) => milliseconds / 3_600_000,
  );
}

test("an event is delivered to its webhook by the writer's object, its alarm included", async () => {
  const organisation = await createOrganisation(subject);
  const url = "https://receiver.example/in";
  const { id } = (await organisation.call("POST", "/v1/webhooks", { url, events: ["revision.committed"] })).json;
  await createMesh(organisation);
  const writer = bound.WRITER.get(bound.WRITER.idFromName(organisation.id));
  await runDurableObjectAlarm(writer);
  const delivered = async (): Promise<readonly string[]> => {
    const { items } = (await organisation.call("GET", `/v1/webhooks/${id}/deliveries`)).json;
    return items.map(({ state, status }: { state: string; status: number }) => `${state} ${status}`);
  };
  await expect.poll(async () => [...new Set(await delivered())]).toEqual(["delivered 204"]);
});

test("what the API worker writes into the audit log is delivered by the writer's object, though nobody asks it for anything", async () => {
  const organisation = await createOrganisation(subject);
  const url = "https://receiver.example/in";
  const { id } = (await organisation.call("POST", "/v1/webhooks", { url, events: ["audit.entry"] })).json;
  const guessed = organisation.as(`${organisation.token.slice(0, -4)}aaaa`);
  expect((await guessed.call("GET", "/meshes")).status).toBe(401);
  const states = async (): Promise<readonly string[]> => {
    const { items } = (await organisation.call("GET", `/v1/webhooks/${id}/deliveries`)).json;
    return items.map(({ state }: { state: string }) => state);
  };
  await expect.poll(states).toEqual(["delivered"]);
});

test("each commit sets the alarm that would make good a crash before its compile", async () => {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation);
  await organisation.call("PUT", "/meshes/default/meshtimeouts/t", timeout("default", "t"));
  const writer = bound.WRITER.get(bound.WRITER.idFromName(organisation.id));
  expect(await hoursToAlarm(writer)).toBeLessThan(0.01);
  expect(await runDurableObjectAlarm(writer)).toBe(true);
  // What is left is the day's look at the audit log.
  expect(await hoursToAlarm(writer)).toBeGreaterThan(23);
  expect((await organisation.call("GET", "/meshes/default/meshtimeouts/t")).status).toBe(200);
});

/** An organisation whose one relay has all there is. */
async function createPublished(): Promise<Organisation> {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation);
  await enrolRelay(subject, organisation, "east");
  await settled(organisation);
  return organisation;
}

const writerOf = ({ id }: Organisation) => bound.WRITER.get(bound.WRITER.idFromName(id));

/** Breaks the database, has the object's alarm ring, and mends it; hours until the next alarm. */
async function ringBroken(organisation: Organisation, breaks: string, mends: string): Promise<number> {
  await bound.TENANTS.exec(breaks);
  try {
    await organisation.call("PUT", "/meshes/default/meshtimeouts/t", timeout("default", "t"));
    await runDurableObjectAlarm(writerOf(organisation));
    return await hoursToAlarm(writerOf(organisation));
  } finally {
    // It is evicted, and its timers with it, before it can try again by itself.
    await abortAllDurableObjects();
    await bound.TENANTS.exec(mends);
  }
}

test("what the database refuses to publish is published by an alarm, though the object was evicted", async () => {
  const organisation = await createPublished();
  const hours = await ringBroken(
    organisation,
    `CREATE TRIGGER refuse BEFORE INSERT ON manifest BEGIN SELECT RAISE(ABORT, 'overloaded'); END`,
    "DROP TRIGGER refuse",
  );
  expect(hours).toBeLessThan(0.01);
  const isPublished = async (): Promise<boolean> => {
    const rows =
      "SELECT z.sequence = h.sequence AS same FROM zone_head z JOIN heads h USING (tenant_id) WHERE tenant_id = ?";
    return (await bound.TENANTS.prepare(rows).bind(organisation.id).first("same")) === 1;
  };
  expect(await isPublished()).toBe(false);
  expect(await runDurableObjectAlarm(writerOf(organisation))).toBe(true);
  expect(await isPublished()).toBe(true);
});

test("an alarm at which nothing can be read rings again", async () => {
  const organisation = await createPublished();
  const [there, away] = ["registration", "registration_away"];
  const rename = (from: string, to: string): string => `ALTER TABLE ${from} RENAME TO ${to}`;
  expect(await ringBroken(organisation, rename(there, away), rename(away, there))).toBeLessThan(0.01);
});

test("of two who ask at once for an alarm, the earlier one has it, whoever is written last", async () => {
  for (const times of [
    [10_000, 86_400_000],
    [86_400_000, 10_000],
  ]) {
    let alarm: number | null = null;
    const kept: string[] = [];
    const wake = openEarliestAlarm({
      getAlarm: async () => alarm,
      setAlarm: async (at) => {
        alarm = at;
      },
      put: async (key, value) => void kept.push(`${key} ${value}`),
    });
    await Promise.all(times.map((at) => wake("acme", at)));
    expect([alarm, kept]).toEqual([10_000, ["tenant acme"]]);
  }
});

test("an alarm is left for the hour of a service without dataplanes", async () => {
  const organisation = await createOrganisation(subject);
  const put = (path: string, body: object) => organisation.call("PUT", path, body);
  await put("/zones/east", { type: "Zone", name: "east" });
  await put("/meshes/default", { type: "Mesh", name: "default", meshServices: { mode: "Everywhere" } });
  const inbound = [{ port: 80, tags: { "kuma.io/service": "backend" } }];
  const dataplane = { type: "Dataplane", mesh: "default", name: "b-1", networking: { address: "10.0.0.1", inbound } };
  expect((await put("/meshes/default/dataplanes/b-1", dataplane)).status).toBe(201);
  const writer = bound.WRITER.get(bound.WRITER.idFromName(organisation.id));
  expect(await runDurableObjectAlarm(writer)).toBe(true);
  expect(await hoursToAlarm(writer)).toBeGreaterThan(23);
  expect((await organisation.call("DELETE", "/meshes/default/dataplanes/b-1")).status).toBe(200);
  expect(await runDurableObjectAlarm(writer)).toBe(true);
  const hours = await hoursToAlarm(writer);
  expect(hours).toBeGreaterThan(0.9);
  expect(hours).toBeLessThan(1.1);
  expect((await organisation.call("GET", "/meshes/default/meshservices")).json.total).toBe(1);
});

test("of an organisation that is removed its object keeps nothing, and wakes no more", async () => {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation);
  const writer = bound.WRITER.get(bound.WRITER.idFromName(organisation.id));
  const ended = await organisation.call("POST", "/v1/deletion", { name: organisation.name });
  expect(ended.status, ended.text).toBe(200);
  // The first alarm is the one that makes good a crash; then it waits for the end of the days.
  await runDurableObjectAlarm(writer);
  const days = (await hoursToAlarm(writer)) / 24;
  expect([days > 6.9, days < 7.1], `${days}`).toEqual([true, true]);
  await organisation.call("POST", "/v1/deletion", { name: organisation.name, now: true });
  await vi.waitUntil(
    async () => {
      await runDurableObjectAlarm(writer);
      return runInDurableObject(
        writer,
        async (_, { storage }) => (await storage.list()).size === 0 && (await storage.getAlarm()) === null,
      );
    },
    { timeout: 60_000 },
  );
  expect((await organisation.call("GET", "/meshes")).status).toBe(401);
});
