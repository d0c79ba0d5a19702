// Stop, and stop now: the first and the second SIGINT, SIGTERM or SIGHUP.

export interface StopSignals {
  /** Resolves with the name of the first. */
  readonly stop: Promise<NodeJS.Signals>;
  /** Resolves at the second. */
  readonly stopNow: Promise<void>;
}

const NAMES = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Listens from now on; the process no longer ends by these signals itself. */
export function stopSignals(): StopSignals {
  let first: (name: NodeJS.Signals) => void = () => {};
  let second: () => void = () => {};
  const stop = new Promise<NodeJS.Signals>((resolve) => (first = resolve));
  const stopNow = new Promise<void>((resolve) => (second = resolve));
  let count = 0;
  for (const name of NAMES) process.on(name, () => (count++ === 0 ? first(name) : second()));
  return { stop, stopNow };
}
