// A second proxy of one name: refused while the first is there, never mistaken for the first that has come back.
import { describe, expect, test } from "vitest";
import { metricsText } from "#relay/metrics.ts";
import type { Caller, Joined } from "#relay/zone.ts";
import type { ZoneSide } from "#relay/zone-side.ts";
import { createPlane, type FakePlane, wireOf } from "./control-plane.ts";
import { serviceEndpoints } from "./endpoints.ts";
import { acknowledge, startZone, streamJoin, tempFolder, until } from "./start.ts";

type Stream = Extract<Joined, { ok: true }>;

const name = "backend-1";
const proxy = { mesh: "default", name };
/** The place is told by the number: another one is another address. */
const wire = (number = 1, outbounds: readonly string[] = []): object => wireOf(name, "backend", outbounds, number);

interface Machine extends Caller {
  isAlive: boolean;
}
const machine = (from: string, instance = ""): Machine => {
  const one = { from, instance, isAlive: true, answers: async () => one.isAlive };
  return one;
};

async function ready(): Promise<{ plane: FakePlane; zone: ZoneSide; join: Join }> {
  const plane = await createPlane();
  const zone = await startZone(plane, tempFolder());
  await until("the first snapshot is served", () => zone.served().snapshot !== null);
  // Somebody calls it, so that its endpoint shows.
  await zone.join(streamJoin("web-1", wireOf("web-1", "web", ["backend"], 99), await plane.token("web-1")));
  const token = await plane.token(name);
  const join: Join = (caller, resource = wire()) => zone.join({ ...streamJoin(name, resource, token), caller });
  return { plane, zone, join };
}
const of = (zone: ZoneSide) => zone.status().proxies.filter((one) => one.name === name);
type Join = (caller: Caller, resource?: object) => Promise<Joined>;

function taken(answer: Joined): Stream {
  if (!answer.ok) throw new Error(`${answer.code}: ${answer.reason}`);
  return answer;
}

test("a second proxy is refused with who, where and since when, counted and reported; the first serves on", async () => {
  const { plane, zone, join } = await ready();
  const before = Date.now();
  const first = taken(await join(machine("10.0.0.1")));
  await acknowledge(zone, name);
  await until("peers hear of it", () => serviceEndpoints(zone, "backend").length === 1);
  const answer = await join(machine("10.0.0.2"), wire(2));
  expect(answer).toMatchObject({ ok: false, code: "conflict" });
  const { reason } = answer as Extract<Joined, { ok: false }>;
  const [, since = ""] =
    /^name: another dataplane "backend-1" of mesh "default" is there: it listens at 127\.0\.0\.1:8080 and is connected from 10\.0\.0\.1 to the relay relay-1 since (\S+)\. A name is one proxy's: end that one first .*, or give this one a name of its own$/.exec(
      reason,
    ) ?? [reason];
  expect(Date.parse(since)).toBeGreaterThanOrEqual(before);
  expect(first.ended.aborted).toBe(false);
  expect(of(zone)).toMatchObject([{ name, registration: first.registration, streams: 1 }]);
  expect(serviceEndpoints(zone, "backend")).toEqual(["127.0.0.1:8080"]);
  expect(metricsText(zone.status(), zone.tally)).toContain('weft_relay_joins_refused_total{reason="conflict"} 1\n');
  await until("the control plane was told", () =>
    plane.events.some((one) => one.kind === "refused" && one.reason === reason),
  );
  // At the bootstrap, too.
  const token = await plane.token(name);
  expect(await zone.admit(proxy, JSON.stringify(wire(2)), token, "run-2")).toMatchObject({
    ok: false,
    code: "conflict",
  });
  expect(await zone.admit(proxy, JSON.stringify(wire(1)), token, "run-2")).toMatchObject({ ok: true });
});

test("once the first is gone the second is taken at once", async () => {
  const { zone, join } = await ready();
  const first = taken(await join(machine("10.0.0.1")));
  expect((await join(machine("10.0.0.2"), wire(2))).ok).toBe(false);
  first.closed();
  const second = taken(await join(machine("10.0.0.2"), wire(2)));
  expect(of(zone)).toMatchObject([{ registration: second.registration }]);
  expect((await join(machine("10.0.0.1"))).ok).toBe(false);
});

test("a first whose connection is silent is ended, and the second taken", async () => {
  const { join } = await ready();
  const silent = machine("10.0.0.1");
  const first = taken(await join(silent));
  silent.isAlive = false;
  taken(await join(machine("10.0.0.2"), wire(2)));
  expect(first.ended.aborted).toBe(true);
  expect(first.ended.reason).toBe("it does not answer, and its name is asked for by another proxy");
});

