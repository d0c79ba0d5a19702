// Stop, and stop now: the first and a later SIGINT, SIGTERM or SIGHUP.

export interface StopSignals {
  /** Resolves with the name of the first. */
  readonly stop: Promise<NodeJS.Signals>;
  /** Resolves at another one, half a second later or more. */
  readonly stopNow: Promise<void>;
}

const NAMES = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** One Ctrl-C under npm arrives twice: from the terminal, and handed on by npm. Milliseconds. */
export const ECHO_MS = 500;

/** Listens from now on; the process no longer ends by these signals itself. */
export function stopSignals(): StopSignals {
  let first: (name: NodeJS.Signals) => void = () => {};
  let second: () => void = () => {};
  const stop = new Promise<NodeJS.Signals>((resolve) => {
    first = resolve;
  });
  const stopNow = new Promise<void>((resolve) => {
    second = resolve;
  });
  let since: number | undefined;
  for (const name of NAMES) {
    process.on(name, () => {
      if (since === undefined) {
        since = performance.now();
        first(name);
      } else if (performance.now() - since > ECHO_MS) second();
    });
  }
  return { stop, stopNow };
}
