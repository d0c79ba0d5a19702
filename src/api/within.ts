// Work with an end: the one way in which a call follows a deadline and other signals at once.

/**
 * Runs `work` with a signal that aborts with any of the others, or after so many milliseconds. By hand and not by
 * AbortSignal.any: there a combined signal may be collected before it fires, and each use leaves a trace on the others.
 * A Request made with a signal of its own has the same fault: give the signal to `fetch`.
 */
export async function within<T>(
  milliseconds: number,
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, milliseconds);
  for (const signal of signals) signal.addEventListener("abort", abort);
  if (signals.some(({ aborted }) => aborted)) abort();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener("abort", abort);
  }
}
