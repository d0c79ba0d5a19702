// How long tests of every suite may wait, in milliseconds.

export const BOUNDS = {
  // Far above what any takes: on a machine that others keep busy a test waits, and is not wrong; each wait within it says itself what it waited for.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  // Vitest itself gives up after a second, which is soon over on such a machine.
  expect: { poll: { timeout: 60_000 } },
};
