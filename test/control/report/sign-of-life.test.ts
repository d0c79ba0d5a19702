// A sign of life without the writer: answered where it changes nothing but its time, handed on where somebody must hear it.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { ReportRequest } from "#api/zone.ts";
import { COALESCED, openContactKeeper, RETURN, SILENCE } from "#control/bell/contact.ts";
import { openSigns, type TakeSign } from "#control/report/sign-of-life.ts";
import {
  enrol,
  mesh,
  type Org,
  openPlane,
  type Plane,
  proof,
  signUp,
  type TestRelay,
  zone,
} from "#test/control/harness.ts";

let plane: Plane;
let org: Org;
let relay: TestRelay;
let take: TakeSign;
const here: ReportRequest = { presence: "here", way: "bell", events: [] };
const row = async () => (await org.store.contacts("east")).find((one) => one.relay === relay.relay);
const told = (request: ReportRequest) => org.control.writer.report(relay, proof(plane), request);

beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());
beforeEach(async () => {
  org = await signUp(plane, `signs-${plane.now}`);
  await org.apply([mesh(), zone()]);
  relay = await enrol(org);
  await org.settle();
  take = openSigns(plane.store, () => plane.now);
  plane.now += 1;
});

test("the writer hears the first; those that follow are answered with where the zone is, and written once a minute", async () => {
  expect(await take(relay, proof(plane), here)).toBeNull();
  await told(here);
  const first = (await row())?.seenAt;
  plane.now += COALESCED - 1;
  const { epoch, sequence } = await org.store.heads();
  expect(await take(relay, proof(plane), here)).toEqual({ lastEvent: 0, epoch, sequence });
  expect((await row())?.seenAt).toBe(first);
  plane.now += 1;
  expect(await take(relay, proof(plane), here)).toEqual({ lastEvent: 0, epoch, sequence });
  expect(await row()).toMatchObject({ seenAt: new Date(plane.now).toISOString(), way: "bell", leftAt: null });
  await org.apply([{ ...zone(), name: "west" }]);
  expect((await take(relay, proof(plane), here))?.sequence).toBeGreaterThan(sequence);
});

test.each<[string, ReportRequest]>([
  ["by another way", { ...here, way: "plain" }],
  ["that is a good-bye", { ...here, presence: "leaving" }],
  ["with its lives", { ...here, lives: [] }],
  [
    "with an event",
    { ...here, events: [{ kind: "gone", number: 1, mesh: "default", name: "web", registration: "r" }] },
  ],
  ["that is none", { events: [] }],
])("a report %s is the writer's", async (_, request) => {
  await told(here);
  expect(await take(relay, proof(plane), request)).toBeNull();
});

test("who was away, left or was lost is heard by the writer", async () => {
  await told(here);
  plane.now += SILENCE + 1;
  expect(await take(relay, proof(plane), here), "away").toBeNull();
  await told({ ...here, presence: "leaving" });
  expect(await take(relay, proof(plane), here), "left").toBeNull();
  await told(here);
  expect(await take(relay, proof(plane), here)).not.toBeNull();
  const known = await row();
  await org.store.keepContact({ ...known!, lostAt: new Date(plane.now).toISOString() });
  expect(await take(relay, proof(plane), here), "lost").toBeNull();
});

test("that a relay was lost takes nothing back of the signs that were taken without the writer", async () => {
  const keeper = openContactKeeper(org.store, () => plane.now);
  await keeper.keep(relay, false, "bell");
  plane.now += COALESCED;
  expect(await take(relay, proof(plane), here)).not.toBeNull();
  const seenAt = new Date(plane.now).toISOString();
  plane.now += RETURN + 1000;
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  const lost = keeper.lost(relay, () => false);
  vi.advanceTimersByTime(RETURN + 1000);
  vi.useRealTimers();
  expect(await lost).toBe(true);
  expect(await row()).toMatchObject({ seenAt, lostAt: new Date(plane.now).toISOString() });
});

test.each([
  ["a good-bye", { leftAt: true, lostAt: false }],
  ["a loss", { leftAt: false, lostAt: true }],
])("%s that comes while a sign is taken stands", async (_, { leftAt, lostAt }) => {
  await told(here);
  plane.now += COALESCED;
  const at = new Date(plane.now).toISOString();
  const came = { ...(await row())!, seenAt: at, leftAt: leftAt ? at : null, lostAt: lostAt ? at : null };
  plane.now += 1;
  const amid = openSigns(
    {
      within: (tenant) => {
        const own = plane.store.within(tenant);
        const contacts: typeof own.contacts = async (zone) => {
          const read = await own.contacts(zone);
          await own.keepContact(came);
          return read;
        };
        return { ...own, contacts };
      },
    },
    () => plane.now,
  );
  expect(await amid(relay, proof(plane), here)).not.toBeNull();
  const later = new Date(plane.now).toISOString();
  expect(await row()).toEqual({ ...came, seenAt: leftAt ? at : later });
});

test("a proof that was used is refused, and changes nothing", async () => {
  await told(here);
  const used = proof(plane);
  await take(relay, used, here);
  plane.now += COALESCED;
  const before = await row();
  await expect(take(relay, used, here)).rejects.toThrow();
  expect(await row()).toEqual(before);
});
