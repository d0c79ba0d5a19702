// Turns: bounded under way, one organisation after the other, nothing lost whatever fails.
import fc from "fast-check";
import { expect, test } from "vitest";
import { openTurns } from "#control/limit/turns.ts";

/** Whatever follows at once has followed. */
async function settled(): Promise<void> {
  for (let step = 0; step < 20; step++) await Promise.resolve();
}

/** Calls that end when they are told to, and the order in which they began. */
function tracked(turns: ReturnType<typeof openTurns>) {
  const began: string[] = [];
  const ends = new Map<string, (() => void)[]>();
  const call = (key: string): Promise<void> =>
    turns.run(key, () => {
      began.push(key);
      return new Promise<void>((end) => ends.set(key, [...(ends.get(key) ?? []), end]));
    });
  const end = async (key: string): Promise<void> => {
    ends.get(key)?.shift()?.();
    await settled();
  };
  return { began, call, end };
}

test("a hundred calls of one do not stand before the first of another", async () => {
  const { began, call, end } = tracked(openTurns({ clock: () => 0, atOnce: 2, each: 2 }));
  const calls = Array.from({ length: 100 }, () => call("noisy"));
  calls.push(call("quiet"), call("other"));
  await settled();
  expect(began).toEqual(["noisy", "noisy"]);
  await end("noisy");
  await end("noisy");
  expect(began.slice(2).sort()).toEqual(expect.arrayContaining(["quiet"]));
  await end("noisy");
  expect(began.indexOf("quiet")).toBeLessThan(5);
  expect(began.indexOf("other")).toBeGreaterThan(0);
  expect(began.indexOf("other")).toBeLessThan(5);
  while (began.length < 102) for (const key of ["noisy", "quiet", "other"]) await end(key);
  for (let left = 0; left < 102; left++) for (const key of ["noisy", "quiet", "other"]) await end(key);
  await Promise.all(calls);
});

test("whoever is alone has its own bound, and no more", async () => {
  const { began, call, end } = tracked(openTurns({ clock: () => 0, atOnce: 4, each: 2 }));
  const calls = ["a", "a", "a", "b"].map(call);
  await settled();
  expect(began).toEqual(["a", "a", "b"]);
  await end("b");
  expect(began).toHaveLength(3);
  for (let left = 0; left < 3; left++) await end("a");
  await Promise.all(calls);
});

test("never more at once than may be, every call is carried out once, and one that fails gives its turn on", async () => {
  const anyCalls = fc.array(fc.record({ key: fc.constantFrom("a", "b", "c"), fails: fc.boolean(), ticks: fc.nat(4) }), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(
      anyCalls,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      async (calls, atOnce, each) => {
        const turns = openTurns({ clock: () => 0, atOnce, each });
        const now = new Map<string, number>();
        let done = 0;
        const outcomes = await Promise.allSettled(
          calls.map(({ key, fails, ticks }) =>
            turns.run(key, async () => {
              now.set(key, (now.get(key) ?? 0) + 1);
              expect(now.get(key)).toBeLessThanOrEqual(each);
              expect([...now.values()].reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(atOnce);
              for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
              now.set(key, (now.get(key) ?? 0) - 1);
              done++;
              if (fails) throw new Error("meant");
            }),
          ),
        );
        expect(done).toBe(calls.length);
        expect(outcomes.map(({ status }) => status === "rejected")).toEqual(calls.map(({ fails }) => fails));
      },
    ),
    { numRuns: 60 },
  );
});

test("as many wait as may, and the next is told so", async () => {
  const { call, end } = tracked(openTurns({ clock: () => 0, atOnce: 1, each: 1, waiting: 2 }));
  const calls = ["a", "a", "a"].map(call);
  await expect(call("a")).rejects.toMatchObject({
    code: "too-many",
    retryAfter: 1,
    limit: { name: "waiting-calls", most: 2 },
  });
  for (let left = 0; left < 3; left++) await end("a");
  await Promise.all(calls);
});
