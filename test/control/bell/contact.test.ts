// When a relay counts as there: by what a process has heard, by the row that outlives it, and how seldom that is written.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HEARTBEAT } from "#api/zone.ts";
import { openContactBook, openContactKeeper } from "#control/bell/contact.ts";
import type { ContactRow } from "#store/face/relay.ts";

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
  ...{ way: "", lostAt: null },
  ...over,
});

test("a relay is online as long as its next poll may still come, and offline within one hold after it was killed", () => {
  const { clock, after } = openTime();
  const book = openContactBook(clock, true);
  after(10 * MINUTE);
  book.heard(relay, 25);
  expect(book.standing(relay, ENROLLED, row(0))).toMatchObject({
    ...{ online: true, since: ENROLLED, lastContact: at(10 * MINUTE), leftAt: null },
  });
  const { silentAt } = book.standing(relay, ENROLLED, row(0));
  expect(silentAt - START, "25 s of hold, and 20 s to call again").toBe(10 * MINUTE + 45 * SECOND + 1);
  after(10 * MINUTE + 45 * SECOND);
  expect(book.standing(relay, ENROLLED, row(0)).online).toBe(true);
  after(10 * MINUTE + 46 * SECOND);
  expect(book.standing(relay, ENROLLED, row(9 * MINUTE))).toMatchObject({
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
  expect(book.standing(relay, ENROLLED, row(0))).toMatchObject({
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
  expect(book.standing(relay, enrolled, undefined)).toMatchObject({
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

test("on the bell a relay is there while its connection stands, and as long after as it may take to come again", () => {
  const { clock, after } = openTime();
  const book = openContactBook(clock, true);
  after(MINUTE);
  book.heard(relay, 0);
  book.onBell(relay);
  for (const minutes of [2, 30, 600]) {
    after(minutes * MINUTE);
    expect(book.standing(relay, ENROLLED, row(0)).online).toBe(true);
  }
  book.onBell(relay);
  expect(book.standing(relay, ENROLLED, row(0))).toMatchObject({ since: ENROLLED, lastContact: at(600 * MINUTE) });
  const { silentAt } = book.standing(relay, ENROLLED, row(0));
  expect(silentAt - START - 600 * MINUTE, "who waits for its silence looks again").toBeLessThan(2 * MINUTE);
  book.offBell(relay);
  after(600 * MINUTE + 8 * SECOND);
  expect(book.standing(relay, ENROLLED, row(0)).online).toBe(true);
  after(600 * MINUTE + 8 * SECOND + 1);
  expect(book.standing(relay, ENROLLED, row(0))).toMatchObject({ online: false, leftAt: null });
  book.onBell(relay);
  expect(book.standing(relay, ENROLLED, row(0))).toMatchObject({
    online: true,
    since: at(600 * MINUTE + 8 * SECOND + 1),
  });
});

test("the end of a connection leaves a held poll its time, and takes from a call what it does not need", () => {
  const { clock, after } = openTime();
  const book = openContactBook(clock, true);
  after(10 * MINUTE);
  book.onBell(relay);
  book.heard(relay, 25);
  book.offBell(relay);
  after(10 * MINUTE + 44 * SECOND);
  expect(book.standing(relay, ENROLLED, undefined).online).toBe(true);
  after(20 * MINUTE);
  book.onBell(relay);
  book.heard(relay, 0);
  book.offBell(relay);
  after(20 * MINUTE + 9 * SECOND);
  expect(book.standing(relay, ENROLLED, undefined).online).toBe(false);
  book.offBell({ ...relay, relay: "r2" });
  expect(book.standing({ ...relay, relay: "r2" }, ENROLLED, undefined).online).toBe(false);
});

test("a row that says that a relay was lost holds until it is heard of, and a way is told while it is there", () => {
  const { clock, after } = openTime();
  const book = openContactBook(clock, false);
  after(2 * MINUTE);
  const here = row(MINUTE, { way: "bell" });
  expect(book.standing(relay, ENROLLED, here)).toMatchObject({ online: true, way: "bell" });
  const lost = { ...here, lostAt: at(2 * MINUTE) };
  expect(book.standing(relay, ENROLLED, lost)).toMatchObject({ online: false, way: null, leftAt: null });
  after(3 * MINUTE);
  expect(book.standing(relay, ENROLLED, { ...lost, seenAt: at(3 * MINUTE) }).online).toBe(true);
  book.heard(relay, 0);
  expect(book.standing(relay, ENROLLED, lost).online).toBe(true);
  expect(book.standing(relay, ENROLLED, row(MINUTE, { way: "by pigeon" })).way).toBeNull();
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
  /** As another process does. */
  const write = (one: ContactRow) => void rows.set(`${one.zone}/${one.relay}`, one);
  return { after, count, keeper: reopen(), reopen, write, now: () => rows.get("east/r1") };
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

test("signs of life that others have written count: a report after many of them finds the relay there all the time", async () => {
  const { after, count, keeper, now, write } = keep();
  await keeper.keep(relay, false);
  for (let minute = 1; minute <= 15; minute++) write(row(minute * MINUTE));
  after(15 * MINUTE + SECOND);
  await keeper.keep(relay, false);
  expect(now()).toEqual(row(15 * MINUTE));
  after(16 * MINUTE + SECOND);
  await keeper.keep(relay, false);
  expect(now()).toEqual(row(16 * MINUTE + SECOND));
  expect(count, "one when it began, one after the silence").toEqual({ reads: 2, writes: 2 });
});

test("of more relays than any organisation has, those that were silent longest are read again", async () => {
  const { count, keeper } = keep();
  const hear = (number: number) => keeper.keep({ ...relay, relay: `r${number}` }, false);
  for (let number = 0; number <= 10_000; number++) await hear(number);
  const { reads } = count;
  await hear(10_000);
  expect(count.reads).toBe(reads);
  await hear(0);
  expect(count.reads).toBe(reads + 1);
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

test("a way that is new is written at once, and the same again is not", async () => {
  const { after, count, keeper, now } = keep();
  for (const [second, way] of [
    [0, "bell"],
    [1, "bell"],
    [2, "held"],
    [3, "held"],
  ] as const) {
    after(second * SECOND);
    await keeper.keep(relay, false, way);
  }
  after(4 * SECOND);
  await keeper.keep(relay, false);
  expect([count.writes, now()]).toEqual([2, row(2 * SECOND, { way: "held" })]);
});

test("one that comes to the bell again and again is written once", async () => {
  const { after, count, keeper, now } = keep();
  for (let minute = 0; minute < 7; minute++) {
    after(minute * MINUTE);
    await keeper.back(relay);
  }
  expect([count, now()]).toEqual([{ reads: 1, writes: 1 }, row(0)]);
});

describe("a connection that ends", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Its end after one second, then `meanwhile` in the time that it has to come again. */
  async function end(meanwhile: (kept: ReturnType<typeof keep>) => Promise<unknown>, isHeard = false) {
    const kept = keep();
    await kept.keeper.back(relay);
    kept.after(SECOND);
    const lost = kept.keeper.lost(relay, () => isHeard);
    await meanwhile(kept);
    kept.after(10 * SECOND);
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    return { ...kept, isLost: await lost };
  }

  test("is written where nothing more is heard, and taken back by the next sign", async () => {
    const { isLost, now, keeper, after } = await end(async () => undefined);
    expect([isLost, now()]).toEqual([true, row(0, { lostAt: at(10 * SECOND) })]);
    after(11 * SECOND);
    await keeper.back(relay);
    expect(now()).toEqual(row(11 * SECOND, { connectedAt: at(11 * SECOND) }));
  });

  test("is not where it comes again, tells something, says good-bye, or is heard of by others", async () => {
    const back = await end(({ keeper }) => keeper.back(relay));
    const told = await end(({ keeper }) => keeper.keep(relay, false));
    const left = await end(({ keeper }) => keeper.keep(relay, true));
    const heard = await end(async () => undefined, true);
    for (const { isLost, now } of [back, told, left, heard]) expect([isLost, now()?.lostAt]).toEqual([false, null]);
  });
});
