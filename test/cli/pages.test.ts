// The first items of paged lists: as many as are wanted, in as few questions as that takes.
import { expect, test } from "vitest";
import { firstItems, type Query } from "#cli/pages.ts";

const ALL = Array.from({ length: 2500 }, (_, index) => index);

/** Answers as the control plane does, and writes down what it was asked. */
function list(asked: Query[]) {
  return async (query: Query) => {
    asked.push(query);
    const offset = Number(query.offset ?? "0");
    const size = Number(query.size);
    const items = ALL.slice(offset, offset + size);
    const next = new URLSearchParams({ ...query, offset: String(offset + size) });
    return { items, next: items.length === size ? `?${next}` : null };
  };
}

test.each([
  [0, 0],
  [1, 1],
  [1000, 1],
  [1001, 2],
  [2500, 3],
  [9000, 3],
])("%i wanted: %i questions, each with what was asked for", async (wanted, questions) => {
  const asked: Query[] = [];
  expect(await firstItems(list(asked), { actor: "ci" }, wanted)).toEqual(ALL.slice(0, wanted));
  expect(asked).toHaveLength(questions);
  for (const query of asked) expect(query).toMatchObject({ actor: "ci", size: String(Math.min(wanted, 1000)) });
});
