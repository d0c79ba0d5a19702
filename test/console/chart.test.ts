// Where numbers stand on charts: scales, their ticks, and certificates counted by when they end.
import { describe, expect, test } from "vitest";
import { endingParts } from "#console/data/ending.ts";
import { countScale, lasting, timeScale } from "#console/data/scale.ts";

describe("times", () => {
  test.each([
    [[120], [100, 1_000]],
    [[100], [100, 1_000]],
    [
      [1, 10],
      [1, 10],
    ],
    [
      [40, 900, 61_000],
      [10, 100, 1_000, 10_000, 60_000, 600_000],
    ],
    [
      [0, 0.2],
      [1, 10],
    ],
    [[864e9], [864e6, 864e7]],
  ])("%j stand between the ticks %j", (times, ticks) => {
    const scale = timeScale(times);
    expect(scale.ticks).toEqual(ticks);
    for (const time of times) expect(scale.at(time)).toSatisfy((at: number) => at >= 0 && at <= 1);
  });

  test("ten times as long is as far above as ten times less is below", () => {
    const { at } = timeScale([10, 1_000]);
    expect([at(10), at(100), at(1_000)]).toEqual([1, expect.closeTo(0.5, 9), expect.closeTo(0, 9)]);
    expect([at(1), at(1e9)]).toEqual([1, 0]);
  });

  test.each([
    [0, "0 ms"],
    [120.4, "120 ms"],
    [1_490, "1.5 sec"],
    [12_340, "12 sec"],
    [90_000, "1.5 min"],
    [36e5, "1 hr"],
    [864e5 * 3, "3 days"],
  ])("%d ms last %j", (time, text) => {
    expect(lasting(time, "en")).toBe(text);
  });
});

test.each([
  [[], [0, 1]],
  [
    [1, 1],
    [0, 1],
  ],
  [[3], [0, 2, 4]],
  [
    [7, 11],
    [0, 10, 20],
  ],
  [[100], [0, 50, 100]],
])("counts %j stand between %j", (counts, ticks) => {
  const scale = countScale(counts);
  expect(scale.ticks).toEqual(ticks);
  expect([scale.at(0), scale.at(ticks.at(-1) ?? 0)]).toEqual([1, 0]);
});

describe("certificates that end", () => {
  const [HOUR, DAY] = [3_600_000, 86_400_000];
  const now = Date.parse("2026-05-01T12:00:00Z");
  const countsOf = (ends: readonly number[]) =>
    endingParts(
      ends.map((end) => now + end),
      now,
    ).map(({ count }) => count);

  test("are counted by the hour within two days, empty hours too", () => {
    expect(countsOf([HOUR, 3 * HOUR - 1, 3 * HOUR - 2])).toEqual([1, 0, 2]);
    expect(countsOf([1])).toEqual([1]);
    expect(countsOf([48 * HOUR])).toHaveLength(48);
  });

  test("are counted by the day beyond, the late ones together", () => {
    expect(countsOf([HOUR, 48 * HOUR + 1])).toEqual([1, 0, 1]);
    const late = countsOf([DAY, 60 * DAY, 90 * DAY, 400 * DAY]);
    expect([late.length, late[0], late.at(-1)]).toEqual([60, 1, 3]);
  });

  test("are in none where they have ended, and in one alone", () => {
    expect(endingParts([now, now - 1], now)).toEqual([]);
    const ends = Array.from({ length: 500 }, (_, at) => ((at * 7_919) % 5_000) * 60_000);
    expect(countsOf(ends).reduce((a, b) => a + b, 0)).toBe(ends.filter((end) => end > 0).length);
    for (const { from, to } of endingParts(
      ends.map((end) => now + end),
      now,
    ))
      expect(to).toBeGreaterThan(from);
  });
});
