// A second proxy of one name at another relay of the zone: refused there too, while the first is at this one.
import { expect, test } from "vitest";
import type { Caller, Joined } from "#relay/zone.ts";
import { createPlane, wireOf } from "#test/relay/zone/control-plane.ts";
import { serviceEndpoints } from "#test/relay/zone/endpoints.ts";
import { acknowledge, streamJoin, until } from "#test/relay/zone/start.ts";
import { type Crowd, startCrowd } from "./zone.ts";

type Stream = Extract<Joined, { ok: true }>;

const name = "backend-1";
const proxy = { mesh: "default", name };
interface Machine extends Caller {
  isAlive: boolean;
}
const machine = (from: string, instance = ""): Machine => {
  const one = { from, instance, isAlive: true, answers: async () => one.isAlive };
  return one;
};

async function join({ plane, relay }: Crowd, at: number, caller: Caller, number = 1): Promise<Joined> {
  const wire = wireOf(name, "backend", [], number);
  return relay(at).join({ ...streamJoin(name, wire, await plane.token(name)), caller });
}

const of = (crowd: Crowd, at: number) =>
  crowd
    .relay(at)
    .status()
    .proxies.filter((one) => one.name === name);

function taken(answer: Joined): Stream {
  if (!answer.ok) throw new Error(`${answer.code}: ${answer.reason}`);
  return answer;
}

/** Two relays, cut off, and the first proxy at relay 1: both know of it. */
async function withFirst(caller: Caller): Promise<{ crowd: Crowd; first: Stream }> {
  const crowd = await startCrowd(await createPlane(), 2);
  const token = await crowd.plane.token("web-1");
  taken(await crowd.relay(1).join(streamJoin("web-1", wireOf("web-1", "web", ["backend"], 99), token)));
  await until("both have its snapshot and view", () =>
    [1, 2].every((at) => {
      const { snapshot, view } = crowd.relay(at).status();
      return snapshot?.sequence === crowd.plane.sequence && view.sequence === crowd.plane.sequence;
    }),
  );
  crowd.plane.down = true;
  const first = taken(await join(crowd, 1, caller));
  await acknowledge(crowd.relay(1), name);
  await until("the other relay knows", () => serviceEndpoints(crowd.relay(2), "backend").includes("127.0.0.1:8080"));
  return { crowd, first };
}

test("it is refused at the other relay with the first one's relay, and its leave there ends nothing", async () => {
  const { crowd, first } = await withFirst(machine("10.0.0.1", "run-1"));
  const answer = await join(crowd, 2, machine("10.0.0.2", "run-2"), 2);
  expect(answer).toMatchObject({ ok: false, code: "conflict" });
  expect(!answer.ok && answer.reason).toContain("from 10.0.0.1 to the relay relay-1 since ");
  expect(crowd.relay(2).tally.joinsRefused.get("conflict")).toBe(1);
  const token = await crowd.plane.token(name);
  expect(await crowd.relay(2).leave(proxy, token, "run-2")).toMatchObject({ ok: false, code: "conflict" });
  expect(first.ended.aborted).toBe(false);
  expect(of(crowd, 1)).toMatchObject([{ registration: first.registration, streams: 1 }]);
  // Its own leave is taken by either relay.
  expect(await crowd.relay(2).leave(proxy, token, "run-1")).toMatchObject({ ok: true });
  await until("its life has ended", () => of(crowd, 1).length === 0);
});

test("the first moves to the other relay at once, while its old connection lingers", async () => {
  const old = machine("10.0.0.1", "run-1");
  const { crowd } = await withFirst(old);
  const moved = taken(await join(crowd, 2, machine("10.0.0.1", "run-1")));
  await until("it is there", () => of(crowd, 2)[0]?.registration === moved.registration);
  expect(await join(crowd, 1, machine("10.0.0.2"), 2)).toMatchObject({ ok: false, code: "conflict" });
  // From the same machine with another port, after a restart: the old connection is asked and is silent.
  old.isAlive = false;
  moved.closed();
  taken(await join(crowd, 1, machine("10.0.0.1", "run-2"), 3));
});

test("a relay that cannot be asked has no say; once both are in touch one of the two joins again", async () => {
  const { crowd, first } = await withFirst(machine("10.0.0.1", "run-1"));
  crowd.cut(1);
  await until("out of touch", () =>
    crowd
      .relay(2)
      .status()
      .replicas.every(({ inTouch }) => !inTouch),
  );
  const second = taken(await join(crowd, 2, machine("10.0.0.2", "run-2"), 2));
  crowd.mend(1);
  await crowd.inTouch();
  await until("the earlier one's stream has ended", () => first.ended.aborted);
  expect(first.ended.reason).toBe("another proxy has taken its name at the relay relay-2; it joins again");
  first.closed();
  expect(second.ended.aborted).toBe(false);
  expect(await join(crowd, 1, machine("10.0.0.1", "run-1"))).toMatchObject({ ok: false, code: "conflict" });
});
