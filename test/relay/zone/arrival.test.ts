// When an answer was here: the way and a relay that hung count, the time that a poll was held does not.
import { expect, test } from "vitest";
import { arrivalOf } from "#relay/zone/arrival.ts";

test.each([
  ["held for 20 s, and here at once", { answeredAt: 1000, heldMs: 20_000 }, 20_004, 1004],
  ["the relay hung for 8 s after it", { answeredAt: 1000, heldMs: 3 }, 8010, 9007],
  ["of a control plane that does not tell it", { answeredAt: 1000 }, 8010, 1000],
  ["its clock was set meanwhile", { answeredAt: 1000, heldMs: 9000 }, 10, 1000],
  ["no time at all", {}, 10, null],
] as const)("%s", (_, answer, took, wanted) => {
  expect(arrivalOf(answer, took)).toBe(wanted);
});