test.each([
  ["from the same machine and place: a crash, whose old Envoy still answers", machine("10.0.0.1", "run-2"), wire()],
  ["of the same run, from another address", machine("10.0.0.7", "run-1"), wire()],
  ["of the same run, with another port or address", machine("10.0.0.1", "run-1"), wire(2)],
  ["with other outbounds", machine("10.0.0.1", "run-2"), wire(1, ["web"])],
])("a stream %s is the first's own", async (_, caller, resource) => {
  const { join } = await ready();
  const first = taken(await join(machine("10.0.0.1", "run-1")));
  const again = taken(await join(caller, resource));
  expect(first.ended.aborted).toBe(false);
  again.closed();
  expect((await join(machine("10.0.0.9", "run-9"), wire(9))).ok).toBe(false);
});

test("the same place on another machine is another proxy", async () => {
  const { join } = await ready();
  taken(await join(machine("10.0.0.1", "run-1")));
  expect(await join(machine("10.0.0.2", "run-2"))).toMatchObject({ ok: false, code: "conflict" });
});

test("of two that come at once one is taken", async () => {
  const { zone, join } = await ready();
  const answers = await Promise.all([1, 2, 3].map((number) => join(machine(`10.0.0.${number}`), wire(number))));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(of(zone)).toHaveLength(1);
});

test("of two that wait for a silent first one is taken", async () => {
  const { zone, join } = await ready();
  const silent = machine("10.0.0.1");
  taken(await join(silent));
  silent.isAlive = false;
  const answers = await Promise.all([2, 3].map((number) => join(machine(`10.0.0.${number}`), wire(number))));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(of(zone)).toMatchObject([{ streams: 1 }]);
});

test("another run's leave ends nothing, its own does, and a user's that names no run does", async () => {
  const { plane, zone, join } = await ready();
  const token = await plane.token(name);
  taken(await join(machine("10.0.0.1", "run-1")));
  const other = await zone.leave(proxy, token, "run-2");
  expect(other).toMatchObject({ ok: false, code: "conflict" });
  expect(!other.ok && other.reason).toContain(
    'the dataplane "backend-1" of mesh "default" is another run\'s, and goes on',
  );
  expect(of(zone)).toMatchObject([{ name, streams: 1 }]);
  expect(await zone.leave(proxy, token, "run-1")).toMatchObject({ ok: true });
  expect(of(zone)).toEqual([]);
  taken(await join(machine("10.0.0.1", "run-3")));
  expect(await zone.leave(proxy, token)).toMatchObject({ ok: true });
});

describe("while a leave is looked into", () => {
  /** Two runs on one machine: the first has crashed, its connection still stands, and whether it answers is told later. */
  async function leaving() {
    const made = await ready();
    const token = await made.plane.token(name);
    let tell: (answers: boolean) => void = () => undefined;
    let asked = false;
    const answer = new Promise<boolean>((resolve) => {
      tell = resolve;
    });
    const answers = (): Promise<boolean> => {
      asked = true;
      return answer;
    };
    taken(await made.join({ from: "10.0.0.1", instance: "run-1", answers }));
    const second = taken(await made.join(machine("10.0.0.1", "run-2")));
    const left = made.zone.leave(proxy, token, "run-2");
    await until("the first is asked", () => asked);
    return { ...made, token, second, left, tell };
  }

  test.each([
    ["the same dataplane", wire()],
    ["another dataplane at the same place", wire(1, ["other"])],
  ])("a run that comes with %s lives on", async (_, next) => {
    const { zone, join, second, left, tell } = await leaving();
    second.closed();
    const third = taken(await join(machine("10.0.0.1", "run-3"), next));
    tell(false);
    expect(await left).toMatchObject({ ok: false, code: "conflict" });
    expect(third.ended.aborted).toBe(false);
    expect(of(zone)).toMatchObject([{ registration: third.registration }]);
  });

  test("what a user registers lives on", async () => {
    const { zone, second, left, tell, token } = await leaving();
    const before = of(zone)[0]?.registration;
    second.closed();
    expect(await zone.register(proxy, wire(1, ["other"]), token)).toMatchObject({ ok: true });
    tell(false);
    expect(await left).toMatchObject({ ok: true });
    expect(of(zone)).toMatchObject([{ owner: "user" }]);
    expect(of(zone)[0]?.registration).not.toBe(before);
  });
});

test("a proxy that has announced its leave and drains holds its name no more", async () => {
  const { plane, zone, join } = await ready();
  const first = taken(await join(machine("10.0.0.1", "run-1")));
  await zone.leave(proxy, await plane.token(name), "run-1");
  const second = taken(await join(machine("10.0.0.2", "run-2"), wire(2)));
  expect(first.ended.aborted).toBe(false);
  first.closed();
  expect(of(zone)).toMatchObject([{ registration: second.registration, streams: 1 }]);
});
