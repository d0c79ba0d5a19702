// Some hundred malformed requests over the whole HTTP face of a control plane on Node; `npm run fuzz` sends ten thousand.
import { afterAll, beforeAll, expect, test } from "vitest";
import { fuzz } from "#test/fuzz/run.ts";
import { type Running, startControlPlane } from "./control-plane.ts";

let running: Running;
beforeAll(async () => {
  running = await startControlPlane();
});
afterAll(() => running?.close());

test("whatever is sent, each answer is a documented one and tells nothing that is not the caller's", async () => {
  const outcome = await fuzz(running, { seed: 20_261_122, runs: 300, ours: true });
  expect(outcome.failed).toEqual([]);
  expect(outcome.operations).toBeGreaterThan(150);
  // Both sorts came about: what is refused, and what a caller had a right to.
  expect((outcome.statuses["200"] ?? 0) + (outcome.statuses["201"] ?? 0)).toBeGreaterThan(10);
  expect(outcome.statuses["400"]).toBeGreaterThan(20);
});
