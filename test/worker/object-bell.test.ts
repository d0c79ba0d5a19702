// The bell in an organisation's object: that it sleeps while relays listen, and rings no other zone's.
import { runInDurableObject } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { BELL_PATH } from "#api/bell.ts";
import { LIMITS } from "#model/limit/limit.ts";
import type { BellEnd } from "#test/app/bell-suite.ts";
import { enrolRelay } from "#test/app/relay.ts";
import { settled } from "#test/app/settled.ts";
import { createMesh, createOrganisation, timeout } from "#test/app/subject.ts";
import { openHibernatingBell } from "#worker/hibernating-bell.ts";
import { bound, migrateAll, subject } from "./edge.ts";

beforeAll(migrateAll);

test("an object whose relays listen falls asleep, answers pings asleep, and rings them once it is awake", async () => {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation);
  const relay = await enrolRelay(subject, organisation, "east");
  await settled(organisation);
  const knocked = await subject.knock(BELL_PATH, await relay.prove("GET", BELL_PATH, ""));
  const end = knocked.end as BellEnd;
  await end.next();
  const writer = bound.WRITER.get(bound.WRITER.idFromName(organisation.id));
  const mark = (instance: object): object => Object.assign(instance, { isMarked: true });
  await runInDurableObject(writer, (instance) => void mark(instance));
  const isMarked = (): Promise<boolean> => runInDurableObject(writer, (instance) => "isMarked" in instance);
  expect(await isMarked()).toBe(true);
  // Whoever looks keeps it awake: it is looked at once, after longer than the platform waits.
  const until = Date.now() + 25_000;
  while (Date.now() < until) {
    end.send("ping");
    expect(await end.next()).toBe("pong");
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  expect(await isMarked(), "what it had in memory is gone, so it slept").toBe(false);
  await organisation.call("PUT", "/meshes/default/meshtimeouts/t", timeout("default", "t"));
  expect(await end.next()).toMatch(/^\{"epoch":\d+,"sequence":\d+\}$/);
  end.drop();
});

test("a zone's relays alone are rung, and an organisation has so many and no more", async () => {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation);
  const [east, west] = [
    await enrolRelay(subject, organisation, "east"),
    await enrolRelay(subject, organisation, "west"),
  ];
  await settled(organisation);
  const ends: BellEnd[] = [];
  for (const relay of [east, west]) {
    const knocked = await subject.knock(BELL_PATH, await relay.prove("GET", BELL_PATH, ""));
    ends.push(knocked.end as BellEnd);
    await ends.at(-1)?.next();
  }
  const [near, far] = ends as [BellEnd, BellEnd];
  const writer = bound.WRITER.get(bound.WRITER.idFromName(organisation.id));
  await runInDurableObject(writer, (_, state) =>
    openHibernatingBell(state).ring(organisation.id, "east", { epoch: 7, sequence: 8 }),
  );
  far.send("ping");
  expect(await near.next()).toBe('{"epoch":7,"sequence":8}');
  expect(await far.next()).toBe("pong");
  near.drop();
  far.drop();

  const relay = { tenant: organisation.id, zone: "east", relay: "r-new" };
  const crowd = Array.from(
    { length: LIMITS["bell-relays"].most.free },
    () => ({ readyState: WebSocket.OPEN }) as WebSocket,
  );
  const full = openHibernatingBell({
    acceptWebSocket: () => undefined,
    getWebSockets: (tag?: string) => (tag === undefined ? crowd : []),
  });
  const refused = await full.seat(relay, { come: async () => null, gone: () => undefined });
  expect([refused.status, await refused.json()]).toMatchObject([
    409,
    { kind: "fault", code: "too-many", retryAfter: 60, limit: { name: "bell-relays", most: 10_000 } },
  ]);
});
