// Freeze windows: when they hold, over changes of the clock too, and what is wrong with those that say nothing.
import { expect, test } from "vitest";
import { freezeViolations, isFrozen } from "#model/freeze-window.ts";

const reason = "no changes now";
const at = (text: string): number => Date.parse(text);

test.each([
  ["2026-12-19T23:59:59.999Z", false],
  ["2026-12-20T00:00:00Z", true],
  ["2027-01-04T05:59:59.999Z", true],
  ["2027-01-04T06:00:00Z", false],
])("a window between two times: %s", (now, wanted) => {
  const window = { from: "2026-12-20T01:00:00+01:00", to: "2027-01-04T06:00:00Z", reason };
  expect(isFrozen(window, at(now))).toBe(wanted);
});

/** Clocks of Berlin: UTC+1, from 2026-03-29T01:00Z to 2026-10-25T01:00Z UTC+2. */
test.each([
  ["over a weekend, winter: before", "Fri 16:00", "Mon 08:00", "2026-01-09T14:59:59Z", false],
  ["over a weekend, winter: first", "Fri 16:00", "Mon 08:00", "2026-01-09T15:00:00Z", true],
  ["over a weekend, winter: last", "Fri 16:00", "Mon 08:00", "2026-01-12T06:59:59Z", true],
  ["over a weekend, winter: after", "Fri 16:00", "Mon 08:00", "2026-01-12T07:00:00Z", false],
  ["over a weekend, summer: before", "Fri 16:00", "Mon 08:00", "2026-07-10T13:59:59Z", false],
  ["over a weekend, summer: first", "Fri 16:00", "Mon 08:00", "2026-07-10T14:00:00Z", true],
  ["the clocks go forward in it: begins by winter's", "Fri 16:00", "Mon 08:00", "2026-03-27T15:00:00Z", true],
  ["the clocks go forward in it: ends by summer's, before", "Fri 16:00", "Mon 08:00", "2026-03-30T05:59:59Z", true],
  ["the clocks go forward in it: ends by summer's, after", "Fri 16:00", "Mon 08:00", "2026-03-30T06:00:00Z", false],
  ["begins in the hour that is skipped: before", "Sun 02:30", "Sun 04:00", "2026-03-29T00:59:59Z", false],
  ["begins in the hour that is skipped: it is 3:00", "Sun 02:30", "Sun 04:00", "2026-03-29T01:00:00Z", true],
  ["lies in the hour that is skipped", "Sun 02:10", "Sun 02:50", "2026-03-29T01:00:00Z", false],
  ["the hour that comes twice: first", "Sun 02:10", "Sun 02:50", "2026-10-25T00:30:00Z", true],
  ["the hour that comes twice: between", "Sun 02:10", "Sun 02:50", "2026-10-25T00:55:00Z", false],
  ["the hour that comes twice: second", "Sun 02:10", "Sun 02:50", "2026-10-25T01:30:00Z", true],
  ["the hour that comes twice: after", "Sun 02:10", "Sun 02:50", "2026-10-25T01:50:00Z", false],
  ["within a day", "Tue 00:00", "Tue 00:01", "2026-01-05T23:00:59Z", true],
])("a weekly window in Berlin %s", (_, from, to, now, wanted) => {
  expect(isFrozen({ from, to, timeZone: "Europe/Berlin", reason }, at(now))).toBe(wanted);
});

test("a week of minutes is frozen as long as the window says", () => {
  const window = { from: "Sat 22:15", to: "Sun 01:05", timeZone: "Asia/Kolkata", reason };
  const minutes = Array.from({ length: 7 * 1440 }, (_, minute) => at("2026-01-05T00:00:00Z") + minute * 60_000);
  expect(minutes.filter((now) => isFrozen(window, now))).toHaveLength(170);
});

test.each([
  [{ from: "2026-12-20T00:00:00Z", to: "2026-12-20T00:00:01Z" }, []],
  [{ from: "Fri 16:00", to: "Mon 08:00", timeZone: "UTC" }, []],
  [{ from: "2026-12-20", to: "2026-12-21T00:00:00Z" }, ["from: must be an RFC 3339 time such as"]],
  [{ from: "2026-12-20T00:00:00Z", to: "2026-13-21T00:00:00Z" }, ["to: must be an RFC 3339 time such as"]],
  [{ from: "2026-12-20T00:00:00Z", to: "2026-12-20T00:00:00Z" }, ["to: must be later than from"]],
  [{ from: "Fri 16:00", to: "Mon 08:00" }, ["timeZone: must say whose clocks count"]],
  [{ from: "Fri 16:00", to: "Mon 08:00", timeZone: "Europe/Bern" }, ["timeZone: must be an IANA time zone"]],
  [{ from: "Fri 16:00", to: "Fri 16:00", timeZone: "UTC" }, ["to: must differ from from"]],
  [{ from: "Fri 24:00", to: "Monday 08:00", timeZone: "UTC" }, ["from: must be a day and", "to: must be a day and"]],
  [
    { from: "2026-12-20T00:00:00Z", to: "2026-12-21T00:00:00Z", timeZone: "UTC" },
    ["from: must be a day and", "to: must be a day and"],
  ],
  [{ from: "Fri 16:00", to: "2026-12-21T00:00:00Z" }, ["to: must be a day and", "timeZone: must say"]],
  [{ from: "Fri 16:00", to: "Mon 08:00", timeZone: "UTC", reason: " " }, ["reason: cannot be empty"]],
  [
    { from: "Fri 16:00", to: "Fri 16:00", timeZone: "UTC", reason: "" },
    ["reason: cannot be empty", "to: must differ from from"],
  ],
])("%j", (window, wanted) => {
  const told = freezeViolations({ reason, ...window }).map((one) => `${one.field}: ${one.reason}`);
  expect(told).toHaveLength(wanted.length);
  for (const [index, text] of wanted.entries()) expect(told[index]).toContain(text);
});
