// How far a relay is behind: by revisions where it lacks some, by sequences where its proxies tell of them.
import { expect, test } from "vitest";
import { lagOf, lagRank } from "#console/data/relay-lag.ts";

const there = { revision: 12, sequence: 101 };

test.each([
  ["nothing for it yet", { revision: 0, sequence: 0, holds: null }, 0, { kind: "none" }],
  ["never told", { ...there, holds: null }, 3, { kind: "untold" }],
  ["an earlier control plane", there, 3, { kind: "untold" }],
  ["all of it", { ...there, holds: there }, 3, { kind: "newest", ...there }],
  [
    "an older revision",
    { ...there, holds: { revision: 10, sequence: 98 } },
    3,
    { kind: "revisions", revision: 10, newest: 12, behind: 2 },
  ],
  [
    "the revision, and an older sequence",
    { ...there, holds: { revision: 12, sequence: 98 } },
    3,
    { kind: "sequences", sequence: 98, newest: 101, behind: 3 },
  ],
  [
    "the same without a proxy that could tell",
    { ...there, holds: { revision: 12, sequence: 98 } },
    0,
    { kind: "newest", ...there },
  ],
])("%s", (_, relay, proxies, lag) => {
  expect(lagOf(relay, proxies)).toEqual(lag);
});

test("who lacks most comes last", () => {
  const lags = [
    lagOf({ ...there, holds: there }, 1),
    lagOf({ ...there, holds: { revision: 12, sequence: 1 } }, 1),
    lagOf({ ...there, holds: { revision: 11, sequence: 100 } }, 1),
    lagOf({ ...there, holds: { revision: 2, sequence: 9 } }, 1),
    lagOf({ ...there, holds: null }, 1),
  ];
  expect(lags.toReversed().toSorted((a, b) => lagRank(a) - lagRank(b))).toEqual(lags);
});
