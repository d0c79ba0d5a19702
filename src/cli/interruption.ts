// Ctrl-C, or a signal that ends: a command ends in order, says what state things are in, and a second one ends it at once.
import { EXIT_CODES, type ExitName } from "#api/exit-code.ts";
import { Failure } from "./failure.ts";
import { ECHO_MS } from "./stop-signal.ts";

/** How the signal that has stopped a command ends it; undefined before. */
export type StoppedBy = () => ExitName | undefined;

/** What each signal ends with. */
const ENDS = { SIGINT: "interrupted", SIGTERM: "terminated", SIGHUP: "hungUp" } as const satisfies Record<
  string,
  ExitName
>;
const NAMES = Object.keys(ENDS) as readonly (keyof typeof ENDS)[];

/** A command that has not ended by itself so long after the signal is left where it is; milliseconds. */
const GRACE_MS = 3_000;

/** The exit code of a command that this signal has ended before it was done. */
export function exitOfSignal(name: NodeJS.Signals): number {
  return EXIT_CODES[name === "SIGTERM" || name === "SIGHUP" ? ENDS[name] : "interrupted"].code;
}

/**
 * Runs a command with a signal that Ctrl-C, SIGTERM or SIGHUP aborts. What it throws then becomes the Failure of that
 * signal; a Failure `interrupted` keeps its words. Listens while the command runs, and no longer.
 */
export async function untilStopped<T>(work: (signal: AbortSignal, stoppedBy: StoppedBy) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  let by: keyof typeof ENDS | undefined;
  let since = 0;
  let leave: NodeJS.Timeout | undefined;
  let abandon: (failure: Failure) => void = () => {};
  const abandoned = new Promise<never>((_, reject) => {
    abandon = reject;
  });
  const stop = (name: keyof typeof ENDS): void => {
    if (by !== undefined) {
      if (performance.now() - since > ECHO_MS) process.exit(EXIT_CODES[ENDS[name]].code);
      return;
    }
    by = name;
    since = performance.now();
    leave = setTimeout(() => abandon(new Failure("interrupted", { what: "stopped" })), GRACE_MS);
    stopping.abort();
  };
  const listeners = NAMES.map((name) => [name, () => stop(name)] as const);
  for (const [name, listener] of listeners) process.on(name, listener);
  try {
    return await Promise.race([work(stopping.signal, () => by && ENDS[by]), abandoned]);
  } catch (thrown) {
    if (by === undefined) throw thrown;
    const told = thrown instanceof Failure && thrown.exit === "interrupted";
    throw new Failure(ENDS[by], told ? thrown.parts : { what: "stopped", why: "nothing was changed" }, thrown);
  } finally {
    clearTimeout(leave);
    for (const [name, listener] of listeners) process.off(name, listener);
  }
}

/** Runs `work`; where the command is stopped meanwhile, throws the Failure `interrupted`, whose `why` is `goesOn`. */
export async function interruptible<T>(signal: AbortSignal, goesOn: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    throw new Failure("interrupted", { what: "stopped", why: goesOn });
  }
}

/** What `work` gives, or the signal's reason as soon as the command is stopped: for what cannot be ended. */
export function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
