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

function aFailingStore() {
  const store = aStore();
  const failing = async (): Promise<void> => {
    throw new Error("away");
  };
  return { good: store, bad: { ...store, noteJoin: failing }, written: store.written };
}

test("a store that fails fails no refusal, and what was not written is counted by the next", async () => {
  const logged: string[] = [];
  let now = 0;
  const book = openJoinBook({ clock: () => now, log: (_, label) => logged.push(label) });
  const { good, bad, written } = aFailingStore();
  await book.note(bad, unknown);
  await book.note(bad, unknown);
  expect(logged).toEqual(["a join was not noted"]);
  now += 10_000;
  await book.note(good, unknown);
  expect(written.map(({ count }) => count)).toEqual([3]);
});

test.each([FIRST_REQUEST, "call-sent"] as const)("a %s that is not written is told again", async (code) => {
  const book = openJoinBook({ clock: () => 0, log: () => undefined });
  const { good, bad, written } = aFailingStore();
  const told = { zone: "east", subject: "r1", code };
  await expect(book.note(bad, told)).rejects.toThrow("away");
  for (let again = 0; again < 3; again++) await book.note(good, told);
  expect(written).toHaveLength(1);
});
