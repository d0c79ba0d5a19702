// The guide to events names every kind of hint.
import { expect, test } from "vitest";
import { HINT_KINDS } from "#api/event.ts";
import { textOf } from "#test/documents.ts";

test("docs/guides/events.md has a row for each kind, and for no other", () => {
  const rows = [...textOf("docs/guides/events.md").matchAll(/^\| `(\w+)` \|/gm)].map(([, kind]) => kind);
  expect(rows).toEqual(Object.keys(HINT_KINDS));
});
