// A relay's signs of life: now and then, the last of them a good-bye that waits for nobody.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ReportRequest, ReportResponse, Way } from "#api/zone.ts";
import { Fault } from "#model/fault.ts";
import { startPresence } from "#relay/zone/presence.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const TAKEN: ReportResponse = { lastEvent: 0, epoch: 1, sequence: 1 };

function start(report: (body: ReportRequest, signal?: AbortSignal) => Promise<ReportResponse>) {
  const ways: (string | undefined)[] = [];
  const answers: object[] = [];
  const now: { way: Way } = { way: "held" };
  const said: (string | undefined)[] = [];
  const client = {
    report: (body: ReportRequest, signal?: AbortSignal) => {
      said.push(body.presence);
      ways.push(body.way);
      expect(body.events).toEqual([]);
      return report(body, signal);
    },
  };
  const presence = startPresence({
    ...{ client, log: () => undefined, random: () => 0.5, period: 1000, patience: 200, looking: 400 },
    way: () => now.way,
    onAnswer: (position) => answers.push(position),
  });
  return { said, ways, answers, now, presence };
}

test("a sign at first and one a period, and a good-bye at the end, once", async () => {
  const { said, answers, presence } = start(async () => TAKEN);
  await vi.advanceTimersByTimeAsync(400 + 2 * 965 + 10);
  expect(said).toEqual(["here", "here", "here"]);
  expect(answers, "each answer tells where the control plane is").toEqual([TAKEN, TAKEN, TAKEN]);
  await Promise.all([presence.leave(), presence.leave()]);
  expect(said).toEqual(["here", "here", "here", "leaving"]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(said).toHaveLength(4);
});

test("a way that is new is told of once it stands, and not while it changes", async () => {
  const { ways, now, presence } = start(async () => TAKEN);
  await vi.advanceTimersByTimeAsync(450);
  expect(ways).toEqual(["held"]);
  now.way = "bell";
  await vi.advanceTimersByTimeAsync(300);
  now.way = "plain";
  await vi.advanceTimersByTimeAsync(100);
  expect(ways, "it did not stand").toEqual(["held"]);
  await vi.advanceTimersByTimeAsync(450);
  expect(ways).toEqual(["held", "plain"]);
  await presence.leave();
});

test("a control plane that knows of no ways is told of none", async () => {
  const { said, ways, presence } = start(async ({ way }) => {
    if (way !== undefined) throw new Fault("malformed", "there is no way");
    return TAKEN;
  });
  await vi.advanceTimersByTimeAsync(400 + 965 + 10);
  expect([said, ways]).toEqual([
    ["here", "here"],
    ["held", undefined],
  ]);
  await presence.leave();
});

test("a control plane that is away ends neither the signs nor the relay", async () => {
  const { said, presence } = start(async () => {
    throw new Fault("unavailable", "away");
  });
  await vi.advanceTimersByTimeAsync(400 + 965 + 10);
  expect(said).toEqual(["here", "here"]);
  await presence.leave();
  expect(said.at(-1)).toBe("leaving");
});

test("a control plane that hangs holds the end up for no longer than its patience", async () => {
  const { presence } = start(
    (_, signal) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Fault("unavailable", "too late")))),
  );
  let left = false;
  const leaving = presence.leave().then(() => (left = true));
  await vi.advanceTimersByTimeAsync(199);
  expect(left).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await leaving;
  expect(left).toBe(true);
});
