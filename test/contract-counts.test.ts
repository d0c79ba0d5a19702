// The counts of the store's contract at the end of `npm test`: an engine on which nothing ran shows, and says why or is a fault.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { packageRoot } from "#test/dist.ts";

type Counts = Readonly<Record<string, { passed: number; failed: number; skipped: readonly string[] }>>;
const { ENGINES, countContract, contractText } = (await import(
  pathToFileURL(join(packageRoot(), "tools/contract-counts.mjs")).href
)) as {
  ENGINES: Readonly<Record<string, string>>;
  countContract(blocks: readonly object[]): Counts;
  contractText(
    counts: Counts,
    suites: readonly string[],
  ): { readonly lines: readonly string[]; readonly silent: readonly string[] };
};

/** A block as vitest's reporters see it. */
const block = (name: string, ...tests: readonly (readonly [name: string, state: string])[]) => ({
  name,
  children: { allTests: () => tests.map(([of, state]) => ({ name: of, result: () => ({ state }) })) },
});

test("each engine has what ran on it, and what was skipped with its reason", () => {
  const counts = countContract([
    block("store on a libSQL file", ["one", "passed"], ["two", "failed"], ["three", "passed"]),
    block("store on libSQL over HTTP", ["sqld is missing: install it", "skipped"]),
    block("another", ["four", "passed"]),
  ]);
  expect(contractText(counts, ["unit"])).toEqual({
    lines: [
      "the store's contract on a libSQL file: 2 passed, 1 failed",
      "the store's contract on libSQL over HTTP: nothing ran, 1 skipped: sqld is missing: install it",
    ],
    silent: [],
  });
});

test("an engine on which nothing ran without a word is named; one whose suite did not run is not", () => {
  const counts = countContract([block("store on a libSQL file", ["one", "passed"])]);
  expect(contractText(counts, Object.values(ENGINES)).silent).toEqual(["libSQL over HTTP", "D1"]);
  expect(contractText(counts, ["unit"]).silent).toEqual(["libSQL over HTTP"]);
  expect(contractText({}, ["mesh"])).toEqual({ lines: [], silent: [] });
});
