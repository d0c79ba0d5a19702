// How far a revision has come over all zones: what counts as there, who is waited for, and how long it took.
import { describe, expect, test } from "vitest";
import { deliveryOf, type RelayPresence } from "#control/revision-delivery.ts";
import { openSpread, type Spread } from "#model/spread.ts";
import type { RevisionDeliveryRow } from "#store/face/delivery.ts";

const COMMITTED = Date.parse("2026-01-01T00:00:00.000Z");
const moment = {
  ...{ revision: 5, epoch: 1, sequence: 9, actor: "token:t1", reason: "why" },
  time: new Date(COMMITTED).toISOString(),
};

function spread(...all: readonly number[]): Spread {
  const spreading = openSpread();
  for (const one of all) spreading.add(one);
  return spreading.spread();
}

function row(zone: string, over: Partial<RevisionDeliveryRow> = {}): RevisionDeliveryRow {
  return {
    ...{ epoch: 1, revision: 5, zone, relay: "r1", sequence: 9, answeredAt: COMMITTED + 100, at: "" },
    ...{ acked: 2, nacked: 0, pending: 0, absent: 0, untouched: 0 },
    ...{ pushed: spread(10, 20), taken: spread(30, 40), laggards: [] },
    ...over,
  };
}

function relay(zone: string, over: Partial<RelayPresence> = {}): RelayPresence {
  return { zone, relay: "r1", online: true, lastContact: null, ...over };
}

const stateOf = (rows: readonly RevisionDeliveryRow[], ...relays: readonly RelayPresence[]) => {
  const { state, relays: each } = deliveryOf(moment, rows, relays);
  return [state, ...each.map((one) => one.state)];
};

describe("the state", () => {
  test.each([
    ["no relay has fetched it", [], ["underway", "waiting"]],
    ["nothing was sent yet", [row("east", { pending: 1, pushed: spread() })], ["underway", "fetched"]],
    ["one has not answered", [row("east", { pending: 1 })], ["underway", "pushed"]],
    ["all have it", [row("east")], ["delivered", "acked"]],
    ["who is away is not waited for", [row("east", { absent: 3 })], ["delivered", "acked"]],
    ["one refuses it", [row("east", { nacked: 1, pending: 1 })], ["rejected", "nacked"]],
    ["only a later one was fetched", [row("east", { revision: 7 })], ["delivered", "acked"]],
    [
      "a later one was taken by all",
      [row("east", { pending: 1 }), row("east", { revision: 6 })],
      ["delivered", "acked"],
    ],
    ["a later one mended it", [row("east", { nacked: 1 }), row("east", { revision: 6 })], ["rejected", "nacked"]],
    ["a later one is refused", [row("east"), row("east", { revision: 6, nacked: 1 })], ["delivered", "acked"]],
  ] as const)("%s", (_, rows, wanted) => {
    expect(stateOf(rows, relay("east"))).toEqual(wanted);
  });

  test("waits for no relay that is away, and names zones without any that is there", () => {
    const away = { online: false, lastContact: "2026" };
    const relays = [relay("east"), relay("east", { relay: "r2", ...away }), relay("west", away)];
    const found = deliveryOf(moment, [row("east")], relays);
    expect([found.state, found.offline]).toEqual(["delivered", ["west"]]);
    expect(deliveryOf(moment, [], relays).state).toBe("underway");
    expect(deliveryOf(moment, [], []).state).toBe("delivered");
  });
});

test("a proxy that was away and has taken a later one is away no more", () => {
  const web = { proxy: "default/web-1", reason: "", state: "absent" } as const;
  const rows = [row("east", { acked: 1, absent: 1, laggards: [web] }), row("east", { revision: 6 })];
  const [east] = deliveryOf(moment, rows, [relay("east")]).relays;
  expect([east?.proxies, east?.laggards]).toEqual([{ acked: 2, nacked: 0, pending: 0, absent: 0, untouched: 0 }, []]);
});

test("times are since the commit, each relay's from its own receipt on, over all proxies", () => {
  const rows = [row("east"), row("west", { answeredAt: COMMITTED + 1000 }), row("south", { answeredAt: null })];
  const { times, proxies, relays } = deliveryOf(
    moment,
    rows,
    ["east", "west", "south"].map((zone) => relay(zone)),
  );
  expect(proxies.acked).toBe(6);
  expect(times.fetched).toEqual({ count: 2, p50: 100, p99: 1000, max: 1000 });
  expect(times.acked?.count).toBe(4);
  expect(times.acked?.max).toBe(1040);
  expect(Math.abs((times.acked?.p50 ?? 0) - 140)).toBeLessThan(3);
  expect(times.pushed?.max).toBe(1020);
  expect(relays.map(({ fetchedMs }) => fetchedMs)).toEqual([100, 1000, null]);
  expect(relays[2]?.times).toEqual({ fetched: null, pushed: null, acked: null });
  const early = deliveryOf(moment, [row("east", { answeredAt: COMMITTED - 50 })], [relay("east")]);
  expect(early.times.fetched?.max, "clocks of two machines differ by a little").toBe(0);
});
