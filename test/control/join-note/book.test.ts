// Notes of joins: a flood is counted, written seldom, and fills nothing.
import { expect, test } from "vitest";
import { MOST_NOTES, openJoinBook } from "#control/join-note/book.ts";
import { FIRST_REQUEST } from "#control/join-note/code.ts";
import type { JoinNoteRow } from "#store/face/join-note.ts";

function aStore(tenant = "acme") {
  const written: JoinNoteRow[] = [];
  return {
    tenant,
    written,
    noteJoin: async (row: JoinNoteRow, keep: number) => {
      expect(keep).toBe(MOST_NOTES);
      written.push(row);
    },
  };
}

const unknown = { zone: "", subject: "", code: "token-unknown" } as const;

test("the first is written at once, others of the same within 10 seconds with the next", async () => {
  let now = Date.parse("2026-03-04T05:06:07.000Z");
  const book = openJoinBook({ clock: () => now, log: () => undefined });
  const [one, other] = [aStore(), aStore("other")];
  for (let attempt = 0; attempt < 1000; attempt++) await book.note(one, unknown);
  await book.note(other, unknown);
  await book.note(one, { zone: "east", subject: "t1", code: "token-used" });
  expect(one.written.map(({ code, count }) => [code, count])).toEqual([
    ["token-unknown", 1],
    ["token-used", 1],
  ]);
  expect(other.written).toHaveLength(1);
  now += 10_000;
  await book.note(one, unknown);
  expect(one.written.at(-1)).toMatchObject({ count: 1000, lastAt: "2026-03-04T05:06:17.000Z" });
});

test("a relay's first request is written once", async () => {
  let now = 0;
  const book = openJoinBook({ clock: () => now, log: () => undefined });
  const store = aStore();
  for (; now < 100_000; now += 5000) await book.note(store, { zone: "east", subject: "r1", code: FIRST_REQUEST });
  expect(store.written).toHaveLength(1);
});

test("a store that fails fails no call", async () => {
  const logged: string[] = [];
  const book = openJoinBook({ clock: () => 0, log: (_, label) => logged.push(label) });
  const noteJoin = async () => {
    throw new Error("away");
  };
  await book.note({ tenant: "acme", noteJoin }, unknown);
  expect(logged).toEqual(["a join was not noted"]);
});
