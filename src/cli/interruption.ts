// Ctrl-C in a command that waits: the wait ends in order, and says what goes on without it.
import { Failure } from "./failure.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs `work` with a signal that a Ctrl-C aborts; then throws the Failure `interrupted`, whose `why` is `goesOn`.
 * Listens while the work runs, and no longer.
 */
export async function interruptible<T>(goesOn: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  for (const name of SIGNALS) process.on(name, stop);
  try {
    return await work(stopping.signal);
  } catch (thrown) {
    if (!stopping.signal.aborted) throw thrown;
    throw new Failure("interrupted", { what: "stopped", why: goesOn });
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
  }
}
