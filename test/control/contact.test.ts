// When a relay counts as there: by what a process has heard, by the row that outlives it, and how seldom that is written.
import { expect, test } from "vitest";
import { HEARTBEAT } from "#api/zone.ts";
import { openContactBook, openContactKeeper } from "#control/contact.ts";
import type { ContactRow } from "#store/store.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const START = Date.parse("2026-03-04T05:00:00.000Z");
const relay = { tenant: "t", zone: "east", relay: "r1" };
const at = (ms: number): string => new Date(START + ms).toISOString();
const ENROLLED = at(0);

function openTime() {
  const time = { now: START };
  return { time, clock: () => time.now, after: (ms: number) => (time.now = START + ms) };
}

const row = (seen: number, over: Partial<ContactRow> = {}): ContactRow => ({
  ...{ zone: "east", relay: "r1", connectedAt: ENROLLED, seenAt: at(seen), leftAt: null },
  ...over,
});

test("a relay is online as long as its next poll may still come, and offline within one hold after it was killed", () => {
  const { clock, after } = openTime();
  const book = openContactBook(clock, true);
  after(10 * MINUTE);
  book.heard(relay, 25);
  expect(book.standing(relay, ENROLLED, row(0))).toEqual({
    ...{ online: true, since: ENROLLED, lastContact: at(10 * MINUTE), leftAt: null },
  });
  after(10 * MINUTE + 45 * SECOND);
  expect(book.standing(relay, ENROLLED, row(0)).online).toBe(true);
  after(10 * MINUTE + 46 * SECOND);
  expect(book.standing(relay, ENROLLED, row(9 * MINUTE))).toEqual({
    ...{ online: false, since: ENROLLED, lastContact: at(10 * MINUTE), leftAt: null },
  });
});

test("a call that is not held does not shorten what a held one allows", () => {
  const { clock, after } = openTime();
  const book = openContactBook(clock, true);
  book.heard(relay, 55);
  after(1 * SECOND);
  book.heard(relay, 0);
  after(70 * SECOND);
  expect(book.standing(relay, ENROLLED, undefined).online).toBe(true);
  after(76 * SECOND);
  expect(book.standing(relay, ENROLLED, undefined).online).toBe(false);
});

test("one that is back says since when", () => {
  const { clock, after } = openTime();
  const book = openContactBook(clock, true);
  book.heard(relay, 0);
  after(MINUTE);
  expect(book.standing(relay, ENROLLED, row(0)).online).toBe(false);
  book.heard(relay, 25);
  expect(book.standing(relay, ENROLLED, row(0))).toMatchObject({ online: true, since: at(MINUTE) });
});

test("a good-bye holds at once, and is taken back by the next call", () => {
  const { clock, after } = openTime();
  const book = openContactBook(clock, true);
  book.heard(relay, 25);
  after(5 * SECOND);
  book.heard(relay, 0);
  book.left(relay);
  expect(book.standing(relay, ENROLLED, row(0))).toEqual({
    ...{ online: false, since: ENROLLED, lastContact: at(5 * SECOND), leftAt: at(5 * SECOND) },
  });
  after(8 * SECOND);
  book.heard(relay, 25);
  const left = row(5 * SECOND, { leftAt: at(5 * SECOND) });
  expect(book.standing(relay, ENROLLED, left)).toMatchObject({ online: true, since: at(8 * SECOND), leftAt: null });
});

test("a process that has just begun believes the rows until each relay must have called", () => {
  const { clock, after } = openTime();
  after(MINUTE);
  const book = openContactBook(clock, true);
  expect(book.standing(relay, ENROLLED, row(MINUTE)).online).toBe(true);
  expect(book.standing(relay, ENROLLED, row(MINUTE, { leftAt: at(MINUTE) })).online).toBe(false);
  after(MINUTE + 21 * SECOND);
  expect(book.standing(relay, ENROLLED, row(MINUTE)).online).toBe(false);
  book.heard(relay, 25);
  expect(book.standing(relay, ENROLLED, row(MINUTE)).online).toBe(true);
});

