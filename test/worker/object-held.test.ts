// A held poll in workerd: its row is read when it comes and once it is heard, the organisation's object rings it, and sleeps meanwhile.
import { runInDurableObject } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { enrolRelay, type Relay, relayOf } from "#test/app/relay.ts";
import { settled } from "#test/app/settled.ts";
import {
  type Answer,
  createMesh,
  createOrganisation,
  type Organisation,
  type Subject,
  timeout,
} from "#test/app/subject.ts";
import apiWorker from "#worker/api.ts";
import type { ApiEnvironment } from "#worker/environment.ts";
import { bound, migrateAll } from "./edge.ts";

beforeAll(migrateAll);

const subjectOn = (environment: ApiEnvironment): Subject => ({
  url: "https://weft.example",
  operatorSecret: bound.OPERATOR_SECRET,
  fetch: (path, init) => apiWorker.fetch(new Request(`https://weft.example${path}`, init) as never, environment),
});
const subject = subjectOn(bound);

/** The worker's environment, with how often a relay's row was read. */
function metered(over: Partial<ApiEnvironment> = {}) {
  const count = { reads: 0 };
  const TENANTS = {
    prepare: (sql: string) => {
      if (/FROM zone_head WHERE tenant_id = \?1 AND zone = \?2 AND relay = \?3$/.test(sql)) count.reads++;
      return bound.TENANTS.prepare(sql);
    },
    batch: (statements: never) => bound.TENANTS.batch(statements),
  } as unknown as D1Database;
  return { count, subject: subjectOn({ ...bound, TENANTS, ...over }) };
}

interface Held {
  readonly organisation: Organisation;
  readonly relay: Relay;
  /** Asks for what is new, and to be held. */
  hold(seconds: number): Promise<Answer>;
}

/** A relay that has the newest; its polls go to `door`. */
async function open(door: Subject): Promise<Held> {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation);
  const enrolled = await enrolRelay(subject, organisation, "east");
  const relay = relayOf(door, enrolled, enrolled.keys);
  await settled(organisation);
  const etag = (await enrolled.call("GET", "/v1/zone/snapshot")).headers.get("etag") ?? "";
  return {
    organisation,
    relay,
    hold: (seconds) =>
      relay.call("GET", "/v1/zone/snapshot", { headers: { "if-none-match": etag, prefer: `wait=${seconds}` } }),
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const change = async ({ organisation }: Held): Promise<void> => {
  const answer = await organisation.call("PUT", "/meshes/default/meshtimeouts/t", timeout("default", "t"));
  expect(answer.status, answer.text).toBeLessThan(300);
};
const writerOf = ({ organisation }: Held) => bound.WRITER.get(bound.WRITER.idFromName(organisation.id));
const heldBy = (held: Held): Promise<number> =>
  runInDurableObject(writerOf(held), (_, state) => state.getWebSockets("zone east").length);
const isHeld = (held: Held): Promise<void> => expect.poll(() => heldBy(held)).toBe(1);

test("a poll that is held to its end reads its row twice, however long it was, and leaves no connection", async () => {
  const { count, subject: door } = metered();
  const held = await open(door);
  // The proof's nonce is asked for first, by a call that reads nothing.
  const answer = held.hold(8);
  await isHeld(held);
  expect((await answer).status).toBe(304);
  expect(count.reads).toBe(2);
  await expect.poll(() => heldBy(held)).toBe(0);
});

test("the object sleeps while polls are held, and rings them once something is published", async () => {
  const { count, subject: door } = metered();
  const held = await open(door);
  const answer = held.hold(50);
  await isHeld(held);
  const isMarked = (): Promise<boolean> => runInDurableObject(writerOf(held), (instance) => "isMarked" in instance);
  await runInDurableObject(writerOf(held), (instance) => void Object.assign(instance, { isMarked: true }));
  expect(await isMarked()).toBe(true);
  // Whoever looks keeps it awake: it is looked at once, after longer than the platform waits.
  await pause(22_000);
  expect(await isMarked(), "what it had in memory is gone, so it slept").toBe(false);
  expect(count.reads).toBe(2);
  await change(held);
  const { status, json } = await answer;
  expect([status, typeof json.envelope]).toEqual([200, "string"]);
  expect(count.reads).toBeLessThanOrEqual(4);
});

test("a poll that is held ends when its relay is revoked", async () => {
  const held = await open(subject);
  const answer = held.hold(30);
  await isHeld(held);
  await held.organisation.call("DELETE", `/v1/zones/east/relays/${held.relay.relay}`);
  expect((await answer).status).toBe(403);
});

test("where the object gives no connection, the row is looked at once a second", async () => {
  const refusing = { fetch: () => Promise.reject(new Error("it is being replaced")) };
  const WRITER = { idFromName: (name: string) => bound.WRITER.idFromName(name), get: () => refusing };
  const { count, subject: door } = metered({ WRITER } as unknown as Partial<ApiEnvironment>);
  const held = await open(door);
  const answer = held.hold(20);
  await expect.poll(() => count.reads).toBeGreaterThanOrEqual(3);
  await change(held);
  expect((await answer).status).toBe(200);
});
