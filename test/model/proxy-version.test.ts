// Versions: their order, and what this release supports.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  compareVersions,
  isProgramSupported,
  OLDEST_ENVOY,
  oldPartOf,
  type ProxyVersions,
} from "#model/proxy-version.ts";

const versions = (envoy: string, name: ProxyVersions["program"]["name"], version: string): ProxyVersions => ({
  program: { name, version, gitTag: "", gitCommit: "", buildDate: "" },
  envoy: { version: envoy, build: "" },
  dependencies: {},
});

test("numbers count as numbers; what has none comes first", () => {
  const sorted = ["", "dev", "1.9.10", "1.9.10-rc1", "1.38.0", "1.40.0", "1.40.1", "v2.0.0"];
  expect(sorted.toReversed().toSorted(compareVersions)).toEqual(sorted);
});

test("the order is total", () => {
  const any = fc.oneof(fc.stringMatching(/^v?\d{1,2}\.\d{1,2}(\.\d{1,2})?(-\w{1,3})?$/), fc.string({ maxLength: 4 }));
  fc.assert(
    fc.property(any, any, any, (a, b, c) => {
      expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
      expect(compareVersions(a, b) === 0).toBe(a === b);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

test.each([
  [OLDEST_ENVOY, "weft", "0.1.0", ""],
  ["1.40.2-dev", "kuma-dp", "2.14.0", ""],
  ["1.39.9", "weft", "0.1.0", "envoy"],
  ["1.4.0", "kuma-dp", "2.1.0", "envoy"],
  ["1.40.0", "kuma-dp", "2.11.9", "program"],
  ["1.40.0", "kuma-dp", "3.0.0", "program"],
  // Nothing is said against what nobody can read.
  ["", "", "", ""],
  ["some-build", "kuma-dp", "unknown", ""],
] as const)("Envoy %s run by %s %s: too old is %j", (envoy, name, version, old) => {
  expect(oldPartOf(versions(envoy, name, version))).toBe(old);
});

test("kuma-dp is supported two minors before and after Kuma 2.14, and any preview is, as Kuma has it", () => {
  const supported = ["2.11.0", "2.12.0", "2.14.7", "2.16.3", "2.17.0", "0.0.0-preview.vabc"].map((version) =>
    isProgramSupported({ name: "kuma-dp", version }),
  );
  expect(supported).toEqual([false, true, true, true, false, true]);
});
