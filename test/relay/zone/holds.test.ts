// How long a relay asks to be held: long, short for a while after a cut, and long again.
import { expect, test } from "vitest";
import { createHolds, LONG, SHORT, TRIES } from "#relay/zone/holds.ts";

test("holds are long, and those of many relays do not end together", () => {
  const asked = [0, 0.3, 0.6, 0.999].map((chance) => createHolds(() => chance).next());
  expect(asked).toEqual([55, 54, 52, 51]);
  expect(new Set(asked.map((one) => one <= LONG.most))).toEqual(new Set([true]));
});

test("after a cut they are short, and after many that stood a long one is tried again", () => {
  const holds = createHolds(() => 0);
  holds.tell("held");
  expect(holds.next()).toBe(LONG.most);
  for (const _ of [1, 2]) {
    holds.tell("cut");
    for (let stood = 0; stood < TRIES; stood++) {
      expect(holds.next()).toBe(SHORT);
      holds.tell("held");
    }
    expect(holds.next()).toBe(LONG.most);
  }
});

test("a cut begins the count anew", () => {
  const holds = createHolds(() => 0);
  holds.tell("cut");
  for (let stood = 1; stood < TRIES; stood++) holds.tell("held");
  holds.tell("cut");
  holds.tell("held");
  expect(holds.next()).toBe(SHORT);
});
