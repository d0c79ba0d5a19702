// The judge of a rollout: when a revision is taken back, and what is said of it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addLoads, judgeRollout, type Load, type Loads } from "#control/rollback/judge-rollout.ts";
import type { RollbackRule } from "#model/kind/change-control.ts";

const rule = (over: Partial<RollbackRule> = {}): RollbackRule => ({ window: "1m0s", ...over }) as RollbackRule;
const load = (total: number, errors: number): Load => ({ total, errors });
const loads = (all: Readonly<Record<string, Load>>): Loads => new Map(Object.entries(all));
const none = new Map<string, string>();

describe("errors", () => {
  test.each([
    ["above the bound", load(1000, 0), load(200, 11), true],
    ["at the bound", load(1000, 0), load(200, 10), false],
    ["too few requests", load(1000, 0), load(99, 99), false],
    ["as bad as it was", load(1000, 500), load(200, 105), false],
    ["worse than it was by more than the bound", load(1000, 500), load(200, 111), true],
    ["better than it was", load(1000, 500), load(200, 20), false],
    ["of a destination that nobody called before", load(0, 0), load(100, 100), true],
  ])("%s", (_, before, since, back) => {
    const why = judgeRollout(
      loads({ a: before }),
      { loads: loads({ a: since }), refusals: none },
      rule({ errorRate: 5 }),
    );
    expect(why !== null).toBe(back);
  });

  test("the destination that rose most is named, with its numbers", () => {
    const since = loads({ a: load(200, 20), b: load(400, 100), c: load(50, 50) });
    const why = judgeRollout(loads({ b: load(1000, 5) }), { loads: since, refusals: none }, rule({ errorRate: "2.5" }));
    expect(why).toBe("100 of 400 requests to b failed since (25 %, and 0.5 % before); it may rise by 2.5");
  });

  test("do not count where the rule says nothing of them", () => {
    expect(
      judgeRollout(none as never, { loads: loads({ a: load(900, 900) }), refusals: none }, rule({ nacks: 1 })),
    ).toBeNull();
  });
});

describe("refusals", () => {
  const refusals = new Map([
    ["default.a", "no such filter"],
    ["default.b", "no"],
  ]);

  test.each([
    [0, "2 proxies refuse it, and 0 may; default.a: no such filter"],
    [1, "2 proxies refuse it, and 1 may; default.a: no such filter"],
    [2, null],
    [undefined, null],
  ])("%j may refuse", (nacks, why) => {
    const bounds = nacks === undefined ? rule({ errorRate: 5 }) : rule({ nacks });
    expect(judgeRollout(new Map(), { loads: new Map(), refusals }, bounds)).toBe(why);
  });

  test("one is told as one", () => {
    const one = new Map([["default.a", "no such filter"]]);
    expect(judgeRollout(new Map(), { loads: new Map(), refusals: one }, rule({ nacks: 0 }))).toBe(
      "proxy default.a refuses it, and 0 may; no such filter",
    );
  });
});

const some = fc.record({ total: fc.nat(2000), failed: fc.double({ min: 0, max: 1, noNaN: true }) });
const anyLoads = fc
  .array(fc.tuple(fc.constantFrom("a", "b", "c", "d"), some), { maxLength: 6 })
  .map(
    (all) =>
      new Map<string, Load>(all.map(([name, { total, failed }]) => [name, load(total, Math.floor(total * failed))])),
  );

test("says no word where no destination is worse, and sums of zones judge as one zone would", () => {
  fc.assert(
    fc.property(anyLoads, anyLoads, fc.integer({ min: 0, max: 100 }), (one, other, errorRate) => {
      const bounds = rule({ errorRate, minRequests: 1 });
      expect(judgeRollout(one, { loads: one, refusals: none }, bounds)).toBeNull();
      const both = addLoads([one, other]);
      for (const [name, { total, errors }] of both) {
        expect(total).toBe((one.get(name)?.total ?? 0) + (other.get(name)?.total ?? 0));
        expect(errors).toBeLessThanOrEqual(total);
      }
      expect(addLoads([other, one]).size).toBe(both.size);
      const clean = new Map([...both].map(([name, { total }]) => [name, load(total, 0)]));
      expect(judgeRollout(new Map(), { loads: clean, refusals: none }, bounds)).toBeNull();
    }),
  );
});
