// Tables, ages, and failures as people read them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Failure, failureText, reasonOf } from "#cli/failure.ts";
import { ageText, tableText } from "#cli/output.ts";
import { createTail } from "#cli/tail.ts";
import type { Terminal } from "#cli/terminal.ts";
import { nearestWord } from "#model/nearest.ts";

function terminal(colour: boolean): Terminal {
  return { out: () => {}, err: () => {}, input: async () => "", interactive: false, colour };
}

test("columns are aligned whatever the cells, and no cell can steer the terminal", () => {
  const cell = fc.string({ maxLength: 20 });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
      const columns = [
        { title: "a", cell: (row: readonly [string, string]) => row[0] },
        { title: "b", cell: (row: readonly [string, string]) => `|${row[1]}` },
      ];
      const lines = tableText(terminal(false), columns, rows).slice(0, -1).split("\n");
      expect(lines.length).toBe(rows.length + 1);
      const width = Math.max(1, ...rows.map(([first]) => first.length));
      for (const line of lines.slice(1)) expect(line[width + 2]).toBe("|");
      for (const line of lines) expect(line).not.toMatch(/\p{Cc}/u);
    }),
  );
});

test("the heading alone is coloured, and only where colours are on", () => {
  const columns = [{ title: "name", cell: (row: string) => row }];
  expect(tableText(terminal(true), columns, ["x"])).toBe("\u001b[1mNAME\u001b[0m\nx\n");
  expect(tableText(terminal(false), columns, ["x"])).toBe("NAME\nx\n");
});

test.each([
  ["2026-01-01T00:00:00Z", "0s"],
  ["2025-12-31T23:59:01Z", "59s"],
  ["2025-12-31T23:59:00Z", "1m"],
  ["2025-12-31T22:00:00Z", "2h"],
  ["2025-12-01T00:00:00Z", "31d"],
  ["2026-01-01T00:00:09Z", "0s"],
  ["nonsense", ""],
  [undefined, ""],
])("the age of %s is %j", (from, age) => {
  expect(ageText(from, Date.parse("2026-01-01T00:00:00Z"))).toBe(age);
});

test("a failure says what, where, why and every fix", () => {
  const { parts } = new Failure("failed", {
    what: "it broke",
    where: "here",
    why: "two\nlines",
    fix: ["one way", "another"],
  });
  expect(failureText(parts)).toBe(
    "weft: it broke\n  where  here\n  why    two\n         lines\n  fix    one way\n  fix    another\n",
  );
});

test("the reason is the innermost one, in plain words", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED ::1:1"), { code: "ECONNREFUSED" });
  expect(reasonOf(new TypeError("fetch failed", { cause: new AggregateError([refused]) }))).toBe(
    "nothing listens there (connection refused)",
  );
  expect(reasonOf("text")).toBe("text");
});

test("the nearest word is suggested, and none that is far", () => {
  expect(nearestWord("meshtimeot", ["Mesh", "MeshTimeout"])).toBe("MeshTimeout");
  expect(nearestWord("xyzzy", ["Mesh", "Zone"])).toBeUndefined();
});

test("a tail keeps the last lines, however they came", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z\n]{0,9}$/)), fc.integer({ min: 1, max: 5 }), (chunks, most) => {
      const tail = createTail(most);
      for (const chunk of chunks) tail.add(chunk);
      const lines = chunks.join("").split("\n");
      expect(tail.text()).toBe(
        lines
          .slice(-(most + 1))
          .join("\n")
          .trimEnd(),
      );
    }),
  );
});