test("a relay that has just enrolled is there, and not for long where nothing more is heard of it", () => {
  const { clock, after } = openTime();
  const book = openContactBook(clock, true);
  after(10 * MINUTE);
  const enrolled = at(10 * MINUTE);
  expect(book.standing(relay, enrolled, undefined)).toEqual({
    ...{ online: true, since: enrolled, lastContact: enrolled, leftAt: null },
  });
  after(10 * MINUTE + 21 * SECOND);
  expect(book.standing(relay, enrolled, undefined).online).toBe(false);
});

test("where others hear relays too, the row alone may say that one is there: one heartbeat and little more", () => {
  const { clock, after } = openTime();
  const book = openContactBook(clock, false);
  expect(book.standing(relay, ENROLLED, undefined), "it has just enrolled").toMatchObject({ online: true });
  after(HEARTBEAT + 2 * MINUTE);
  expect(book.standing(relay, ENROLLED, row(0)).online).toBe(true);
  after(HEARTBEAT + 2 * MINUTE + 1);
  expect(book.standing(relay, ENROLLED, row(0)).online).toBe(false);
  expect(book.standing(relay, ENROLLED, row(HEARTBEAT)).online).toBe(true);
});

test("relays of other zones and organisations are other relays", () => {
  const { clock } = openTime();
  const book = openContactBook(clock, true);
  book.left(relay);
  for (const other of [
    { ...relay, tenant: "u" },
    { ...relay, zone: "west" },
    { ...relay, relay: "r2" },
  ])
    expect(book.standing(other, ENROLLED, undefined).leftAt).toBeNull();
});

/** A keeper over rows in memory; `reopen` is a writer that begins again. */
function keep() {
  const { clock, after } = openTime();
  const rows = new Map<string, ContactRow>();
  const count = { reads: 0, writes: 0 };
  const store = {
    contacts: async (zone?: string) => {
      count.reads++;
      return [...rows.values()].filter((one) => zone === undefined || one.zone === zone);
    },
    keepContact: async (one: ContactRow) => {
      count.writes++;
      rows.set(`${one.zone}/${one.relay}`, one);
    },
  };
  const reopen = () => openContactKeeper(store, clock);
  return { after, count, keeper: reopen(), reopen, now: () => rows.get("east/r1") };
}

test("many reports write one row a minute and read one in all", async () => {
  const { after, count, keeper, now } = keep();
  for (let second = 0; second < 180; second++) {
    after(second * SECOND);
    await keeper.keep(relay, false);
  }
  expect(count).toEqual({ reads: 1, writes: 3 });
  expect(now()).toEqual(row(120 * SECOND));
});

test("heartbeats alone write one row each, and leave since when it is there", async () => {
  const { after, count, keeper, now } = keep();
  for (let beat = 0; beat < 4; beat++) {
    after(beat * HEARTBEAT);
    await keeper.keep(relay, false);
  }
  expect(count.writes).toBe(4);
  expect(now()).toEqual(row(3 * HEARTBEAT));
});

test("a good-bye and a return are written at once, also by a writer that has begun again", async () => {
  const { after, keeper, reopen, now } = keep();
  await keeper.keep(relay, false);
  after(SECOND);
  await keeper.keep(relay, true);
  expect(now()).toEqual(row(SECOND, { leftAt: at(SECOND) }));
  after(2 * SECOND);
  await reopen().keep(relay, false);
  expect(now()).toEqual(row(2 * SECOND, { connectedAt: at(2 * SECOND) }));
  after(HEARTBEAT * 10);
  await reopen().keep(relay, false);
  expect(now(), "it was silent for long").toEqual(row(HEARTBEAT * 10, { connectedAt: at(HEARTBEAT * 10) }));
});
