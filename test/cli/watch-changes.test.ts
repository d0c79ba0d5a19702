// What is news between two looks, against an oracle that keeps what was told: whoever hears all of it knows what is shown.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Shown, ShownRow } from "#cli/shown.ts";
import { changesOf } from "#cli/watch/changes.ts";

function row(key: string, value: number): ShownRow {
  return {
    key,
    names: [key],
    item: { key, value },
    news: String(value),
    cells: [{ title: "v", text: "", news: String(value % 2) }],
  };
}

const rows = fc.uniqueArray(fc.record({ key: fc.constantFrom("a", "b", "c", "d", "e"), value: fc.nat({ max: 3 }) }), {
  selector: ({ key }) => key,
});

test("who hears all that is told knows what is shown, and nothing is told twice", () => {
  fc.assert(
    fc.property(fc.array(rows, { minLength: 1, maxLength: 6 }), (looks) => {
      let before: Shown | undefined;
      const known = new Map<string, ShownRow>();
      for (const look of looks) {
        const after = { rows: look.map(({ key, value }) => row(key, value)), newest: false };
        for (const { news, row: told } of changesOf(before, after, "item")) {
          expect(known.has(told.key)).toBe(news === "gone" || news === "changed");
          if (news === "changed") expect(known.get(told.key)?.news).not.toBe(told.news);
          if (news === "gone") known.delete(told.key);
          else known.set(told.key, told);
        }
        expect([...known.keys()].toSorted()).toEqual(look.map(({ key }) => key).toSorted());
        for (const one of after.rows) expect(known.get(one.key)?.news).toBe(one.news);
        before = after;
      }
    }),
  );
});

test("a table tells what is other in its cells alone", () => {
  const before = { rows: [row("a", 1), row("b", 1)], newest: false };
  const after = { rows: [row("a", 3), row("b", 2)], newest: false };
  expect(changesOf(before, after, "cells").map(({ row: { key } }) => key)).toEqual(["b"]);
  expect(changesOf(before, after, "item").map(({ row: { key } }) => key)).toEqual(["a", "b"]);
});

test("of the newest rows the oldest is told first, and none is gone", () => {
  const before = { rows: [row("b", 1), row("a", 1)], newest: true };
  const after = { rows: [row("d", 1), row("c", 1)], newest: true };
  expect(changesOf(before, after, "item").map(({ news, row: { key } }) => [news, key])).toEqual([
    ["added", "c"],
    ["added", "d"],
  ]);
});

test("rows that nothing tells apart are counted", () => {
  const before = { rows: [row("a", 1), row("a", 1)], newest: false };
  const after = { rows: [row("a", 1)], newest: false };
  expect(changesOf(before, after, "item").map(({ news }) => news)).toEqual(["gone"]);
});
