// What pages are made of, as far as it is plain reckoning: moments, zones' states, turns of access, summaries.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { relaysInTouch, type ZoneOverview, zoneState } from "#console/data/zone.ts";
import { relative } from "#console/part/relative.ts";
import { relayCommand } from "#console/part/relay-command.ts";
import { actorOf, summaryOf } from "#console/part/summary.ts";
import { type AccessChange, turnOf } from "#console/part/turn.ts";
import type { Say } from "#console/text/say.ts";

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

describe("a moment", () => {
  test.each([
    [0, "now"],
    [-900, "now"],
    [900, "now"],
    [-1 * SECOND, "1 second ago"],
    [-59.9 * SECOND, "59 seconds ago"],
    [-60 * SECOND, "1 minute ago"],
    [-119 * SECOND, "1 minute ago"],
    [3 * MINUTE, "in 3 minutes"],
    [-59.9 * MINUTE, "59 minutes ago"],
    [-60 * MINUTE, "1 hour ago"],
    [23.9 * HOUR, "in 23 hours"],
    [-24 * HOUR, "yesterday"],
    [24 * HOUR, "tomorrow"],
    [-29 * DAY, "29 days ago"],
    [-30 * DAY, "last month"],
    [-75 * DAY, "2 months ago"],
    [-800 * DAY, "2 years ago"],
  ])("%d ms from now is %j", (distance, text) => {
    const now = Date.parse("2026-05-01T12:00:00Z");
    expect(relative(now + distance, now, "en")).toBe(text);
  });

  test("is said in the reader's language", () => {
    expect(relative(0, 3 * MINUTE, "zh")).toBe("3分钟前");
  });

  test("that is none is nothing", () => {
    expect(relative(Number.NaN, 0, "en")).toBe("");
  });
});

describe("a zone", () => {
  const there = { connectTime: "2026-05-01T12:00:00Z" };
  const gone = { ...there, disconnectTime: "2026-05-01T12:01:00Z" };
  const zone = (subscriptions: readonly object[] | undefined, enabled?: boolean): ZoneOverview => ({
    name: "east",
    creationTime: "2026-05-01T12:00:00Z",
    zone: enabled === undefined ? {} : { enabled },
    ...(subscriptions !== undefined && { zoneInsight: { subscriptions } }),
    dataplanes: { online: 0, total: 0 },
  });

  test.each([
    ["waiting", 0, zone(undefined)],
    ["waiting", 0, zone([])],
    ["waiting", 0, zone([], true)],
    ["online", 1, zone([there])],
    ["online", 2, zone([gone, there, there])],
    ["unknown", 0, zone([gone, gone])],
    ["disabled", 0, zone([], false)],
    ["disabled", 1, zone([there], false)],
  ] as const)("is %s, with %d relays in touch", (state, relays, overview) => {
    expect([zoneState(overview), relaysInTouch(overview)]).toEqual([state, relays]);
  });
});

describe("a change of access", () => {
  type Outcome = AccessChange["before"]["outcome"];
  const turn = (before: Outcome, after: Outcome) =>
    turnOf({ before: { outcome: before }, after: { outcome: after } } as AccessChange);
  const OPEN = ["allowed", "open", "requests", "mixed"] as const;
  const SHUT = ["denied", "none"] as const;

  test("is lost where calls went through and do not any more, gained the other way round", () => {
    for (const open of OPEN) {
      for (const shut of SHUT) {
        expect([open, shut, turn(open, shut)]).toEqual([open, shut, "lost"]);
        expect([shut, open, turn(shut, open)]).toEqual([shut, open, "gained"]);
      }
    }
  });

  test("is another one where it only changes its kind", () => {
    for (const before of OPEN) for (const after of OPEN) expect(turn(before, after)).toBe("other");
    for (const before of SHUT) for (const after of SHUT) expect(turn(before, after)).toBe("other");
  });
});

describe("a revision", () => {
  const say: Say = (key, values = {}) => `${key}(${Object.values(values).join("|")})`;
  const change = (type: string, mesh: string, name: string, before: string | null, after: string | null) =>
    ({ type, mesh, name, before, after }) as never;

  test.each([
    [[], "revision.nothing()"],
    [[change("Zone", "", "east", null, "a")], "revision.created(Zone east)"],
    [[change("MeshTimeout", "shop", "slow", "a", "b")], "revision.updated(MeshTimeout shop/slow)"],
    [[change("Mesh", "", "shop", "a", null)], "revision.deleted(Mesh shop)"],
    [
      [change("Mesh", "", "shop", "a", "b"), change("Zone", "", "x", null, "a"), change("Zone", "", "y", "a", null)],
      "revision.more(revision.updated(Mesh shop)|2)",
    ],
  ])("%#: what it changed, the first by its name", (changes, text) => {
    expect(summaryOf({ changes }, say)).toBe(text);
  });

  test.each([
    ["token:aaaa", { name: "ci" }, "ci"],
    ["token:aaaa", undefined, "aaaa"],
    ["user:ada", undefined, "ada"],
    ["system:derive", undefined, "derive"],
    ["operator", undefined, "operator"],
  ])("%s is known by its name", (actor, token, name) => {
    expect(actorOf({ actor, ...(token && { token }) } as never)).toBe(name);
  });
});

test("the command of a relay has its token in the environment, which nobody else sees", () => {
  expect(relayCommand("weft_enrolment_x", "https://weft.example", "acme", "east")).toBe(
    "WEFT_ENROLMENT_TOKEN=weft_enrolment_x npx weft relay --control-plane https://weft.example --organisation acme --zone east --state ./relay-east",
  );
});

test("no button is disabled in a way that takes the keyboard from it: part/press.tsx says that it is off", () => {
  const folder = fileURLToPath(new URL("../../src/console", import.meta.url));
  const pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".tsx"));
  const disabling = pages.filter((path) =>
    [...readFileSync(join(folder, path), "utf8").matchAll(/<(?:button|select)\b(?:[^>]|=>)*?\sdisabled\b/g)].some(
      Boolean,
    ),
  );
  expect(pages.length).toBeGreaterThan(100);
  expect(disabling).toEqual([]);
});
