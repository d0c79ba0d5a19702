// Durations in Go's and protobuf's notation.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { durationMs, formatDuration, formatProtoDuration, parseDuration, parseProtoDuration } from "#model/duration.ts";

describe("Go's durations", () => {
  it.each([
    ["5s", "5s"],
    ["1h", "1h0m0s"],
    ["90s", "1m30s"],
    ["1.5s", "1.5s"],
    ["1h30m", "1h30m0s"],
    ["1500us", "1.5ms"],
    ["1500ns", "1.5µs"],
    ["-1s", "-1s"],
    [".5s", "500ms"],
    ["0", "0s"],
    ["1m1ns", "1m0.000000001s"],
    ["2562047h47m16.854775807s", "2562047h47m16.854775807s"],
  ])("%s is printed %s", (text, printed) => {
    expect(formatDuration(parseDuration(text) ?? -7n)).toBe(printed);
  });

  it.each(["", "1", "s", "-", "1d", "1 s", ".s", "1s1", "2562047h47m16.854775808s", `${"9".repeat(99)}s`, "1e3s"])(
    "%j is none",
    (text) => {
      expect(parseDuration(text)).toBeNull();
      expect(durationMs(text)).toBeNull();
    },
  );

  it("are milliseconds with their fraction", () => {
    expect(durationMs("1.5ms")).toBe(1.5);
  });

  it("are read as they are printed", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 63n) + 1n, max: (1n << 63n) - 1n }), (nanoseconds) => {
        expect(parseDuration(formatDuration(nanoseconds))).toBe(nanoseconds);
      }),
    );
  });
});

describe("protobuf's durations", () => {
  it.each([
    ["10s", "10s"],
    ["1.5s", "1.500s"],
    ["1.50s", "1.500s"],
    ["0.000001s", "0.000001s"],
    ["1.000000001s", "1.000000001s"],
    ["-1.5s", "-1.500s"],
  ])("%s is printed %s", (text, printed) => {
    expect(formatProtoDuration(parseProtoDuration(text) ?? -7n)).toBe(printed);
  });

  it.each(["", "10", "1m", "1.s", "1.0000000001s", "315576000001s"])("%j is none", (text) => {
    expect(parseProtoDuration(text)).toBeNull();
  });

  it("are read as they are printed", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 63n), max: 1n << 63n }), (nanoseconds) => {
        expect(parseProtoDuration(formatProtoDuration(nanoseconds))).toBe(nanoseconds);
      }),
    );
  });
});
