// Shares of requests between programs, as they should come out of weights, within five standard deviations.
import { expect } from "vitest";
import type { Program } from "./workload.ts";

/** Calls so often, and expects of each program the part that its weight is of all weights; every call must succeed. */
export async function expectShares(
  call: () => Promise<void>,
  programs: readonly { readonly program: Program; readonly weight: number }[],
  requests = 600,
): Promise<void> {
  const before = programs.map(({ program }) => program.count());
  for (let at = 0; at < requests; at += 10) await Promise.all(Array.from({ length: 10 }, call));
  const got = programs.map(({ program }, at) => program.count() - (before[at] ?? 0));
  expect(got.reduce((sum, count) => sum + count, 0)).toBe(requests);
  const total = programs.reduce((sum, { weight }) => sum + weight, 0);
  programs.forEach(({ weight }, at) => {
    const share = weight / total;
    const deviation = Math.sqrt(requests * share * (1 - share));
    expect(Math.abs((got[at] ?? 0) - requests * share)).toBeLessThanOrEqual(5 * deviation);
  });
}
