// Relays of one zone: what one of them sees of dataplanes' lives, all know and show, and any of them may die.
import { readdirSync, statSync, truncateSync } from "node:fs";
import { join as path } from "node:path";
import { expect, test } from "vitest";
import type { ReplicaMessage } from "#api/replica.ts";
import type { Joined } from "#relay/zone.ts";
import type { ZoneSide } from "#relay/zone-side.ts";
import { createPlane, wireOf } from "#test/relay/zone/control-plane.ts";
import { serviceEndpoints } from "#test/relay/zone/endpoints.ts";
import { acknowledge, fillDisk, PACE, streamJoin, until } from "#test/relay/zone/start.ts";
import { type Crowd, startCrowd } from "./zone.ts";

type Stream = Extract<Joined, { ok: true }>;

const GRACE = 11_000;
const backend = (number: number): object => wireOf(`backend-${number}`, "backend", [], number);
const addresses = (zone: ZoneSide): readonly string[] =>
  serviceEndpoints(zone, "backend").map((address) => address.split(":")[0] ?? "");

async function join({ plane, relay }: Crowd, at: number, name: string, wire: object): Promise<Stream> {
  const answer = await relay(at).join(streamJoin(name, wire, await plane.token(name)));
  if (!answer.ok) throw new Error(`${answer.code}: ${answer.reason}`);
  await acknowledge(relay(at), name);
  return answer;
}

/** A crowd with a client of backend, so that every relay serves its endpoints, and backends that all know centrally. */
async function crowdOf(size: number, backends: readonly number[] = []): Promise<{ crowd: Crowd; streams: Stream[] }> {
  const crowd = await startCrowd(await createPlane(), size);
  await join(crowd, 1, "web-1", wireOf("web-1", "web", ["backend"], 9));
  const streams: Stream[] = [];
  for (const number of backends) streams.push(await join(crowd, 1, `backend-${number}`, backend(number)));
  for (let at = 1; at <= size; at++)
    await until("all is known centrally", () => addresses(crowd.relay(at)).length === backends.length);
  await until("nothing is left to report", () => crowd.plane.lastEvent === crowd.relay(1).status().lastEvent);
  await until("envelopes cover it", () =>
    Array.from({ length: size }, (_, index) => crowd.relay(index + 1)).every(
      ({ envelope }) => envelope?.relays[0]?.lastEvent === crowd.plane.lastEvent,
    ),
  );
  await until("views are the newest", () =>
    Array.from({ length: size }, (_, index) => crowd.relay(index + 1).status()).every(
      ({ view, snapshot }) => view.sequence === snapshot?.sequence && snapshot?.sequence === crowd.plane.sequence,
    ),
  );
  return { crowd, streams };
}

test("a newcomer at one relay is shown by the other while both are cut off, its leave too", async () => {
  const { crowd } = await crowdOf(2, [1]);
  crowd.plane.down = true;
  await join(crowd, 1, "backend-2", backend(2));
  await until("the other shows it", () => addresses(crowd.relay(2)).includes("127.0.0.2"));
  expect(addresses(crowd.relay(2))).toEqual(["127.0.0.1", "127.0.0.2"]);
  const left = await crowd.relay(1).leave({ mesh: "default", name: "backend-1" }, await crowd.plane.token("backend-1"));
  expect(left.ok).toBe(true);
  await until("the other shows its leave", () => addresses(crowd.relay(2)).length === 1);
  expect(addresses(crowd.relay(2))).toEqual(["127.0.0.2"]);
});

