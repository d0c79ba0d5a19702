// The outlet: a bound over all streams, in the order of asking, and no waiting for who hangs.

import { expect, test } from "vitest";
import { createOutlet } from "#relay/ads/outlet.ts";
import { until } from "#test/child.ts";

test("lets through up to its limit, and then in the order of asking", () => {
  const outlet = createOutlet(100);
  const resumed: string[] = [];
  expect(outlet.open(() => resumed.push("a"))).toBe(true);
  const gone = outlet.take(100);
  expect(outlet.open(() => resumed.push("b"))).toBe(false);
  expect(outlet.open(() => resumed.push("c"))).toBe(false);
  expect(outlet.waiting).toBe(2);
  gone();
  gone();
  expect(resumed).toEqual(["b", "c"]);
  expect(outlet.open(() => resumed.push("d"))).toBe(true);
});

test("who resumes may fill it again, and the next one waits on", () => {
  const outlet = createOutlet(100);
  const resumed: string[] = [];
  const gone = outlet.take(100);
  outlet.open(() => {
    resumed.push("b");
    outlet.take(100);
  });
  outlet.open(() => resumed.push("c"));
  gone();
  expect(resumed).toEqual(["b"]);
  expect(outlet.waiting).toBe(1);
});

test("does not wait for bytes that nobody takes", async () => {
  const outlet = createOutlet(100, 10);
  outlet.take(100);
  let resumed = false;
  outlet.open(() => {
    resumed = true;
  });
  await until("the outlet to give up on them", () => resumed);
});
