// A short load on a control plane of its own: relays that hold their polls, writes at a rate; nothing fails and nothing is lost.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("all writes are answered and stand once, and each zone's relay gets what changes for it", async () => {
  const asked = { seconds: 5, relays: 6, writes: 12, organisations: 3, moving: 50 };
  const options = Object.entries(asked).flatMap(([name, value]) => [`--${name}`, String(value)]);
  // Its exit code tells of all that is wrong, and the error has what it says of that.
  const { stdout } = await promisify(execFile)(process.execPath, ["tools/load.mjs", ...options]);
  const done = JSON.parse(stdout) as Readonly<Record<string, number>> & {
    readonly wake_ms: { readonly count: number };
  };
  expect(done).toMatchObject({ relays: 6, errors: 0, put_off: 0, lost: 0, relay_troubles: 0 });
  expect(done.writes).toBeGreaterThan(0);
  // Each organisation begins with one.
  expect(done.revisions).toBe((done.writes ?? 0) + asked.organisations);
  expect(done.wake_ms.count).toBeGreaterThan(0);
});