test("a name that one relay gives while cut off is the other's too", async () => {
  const crowd = await startCrowd(await createPlane({ addresses: [{ name: "zone/east", address: "3" }] }), 2);
  await until("both have their view", () => [1, 2].every((at) => crowd.relay(at).views.length === 1));
  await until("they are in touch", () => [1, 2].every((at) => crowd.relay(at).status().replicas[0]?.inTouch === true));
  crowd.plane.down = true;
  crowd.plane.put("other", wireOf("other", "other", [], 8));
  await until("they are cut off", () => [1, 2].every((at) => crowd.relay(at).status().controlPlane === "out of reach"));
  const before = crowd.relay(2).status().lastEvent;
  await join(crowd, 1, "fresh-1", wireOf("fresh-1", "fresh", [], 7));
  const addressAt = (at: number): string | undefined =>
    crowd.relay(at).views[0]?.addresses?.find(({ name }) => name === "service/fresh")?.address;
  await until("the first names it", () => addressAt(1) !== undefined);
  await until("the other has heard", () => addressAt(2) !== undefined);
  expect(addressAt(2)).toBe(addressAt(1));
  expect(crowd.relay(2).status().lastEvent, "the other gave none of its own").toBe(before);
});

test("a newcomer goes to the other relay, which serves it and never takes its endpoint away; the grace of the first ends nothing", async () => {
  const { crowd } = await crowdOf(2);
  crowd.plane.down = true;
  const first = await join(crowd, 1, "backend-2", backend(2));
  await until("the other shows it", () => addresses(crowd.relay(2)).length === 1);
  const seen: (readonly string[])[] = [];
  crowd.relay(1).onChange(() => seen.push(addresses(crowd.relay(1))));
  crowd.relay(2).onChange(() => seen.push(addresses(crowd.relay(2))));
  first.closed();
  const answer = await crowd.relay(2).join(streamJoin("backend-2", backend(2), await crowd.plane.token("backend-2")));
  expect(answer.ok && answer.registration).not.toBe(first.registration);
  expect(crowd.relay(2).served().newcomers.has("default/backend-2")).toBe(true);
  expect(crowd.relay(2).status().proxies).toMatchObject([{ name: "backend-2", ready: true, streams: 1 }]);
  await until("the first knows", () => crowd.relay(1).status().zoneStreams.owned === 2);
  crowd.advance(GRACE);
  await until("the first has forgotten it", () => crowd.relay(1).status().proxies.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(new Set(seen.map((one) => one.join()))).toEqual(new Set(["127.0.0.2"]));
  crowd.plane.down = false;
  await until("it is known centrally", () => crowd.plane.view().resources.Dataplane?.length === 2);
  await until(
    "all is taken",
    () => crowd.relay(1).status().eventsPending + crowd.relay(2).status().eventsPending === 0,
  );
  expect(crowd.plane.ready("backend-2")).toEqual([true]);
  for (const at of [1, 2]) expect(addresses(crowd.relay(at))).toEqual(["127.0.0.2"]);
});

test("what the control plane told of a newcomer's readiness holds, though its relay died before it could tell of it", async () => {
  const { crowd } = await crowdOf(2);
  const answer = await crowd.relay(1).join(streamJoin("backend-2", backend(2), await crowd.plane.token("backend-2")));
  expect(answer.ok).toBe(true);
  await until("the other has heard of the life", () => crowd.relay(2).status().zoneStreams.owned === 2);
  await until("it is known centrally", () => crowd.plane.view().resources.Dataplane?.length === 2);
  crowd.cut(1);
  await acknowledge(crowd.relay(1), "backend-2");
  await until("the other shows it", () => addresses(crowd.relay(2)).length === 1);
  crowd.mend(1);
  await crowd.inTouch();
  await until("nothing is left to tell", () => crowd.relay(1).envelope?.relays[0]?.lastEvent === crowd.plane.lastEvent);
  crowd.cut(1);
  const seen: (readonly string[])[] = [];
  crowd.relay(2).onChange(() => seen.push(addresses(crowd.relay(2))));
  const again = await crowd.relay(2).join(streamJoin("backend-2", backend(2), await crowd.plane.token("backend-2")));
  expect(again.ok).toBe(true);
  expect(crowd.relay(2).status().proxies).toMatchObject([{ name: "backend-2", ready: true, streams: 1 }]);
  expect(new Set(seen.map((one) => one.join()))).toEqual(new Set(["127.0.0.2"]));
});

test("a dataplane that comes back to its first relay lives on when the grace of the second is over", async () => {
  const { crowd, streams } = await crowdOf(2, [1]);
  streams[0]?.closed();
  const second = await join(crowd, 2, "backend-1", backend(1));
  await until("the first knows", () => crowd.relay(1).status().zoneStreams.owned === 2);
  second.closed();
  const third = await join(crowd, 1, "backend-1", backend(1));
  expect(third.registration).not.toBe(streams[0]?.registration);
  await until("the second knows", () => crowd.relay(2).status().zoneStreams.closed === 0);
  crowd.advance(GRACE);
  await until("the second has forgotten it", () => crowd.relay(2).status().proxies.length === 0);
  await until(
    "all is taken",
    () => crowd.relay(1).status().eventsPending + crowd.relay(2).status().eventsPending === 0,
  );
  for (const at of [1, 2]) expect(addresses(crowd.relay(at))).toEqual(["127.0.0.1"]);
});

test("a leave may be announced at any relay", async () => {
  const { crowd, streams } = await crowdOf(2, [1, 2]);
  crowd.plane.down = true;
  streams[0]?.closed();
  await join(crowd, 2, "backend-1", backend(1));
  await until("the first knows", () => crowd.relay(1).status().zoneStreams.closed === 0);
  const token = await crowd.plane.token("backend-1");
  await crowd.relay(1).leave({ mesh: "default", name: "backend-1" }, token);
  await until("the second has ended it", () => crowd.relay(2).status().proxies.length === 0);
  for (const at of [1, 2]) await until("no relay shows it", () => addresses(crowd.relay(at)).join() === "127.0.0.2");
});

test("of a relay that died, those that go on elsewhere are no leave, and the few that don't are gone after the grace", async () => {
  const { crowd } = await crowdOf(2, [1, 2, 3]);
  crowd.cut(1);
  for (const number of [1, 2]) await join(crowd, 2, `backend-${number}`, backend(number));
  await join(crowd, 2, "web-1", wireOf("web-1", "web", ["backend"], 9));
  expect(addresses(crowd.relay(2))).toHaveLength(3);
  crowd.advance(GRACE);
  await until("the third is taken away", () => addresses(crowd.relay(2)).length === 2);
  expect(crowd.relay(2).status().massDisconnect).toBe(false);
  // The first was only out of reach, and its dataplane has been there all the time: its stream is ended, and it joins again.
  crowd.mend(1);
  await crowd.inTouch();
  await until(
    "the first has ended it",
    () =>
      !crowd
        .relay(1)
        .status()
        .proxies.some(({ name }) => name === "backend-3"),
  );
  await join(crowd, 1, "backend-3", backend(3));
  for (const at of [1, 2]) await until("all three are back", () => addresses(crowd.relay(at)).length === 3);
});

test("while most of a lost relay's dataplanes are nowhere else, their endpoints stay and the status says so", async () => {
  const { crowd } = await crowdOf(2, [1, 2, 3]);
  crowd.cut(1);
  await join(crowd, 2, "backend-1", backend(1));
  crowd.advance(GRACE);
  await until("the status says so", () => crowd.relay(2).status().massDisconnect);
  crowd.advance(GRACE);
  await new Promise((resolve) => setTimeout(resolve, 4 * PACE.sweep));
  expect(addresses(crowd.relay(2))).toHaveLength(3);
});

test("a zone's streams are counted over all relays: most of one relay's are no mass, most of the zone's are", async () => {
  const { crowd, streams } = await crowdOf(2, [1, 2]);
  const others: Stream[] = [];
  for (const number of [3, 4, 5, 6]) others.push(await join(crowd, 2, `backend-${number}`, backend(number)));
  await until("the first knows", () => crowd.relay(1).status().zoneStreams.owned === 7);
  for (const stream of streams) stream.closed();
  crowd.advance(GRACE);
  await until("both are gone", () => addresses(crowd.relay(1)).length === 4);
  expect(crowd.relay(1).status().massDisconnect).toBe(false);
  for (const stream of others.slice(1)) stream.closed();
  await until("the first knows", () => crowd.relay(1).status().zoneStreams.closed === 3);
  crowd.advance(GRACE);
  await until("the status says so", () => crowd.relay(2).status().massDisconnect);
  expect(addresses(crowd.relay(1))).toHaveLength(4);
});

test("a relay that restarts while cut off still knows what another told it that has died since", async () => {
  const { crowd } = await crowdOf(2);
  crowd.plane.down = true;
  await join(crowd, 1, "backend-2", backend(2));
  await until("the other shows it", () => addresses(crowd.relay(2)).length === 1);
  crowd.cut(1);
  const again = await crowd.restart(2);
  expect(addresses(again)).toEqual(["127.0.0.2"]);
});

test("what another relay told is kept while no snapshot on disk covers it: who has left is not served after a restart", async () => {
  const { crowd } = await crowdOf(2, [1, 2]);
  const mend = fillDisk(crowd.folder(2));
  const left = await crowd.relay(1).leave({ mesh: "default", name: "backend-1" }, await crowd.plane.token("backend-1"));
  expect(left.ok).toBe(true);
  await until(
    "the second serves what it could not save",
    () =>
      crowd.relay(2).status().poll.unsaved > 0 &&
      crowd.relay(2).envelope?.relays[0]?.lastEvent === crowd.relay(1).status().lastEvent,
  );
  crowd.plane.down = true;
  crowd.cut(1);
  await crowd.relay(2).close();
  mend();
  expect(addresses(await crowd.restart(2))).toEqual(["127.0.0.2"]);
  crowd.plane.down = false;
  await until("the newest is here", () => crowd.relay(2).served().sequence === crowd.plane.sequence);
  crowd.plane.put("other", wireOf("other", "other", [], 8));
  await until("both snapshots on disk know of it", () => crowd.relay(2).served().sequence === crowd.plane.sequence);
  await crowd.relay(2).close();
  expect(readdirSync(path(crowd.folder(2), "replica-events"))).toEqual([]);
});

test("what another relay told is kept while the older snapshot on disk does not cover it: a damaged one brings nobody back", async () => {
  const { crowd } = await crowdOf(2, [1, 2]);
  const left = await crowd.relay(1).leave({ mesh: "default", name: "backend-1" }, await crowd.plane.token("backend-1"));
  expect(left.ok).toBe(true);
  await until(
    "the second has a snapshot that knows of it",
    () => crowd.relay(2).envelope?.relays[0]?.lastEvent === crowd.relay(1).status().lastEvent,
  );
  crowd.plane.down = true;
  crowd.cut(1);
  const { sequence } = crowd.relay(2).served();
  await crowd.relay(2).close();
  const pointer = path(crowd.folder(2), "snapshot", "current.json");
  truncateSync(pointer, statSync(pointer).size - 10);
  const again = await crowd.restart(2);
  expect(again.served().sequence).toBeLessThan(sequence);
  expect(addresses(again)).toEqual(["127.0.0.2"]);
});

test("one that is in touch again hears what its snapshot does not know, though the other's does by then", async () => {
  const { crowd } = await crowdOf(2, [1]);
  crowd.plane.isDownFor.add("relay-2");
  crowd.cut(2);
  await join(crowd, 1, "backend-2", backend(2));
  const left = await crowd.relay(1).leave({ mesh: "default", name: "backend-1" }, await crowd.plane.token("backend-1"));
  expect(left.ok).toBe(true);
  await until("the first has a snapshot that knows of it", () => {
    const { lastEvent, eventsPending } = crowd.relay(1).status();
    return eventsPending === 0 && crowd.relay(1).envelope?.relays[0]?.lastEvent === lastEvent;
  });
  expect(addresses(crowd.relay(2))).toEqual(["127.0.0.1"]);
  crowd.mend(2);
  await crowd.inTouch();
  await until("the second shows it", () => addresses(crowd.relay(2)).join() === "127.0.0.2");
});

test("a relay that was away reports a life that has gone on elsewhere, and takes nothing with it", async () => {
  const { crowd, streams } = await crowdOf(2, [1]);
  crowd.plane.isDownFor.add("relay-1");
  const stale = await join(crowd, 1, "backend-2", backend(2));
  await until("the other shows it", () => addresses(crowd.relay(2)).length === 2);
  crowd.cut(1);
  streams[0]?.closed();
  stale.closed();
  for (const number of [1, 2]) await join(crowd, 2, `backend-${number}`, backend(number));
  // The client goes on there too: for the other relay all that is left at this one is gone after the grace.
  await join(crowd, 2, "web-1", wireOf("web-1", "web", ["backend"], 9));
  await until("it is known centrally", () => crowd.plane.view().resources.Dataplane?.length === 3);
  crowd.advance(GRACE);
  crowd.plane.isDownFor.delete("relay-1");
  await until("all is taken", () => crowd.relay(1).status().eventsPending === 0);
  crowd.mend(1);
  await crowd.inTouch();
  for (const at of [1, 2]) await until("both are served", () => addresses(crowd.relay(at)).length === 2);
});

test("three relays pass on what one that died told only one of them", async () => {
  const { crowd } = await crowdOf(3);
  crowd.plane.down = true;
  crowd.cut(3);
  await join(crowd, 1, "backend-2", backend(2));
  await until("the second shows it", () => addresses(crowd.relay(2)).length === 1);
  crowd.cut(1);
  crowd.mend(3);
  await until("the third shows it", () => addresses(crowd.relay(3)).length === 1);
});

const LIFE = { kind: "life", mesh: "default", at: 1, owner: "stream", ready: true } as const;
const lifeOf = (relay: string, number: number, spec?: object) => {
  const name = `backend-${number}`;
  const wire = backend(number) as { networking: object };
  const resource = {
    type: "Dataplane",
    mesh: "default",
    name,
    labels: {},
    spec: spec ?? { networking: wire.networking },
  };
  return { ...LIFE, relay, number, name, registration: `told-${relay}-${number}`, resource };
};
const saying = (...events: readonly ReturnType<typeof lifeOf>[]): ReplicaMessage => ({
  ...{ run: "r", heard: "", have: {}, lives: null, gone: [], streams: { owned: 0, closed: 0 } },
  runs: events.map((event) => ({ relay: event.relay, after: 0, upTo: event.number, events: [event] })),
});

test("what a relay tells in the name of one that the envelope does not have is not believed", async () => {
  const { crowd } = await crowdOf(2);
  crowd.plane.down = true;
  const number = 100;
  await crowd.relay(1).replica.answer("relay-2", saying(lifeOf("relay-9", number), lifeOf("relay-2", number + 1)));
  await until("the other is shown", () => addresses(crowd.relay(1)).length > 0);
  expect(addresses(crowd.relay(1))).toEqual([`127.0.0.${number + 1}`]);
  const answer = await crowd.relay(1).replica.answer("relay-2", saying());
  expect(Object.keys(answer.have).sort()).toEqual(["relay-1", "relay-2"]);
});

test("an event that cannot be read is left out, and keeps neither others nor a restart from going on", async () => {
  const { crowd } = await crowdOf(2);
  crowd.plane.down = true;
  for (const wrong of [
    lifeOf("relay-2", 100, { networking: { address: "127.0.0.1", inbound: 5 } }),
    lifeOf("relay-2", 101, { networking: 5 }),
    { ...lifeOf("relay-2", 102), at: 1e308 },
    { ...lifeOf("relay-2", 103), name: "backend-9" },
    null,
  ])
    await crowd.relay(1).replica.answer("relay-2", {
      ...saying(),
      runs: [{ relay: "relay-2", after: 0, upTo: 105, events: [wrong, lifeOf("relay-2", 105)] as never }],
    });
  expect(addresses(crowd.relay(1))).toEqual(["127.0.0.105"]);
  await crowd.restart(1);
  expect(addresses(crowd.relay(1))).toEqual(["127.0.0.105"]);
  const token = await crowd.plane.token("backend-9");
  expect(await crowd.relay(1).join(streamJoin("backend-9", backend(9), token))).toMatchObject({ ok: true });
});

test("a relay that is revoked is forgotten with all that it told and that was never taken centrally", async () => {
  const { crowd } = await crowdOf(3);
  crowd.plane.down = true;
  await join(crowd, 2, "backend-2", backend(2));
  await until("the first shows it", () => addresses(crowd.relay(1)).length === 1);
  crowd.cut(2);
  await crowd.relay(2).close();
  crowd.plane.dismiss("relay-2");
  crowd.plane.down = false;
  await until("the first shows it no more", () => addresses(crowd.relay(1)).length === 0);
  await until("nor does the third", () => addresses(crowd.relay(3)).length === 0);
  await crowd.restart(1);
  expect(addresses(crowd.relay(1))).toEqual([]);
  expect(crowd.relay(1).status().zoneStreams).toEqual({ owned: 1, closed: 1 });
});

test("what a user registers again after its leave at another relay lives on, though that leave is heard of later", async () => {
  const { crowd } = await crowdOf(2);
  const proxy = { mesh: "default", name: "backend-2" };
  const token = await crowd.plane.token("backend-2");
  const register = () => crowd.relay(2).register(proxy, backend(2), token);
  expect(await register()).toEqual({ ok: true, created: true });
  for (const at of [1, 2]) await until("it is shown", () => addresses(crowd.relay(at)).length === 1);
  crowd.cut(1);
  expect((await crowd.relay(1).leave(proxy, token)).ok).toBe(true);
  const before = crowd.relay(2).status().proxies[0]?.registration;
  expect((await register()).ok).toBe(true);
  crowd.mend(1);
  await crowd.inTouch();
  await until("it lives anew", () =>
    crowd
      .relay(2)
      .status()
      .proxies.some((one) => one.registration !== before),
  );
  for (const at of [1, 2]) await until("it is shown again", () => addresses(crowd.relay(at)).join() === "127.0.0.2");
  await until(
    "all is taken",
    () => crowd.relay(1).status().eventsPending + crowd.relay(2).status().eventsPending === 0,
  );
  expect(crowd.plane.ready("backend-2")).toEqual([true]);
});

test("one relay has answered a user: the others that are in touch know it by then", async () => {
  const { crowd } = await crowdOf(2);
  const proxy = { mesh: "default", name: "backend-2" };
  const token = await crowd.plane.token("backend-2");
  for (const [one, other] of [
    [1, 2],
    [2, 1],
  ] as const) {
    expect((await crowd.relay(one).register(proxy, backend(2), token)).ok).toBe(true);
    expect((await crowd.relay(other).leave(proxy, token)).ok).toBe(true);
    // At once, where it was registered before.
    expect((await crowd.relay(one).register(proxy, backend(2), token)).ok).toBe(true);
    await until(
      "all is taken",
      () => crowd.relay(1).status().eventsPending + crowd.relay(2).status().eventsPending === 0,
    );
    for (const at of [1, 2]) await until("it is shown", () => addresses(crowd.relay(at)).join() === "127.0.0.2");
    expect((await crowd.relay(other).leave(proxy, token)).ok).toBe(true);
    for (const at of [1, 2]) await until("none is shown", () => addresses(crowd.relay(at)).length === 0);
  }
});
