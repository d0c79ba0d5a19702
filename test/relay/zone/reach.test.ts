// Where a relay is reached is told until the control plane has it, and not told again.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ReportRequest } from "#api/zone.ts";
import { Fault, type FaultCode } from "#model/fault.ts";
import { createReachTeller } from "#relay/zone/reach.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const REACH = { address: "10.0.0.5:5678", ca: "PEM" };
const ENTRY = { id: "r1", signingKey: {}, lastEvent: 0 };

/** A teller whose control plane answers with these faults, one a call, and then takes what it is told. */
function teller(...faults: readonly FaultCode[]) {
  const calls: (ReportRequest["reach"] | undefined)[] = [];
  const stopping = new AbortController();
  const report = async ({ reach }: ReportRequest) => {
    calls.push(reach);
    const code = faults[calls.length - 1];
    if (code !== undefined) throw new Fault(code, "no");
    return {} as never;
  };
  const made = createReachTeller({ report }, () => undefined, stopping.signal);
  made.tell(ENTRY);
  made.listen(REACH);
  return { calls, made, stopping };
}

test("a control plane that was not reached is told again, ever later, though no snapshot comes", async () => {
  const { calls, made } = teller("unavailable", "internal");
  await vi.advanceTimersByTimeAsync(999);
  expect(calls).toEqual([REACH]);
  await vi.advanceTimersByTimeAsync(1);
  expect(calls).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(2000);
  expect(calls).toEqual([REACH, REACH, REACH]);
  made.tell(ENTRY);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(calls).toHaveLength(3);
});

test("one that knows no such thing is not told again", async () => {
  const { calls } = teller("malformed");
  await vi.advanceTimersByTimeAsync(600_000);
  expect(calls).toHaveLength(1);
});

test("a relay that stops tells nothing more", async () => {
  const { calls, stopping } = teller("unavailable");
  await vi.advanceTimersByTimeAsync(0);
  stopping.abort();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(calls).toHaveLength(1);
});
