// The audit of dependencies: it fails on grave advisories, and on nothing else.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { packageRoot } from "#test/dist.ts";

interface Verdict {
  readonly outcome: "good" | "bad" | "unknown";
  readonly lines: readonly string[];
}

const { verdictOf } = (await import(pathToFileURL(join(packageRoot(), "tools/audit.mjs")).href)) as {
  verdictOf(report: unknown): Verdict;
};

const advisory = (severity: string) => ({
  name: "left",
  severity,
  range: "<1.2.3",
  via: [{ title: "It leaks", url: "https://advisories.example/1" }],
  fixAvailable: true,
});

test.each([
  ["none", {}, "good"],
  ["a moderate one", { left: advisory("moderate") }, "good"],
  ["a high one", { left: advisory("high") }, "bad"],
  ["a critical one", { left: advisory("critical") }, "bad"],
] as const)("%s", (_, vulnerabilities, outcome) => {
  expect(verdictOf({ auditReportVersion: 2, vulnerabilities }).outcome).toBe(outcome);
});

test("what is grave is told with what mends it, also where it comes by another package", () => {
  const carried = { ...advisory("high"), name: "right", via: ["left"], fixAvailable: false };
  expect(verdictOf({ vulnerabilities: { left: advisory("critical"), right: carried } }).lines).toEqual([
    "left <1.2.3: critical; It leaks (https://advisories.example/1); npm audit fix mends it",
    "right <1.2.3: high; by left; no release mends it",
  ]);
});

test("a registry without advisories, and one that is not there, are told and fail nothing", () => {
  const refused = { message: "405 Method Not Allowed - POST https://registry.example/bulk", statusCode: 405 };
  expect(verdictOf(refused)).toEqual({
    outcome: "unknown",
    lines: ["the registry cannot be asked: 405 Method Not Allowed - POST https://registry.example/bulk"],
  });
  expect(verdictOf(null).outcome).toBe("unknown");
});
