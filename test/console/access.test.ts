// The matrix's reckoning: which cells a filter leaves, what a plan changes, where keys lead; and names of tests made of answers.
import { describe, expect, test } from "vitest";
import type { WireAccessMatrix, WireVerdict } from "#api/access.ts";
import { calledOf, cellsOf, stepOf } from "#console/part/access-cells.ts";
import { askedText, testName } from "#console/part/test-text.ts";

const verdict = (outcome: WireVerdict["outcome"]): WireVerdict => ({ outcome, reason: "rule", text: "a rule says so" });
const MATRIX: WireAccessMatrix = {
  mesh: "default",
  from: ["web", "cart", "*"],
  to: [{ service: "orders" }, { service: "bank", port: "admin" }, { service: "bank", port: "http" }],
  verdicts: [verdict("allowed"), verdict("denied")],
  cells: [
    [0, -1, 1],
    [1, -1, -1],
    [-1, 1, 1],
  ],
};
const shown = (cells: ReturnType<typeof cellsOf>): readonly string[] =>
  cells.rows.flatMap((_, row) =>
    cells.columns.flatMap((__, column) => {
      const cell = cells.at(row, column);
      return cell === null
        ? []
        : [`${cell.from} ${calledOf(cell)} ${cell.before?.outcome ?? ""}>${cell.verdict.outcome}`];
    }),
  );

describe("cells", () => {
  test("rows and columns are sorted, and each cell is that of its pair", () => {
    const cells = cellsOf(MATRIX, {});
    expect([cells.rows, cells.columns, cells.count]).toEqual([
      ["*", "cart", "web"],
      ["bank:admin", "bank:http", "orders"],
      5,
    ]);
    expect(shown(cells)).toEqual([
      "* bank:admin >denied",
      "* bank:http >denied",
      "cart orders >denied",
      "web bank:http >denied",
      "web orders >allowed",
    ]);
  });

  test("rows and columns that a filter empties are not shown", () => {
    expect(shown(cellsOf(MATRIX, { outcome: "allowed" }))).toEqual(["web orders >allowed"]);
    const named = cellsOf(MATRIX, { name: "BANK:a" });
    expect([named.rows, named.columns]).toEqual([["*"], ["bank:admin"]]);
    expect(cellsOf(MATRIX, { name: "nobody" }).count).toBe(0);
  });

  test("a plan's changes stand in their cells, and in rows and columns of their own where there were none", () => {
    const change = (from: string, to: string, before: WireVerdict["outcome"], after: WireVerdict["outcome"]) => ({
      ...{ mesh: "default", from, to },
      before: verdict(before),
      after: verdict(after),
    });
    const changes = [change("web", "orders", "allowed", "denied"), change("new", "fresh", "none", "allowed")];
    expect(shown(cellsOf(MATRIX, { isChanged: true }, changes))).toEqual([
      "new fresh none>allowed",
      "web orders allowed>denied",
    ]);
    expect(cellsOf(MATRIX, {}, changes).count).toBe(6);
  });
});

test.each([
  ["ArrowUp", false, [0, 0], [0, 0]],
  ["ArrowDown", false, [3, 2], [4, 2]],
  ["ArrowRight", false, [0, 9], [0, 9]],
  ["PageDown", false, [3, 2], [13, 2]],
  ["PageDown", false, [15, 2], [19, 2]],
  ["Home", false, [3, 2], [3, 0]],
  ["End", false, [3, 2], [3, 9]],
  ["Home", true, [3, 2], [0, 0]],
  ["End", true, [3, 2], [19, 9]],
] as const)("%s (whole: %s) leads from %j to %j", (key, isWhole, from, to) => {
  expect(stepOf(key, isWhole, from, { rows: 20, columns: 10, page: 10 })).toEqual(to);
});

test("other keys lead nowhere", () => {
  expect(stepOf("x", false, [0, 0], { rows: 2, columns: 2, page: 1 })).toBeNull();
});

test("a test's name says what is asked, is one that the API takes, and is nobody else's", () => {
  const asked = { from: "spiffe://default/Web", to: "orders", port: "8080", method: "GET", path: "/a/b" };
  expect(testName(asked, "allow", new Set())).toBe("spiffe-default-web-reaches-orders-8080-get-a-b");
  const plain = { from: "web", to: "orders" };
  expect(testName(plain, "deny", new Set(["web-never-reaches-orders"]))).toBe("web-never-reaches-orders-2");
  const long = testName({ from: "a".repeat(80), to: "b" }, "allow", new Set());
  expect(long).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
  expect(long.length).toBeLessThanOrEqual(63);
  expect(askedText(asked)).toBe("spiffe://default/Web → orders:8080 (GET /a/b)");
});
