// The ladder as tables of events: which way news come by, what is tried when, and how long it is waited.
import { expect, test } from "vitest";
import {
  AT_FIRST,
  CLIMBS,
  KNOCKS,
  type Ladder,
  type LadderAction,
  type LadderEvent,
  step,
} from "#relay/zone/ladder.ts";

type Kind = LadderEvent["kind"];

/** All of a step's time: pauses are as long as they may be. */
const most = (): number => 1;

function textOf(action: LadderAction): string {
  return action.kind === "wait"
    ? `${action.timer} in ${action.for}`
    : "timer" in action
      ? `no ${action.timer}`
      : action.kind;
}

function walk(events: readonly Kind[], from: Ladder = AT_FIRST) {
  let ladder = from;
  const rows = events.map((kind) => {
    const next = step(ladder, { kind }, most);
    ladder = next.ladder;
    return `${kind}: ${ladder.way}, ${ladder.bell}; ${next.actions.map(textOf).join(", ")}`;
  });
  return { ladder, rows };
}

test.each([
  [
    "the bell that is open is the way",
    ["start", "opened", "stood"],
    ["start: plain, knocking; knock", "opened: bell, open; no climb, stood in 30000, turn", "stood: bell, open; "],
  ],
  [
    "without a bell polls are held, and it is knocked again, ever more seldom",
    ["start", "shut", "knock", "shut", "knock", "shut"],
    [
      "start: plain, knocking; knock",
      "shut: held, shut; no stood, knock in 5000, turn",
      "knock: held, knocking; knock",
      "shut: held, shut; no stood, knock in 10000",
      "knock: held, knocking; knock",
      "shut: held, shut; no stood, knock in 20000",
    ],
  ],
  [
    "the end of a bell leads down at once, and soon to another knock where it had stood",
    ["start", "opened", "stood", "shut", "knock", "opened"],
    [
      "start: plain, knocking; knock",
      "opened: bell, open; no climb, stood in 30000, turn",
      "stood: bell, open; ",
      "shut: held, shut; no stood, knock in 5000, turn",
      "knock: held, knocking; knock",
      "opened: bell, open; no climb, stood in 30000, turn",
    ],
  ],
  [
    "a bell that never stands is no good one",
    ["start", "opened", "shut", "knock", "opened", "shut"],
    [
      "start: plain, knocking; knock",
      "opened: bell, open; no climb, stood in 30000, turn",
      "shut: held, shut; no stood, knock in 5000, turn",
      "knock: held, knocking; knock",
      "opened: bell, open; no climb, stood in 30000, turn",
      "shut: held, shut; no stood, knock in 10000, turn",
    ],
  ],
  [
    "holds that are cut twice are plain polls from then on, until it is tried again",
    ["start", "shut", "cut", "held", "cut", "cut", "cut", "climb", "cut", "climb", "held"],
    [
      "start: plain, knocking; knock",
      "shut: held, shut; no stood, knock in 5000, turn",
      "cut: held, shut; ",
      "held: held, shut; ",
      "cut: held, shut; ",
      "cut: plain, shut; climb in 60000, turn",
      "cut: plain, shut; ",
      "climb: held, shut; turn",
      "cut: plain, shut; climb in 120000, turn",
      "climb: held, shut; turn",
      "held: held, shut; ",
    ],
  ],
  [
    "from plain polls the bell is the way up, too, and after it holds are tried once more",
    ["start", "shut", "cut", "cut", "knock", "shut", "knock", "opened", "climb", "shut", "cut"],
    [
      "start: plain, knocking; knock",
      "shut: held, shut; no stood, knock in 5000, turn",
      "cut: held, shut; ",
      "cut: plain, shut; climb in 60000, turn",
      "knock: plain, knocking; knock",
      "shut: plain, shut; no stood, knock in 10000",
      "knock: plain, knocking; knock",
      "opened: bell, open; no climb, stood in 30000, turn",
      "climb: bell, open; ",
      "shut: held, shut; no stood, knock in 20000, turn",
      "cut: plain, shut; climb in 120000, turn",
    ],
  ],
  [
    "a control plane that is back is asked for all of it anew",
    ["start", "shut", "cut", "cut", "recovered", "cut"],
    [
      "start: plain, knocking; knock",
      "shut: held, shut; no stood, knock in 5000, turn",
      "cut: held, shut; ",
      "cut: plain, shut; climb in 60000, turn",
      "recovered: held, shut; no climb, turn, knock in 5000",
      "cut: held, shut; ",
    ],
  ],
  [
    "nothing follows from what comes too late",
    ["opened", "shut", "stood", "start", "opened", "held", "cut", "knock", "recovered"],
    [
      "opened: plain, shut; ",
      "shut: plain, shut; ",
      "stood: plain, shut; ",
      "start: plain, knocking; knock",
      "opened: bell, open; no climb, stood in 30000, turn",
      "held: bell, open; ",
      "cut: bell, open; ",
      "knock: bell, open; ",
      "recovered: bell, open; ",
    ],
  ],
] as const)("%s", (_, events, rows) => {
  expect(walk(events).rows).toEqual(rows);
});

test("pauses double to their most, and are mostly chance", () => {
  const pauses = (chance: number): readonly number[] => {
    let ladder = step(AT_FIRST, { kind: "start" }, most).ladder;
    return Array.from({ length: 12 }, () => {
      const shut = step(ladder, { kind: "shut" }, () => chance);
      ladder = step(shut.ladder, { kind: "knock" }, () => chance).ladder;
      return shut.actions.find((one) => one.kind === "wait")?.for ?? 0;
    });
  };
  expect(pauses(1).slice(0, 8)).toEqual([5000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  expect(pauses(0).at(-1)).toBe(KNOCKS.most / 10);
  expect(pauses(1).at(-1)).toBe(KNOCKS.most);
  expect(CLIMBS.most).toBeGreaterThan(CLIMBS.first);
});
