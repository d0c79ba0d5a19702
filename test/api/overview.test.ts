// The guide to the overview names every kind of problem, and how grave it is.
import { expect, test } from "vitest";
import { PROBLEM_KINDS } from "#control/overview/problem.ts";
import { textOf } from "#test/documents.ts";

test("docs/guides/at-a-glance.md has a row for each kind of problem, in their order", () => {
  const text = textOf("docs/guides/at-a-glance.md");
  const rows = [...text.matchAll(/^\| `([\w.]+)` \| (\w+) \|/gm)].map(([, kind, severity]) => [kind, severity]);
  expect(rows).toEqual(Object.entries(PROBLEM_KINDS));
});
