// The load board: sums before and since a revision, told while its window lasts, and nothing where nobody asks.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ReportedLoads } from "#api/zone.ts";
import { createLoadBoard, type LoadBoard } from "#relay/load/load-board.ts";

let board: LoadBoard;
/** Of the newest revision. */
let told: ReportedLoads[];
let all: (readonly ReportedLoads[])[];
let windows: Map<string, number>;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  all = [];
  windows = new Map([["default", 30_000]]);
  board = createLoadBoard({
    now: () => performance.now(),
    windows: () => windows,
    report: (loads) => {
      all.push(loads);
      const newest = loads.at(-1);
      if (newest !== undefined) told.push(newest);
    },
  });
});
afterEach(() => {
  board.close();
  vi.useRealTimers();
});

/** `seconds` of reports of one proxy, one a period, each of so many requests. */
async function run(seconds: number, errors: number, name = "backend"): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 5) {
    await vi.advanceTimersByTimeAsync(5000);
    board.add("default", [
      { name, total: 100, errors },
      { name: "localhost:8080", total: 100, errors: 100 },
      { name: "ads_cluster", total: 1, errors: 1 },
      { name: "idle", total: 0, errors: 0 },
    ]);
  }
}

test("envoys report six times a window, at most once a second and at least every ten", () => {
  windows = new Map([
    ["default", 30_000],
    ["short", 3000],
    ["odd", 10_000],
    ["long", 3_600_000],
  ]);
  expect(["default", "short", "odd", "long", "none"].map((mesh) => board.period(mesh))).toEqual([
    5000,
    1000,
    2000,
    10_000,
    null,
  ]);
});

test("before and since are told apart, no further back than the window, and of destinations alone", async () => {
  await run(60, 1);
  board.fetched({ epoch: 1, revision: 7 });
  expect(told).toEqual([]);
  await run(20, 40);
  expect(told.length).toBeGreaterThan(1);
  const last = told.at(-1)!;
  expect([last.epoch, last.revision, last.meshes.map(({ mesh }) => mesh)]).toEqual([1, 7, ["default"]]);
  const [load, ...others] = last.meshes[0]!.destinations;
  expect(others).toEqual([]);
  expect(load?.name).toBe("backend");
  expect(load?.before).toEqual({ total: 600, errors: 6 });
  expect(load?.since).toEqual({ total: load!.since.total, errors: (40 * load!.since.total) / 100 });
  expect(load?.since.total).toBeGreaterThanOrEqual(200);
});

test("a report of a time that was mostly before counts for neither", async () => {
  await run(30, 0);
  await vi.advanceTimersByTimeAsync(3000);
  board.fetched({ epoch: 1, revision: 7 });
  await vi.advanceTimersByTimeAsync(1000);
  board.add("default", [{ name: "backend", total: 100, errors: 100 }]);
  await vi.advanceTimersByTimeAsync(4000);
  board.add("default", [{ name: "backend", total: 10, errors: 3 }]);
  await vi.advanceTimersByTimeAsync(5000);
  const [load] = told.at(-1)?.meshes[0]?.destinations ?? [];
  expect([load?.before.errors, load?.since]).toEqual([0, { total: 10, errors: 3 }]);
});

test("a later revision begins anew, and what came under the first is before it", async () => {
  board.fetched({ epoch: 1, revision: 7 });
  await run(20, 40);
  board.fetched({ epoch: 1, revision: 8 });
  board.fetched({ epoch: 1, revision: 7 });
  await run(20, 0);
  const { revision, meshes } = told.at(-1)!;
  expect(revision).toBe(8);
  expect(meshes[0]?.destinations[0]?.since.errors).toBe(0);
  expect(meshes[0]?.destinations[0]?.before.errors).toBeGreaterThan(100);
  const both = all.at(-1)!;
  expect(
    both.map((one) => one.revision),
    "the first one's window lasts",
  ).toEqual([7, 8]);
  expect(both[0]?.meshes[0]?.destinations[0]?.since.errors).toBeGreaterThan(100);
});

test("of four revisions at the most", async () => {
  for (let revision = 1; revision <= 9; revision++) board.fetched({ epoch: 1, revision });
  await run(10, 1);
  expect(all.at(-1)?.map(({ revision }) => revision)).toEqual([6, 7, 8, 9]);
});

test("after the window nothing more is told, and no timer is left", async () => {
  board.fetched({ epoch: 1, revision: 7 });
  await run(60, 1);
  const count = told.length;
  expect(count).toBeGreaterThan(4);
  expect(told.at(-1)?.meshes[0]?.destinations[0]?.since.total, "of one window at most").toBeLessThanOrEqual(700);
  await run(60, 1);
  expect(told.length).toBe(count);
  expect(vi.getTimerCount()).toBe(0);
});

test("a mesh that nobody asks for is not counted, and 50 destinations are told at the most", async () => {
  board.add("other", [{ name: "backend", total: 9, errors: 9 }]);
  board.fetched({ epoch: 1, revision: 7 });
  await vi.advanceTimersByTimeAsync(3000);
  board.add(
    "default",
    Array.from({ length: 5000 }, (_, index) => ({ name: `d${index}`, total: 10, errors: index % 10 })),
  );
  await vi.advanceTimersByTimeAsync(5000);
  expect(told).toHaveLength(1);
  expect(told[0]?.meshes.map(({ mesh }) => mesh)).toEqual(["default"]);
  const destinations = told[0]?.meshes[0]?.destinations ?? [];
  expect(destinations).toHaveLength(50);
  expect(destinations.every(({ since }) => since.errors === 9)).toBe(true);
});
