// How often the poll asks for what it was told of, while the control plane does not have it.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ringText } from "#api/bell.ts";
import { digest } from "#relay/digest.ts";
import { startPoll } from "#relay/zone/poll.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const enrolment = {
  ...{ relay: "relay-1", tenant: "acme", organisation: "acme", zone: "east", controlPlane: "cp-1" },
  ...{ jwks: { keys: [] }, bell: null },
};

test("a relay on the bell asks ever later for what is not published, and at once for what is told of anew", async () => {
  let calls = 0;
  const poll = startPoll({
    client: {
      async snapshot() {
        calls++;
        return null;
      },
    },
    knock: (told) => {
      setTimeout(() => told.said(ringText({ epoch: 1, sequence: 3 })), 1);
      return { send: () => setTimeout(() => told.said("pong"), 1), end: () => undefined };
    },
    disk: { save: async () => undefined },
    ...{ enrolment, digest, current: null, log: () => undefined, random: () => 0.5, backoff: [250, 15_000] },
    ...{ onSnapshot: () => undefined, onReach: () => undefined },
  });
  await vi.advanceTimersByTimeAsync(5000);
  expect(poll.listening.way).toBe("bell");
  calls = 0;
  poll.expect({ epoch: 1, sequence: 4 });
  await vi.advanceTimersByTimeAsync(3000);
  expect(calls, "soon at first").toBeGreaterThanOrEqual(2);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(calls).toBeGreaterThan(10);
  expect(calls).toBeLessThan(40);
  calls = 0;
  poll.expect({ epoch: 1, sequence: 5 });
  await vi.advanceTimersByTimeAsync(3000);
  expect(calls).toBeGreaterThanOrEqual(2);
  await poll.close();
});
