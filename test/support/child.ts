// Child processes of a test: their output kept for the failure message, ended by their own pid and never left behind.
import { type ChildProcess, spawn } from "node:child_process";

export interface Child {
  readonly pid: number;
  /** All that it printed so far. */
  output(): string;
  /** Resolves with the exit code when it has ended by itself, null after a signal; all that it printed is in its output by then. */
  readonly ended: Promise<number | null>;
  /** Sends the signal and waits for the end; after `graceMs` it is killed. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
}

const live = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of live) child.kill("SIGKILL");
});

/** Starts a process with no standard input. */
export function startChild(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Child {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  live.add(child);
  let text = "";
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString("utf8")).slice(-200_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = new Promise<number | null>((resolve) => {
    child.on("error", (error) => {
      text += `\ncould not start ${command}: ${error.message}`;
      resolve(127);
    });
    // What it printed last may come after the news of its end; who inherited its output may hold that open for longer.
    child.on("exit", (code) => setImmediate(() => setImmediate(resolve, code)));
  }).finally(() => live.delete(child));
  return {
    pid: child.pid ?? -1,
    output: () => text,
    ended,
    async stop(signal = "SIGTERM", graceMs = 30_000) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** Added to the failure, asked only then. */
  readonly explain?: () => string;
}

/** Asks until the answer is neither null nor undefined nor false, nor an error; the last error tells why it gave up. */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  options: WaitOptions = {},
): Promise<NonNullable<T>> {
  const { timeoutMs = 60_000, everyMs = 25 } = options;
  const deadline = performance.now() + timeoutMs;
  let last: unknown = "no answer yet";
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) return answer as NonNullable<T>;
      last = `answer was ${String(answer)}`;
    } catch (error) {
      last = error instanceof Error ? error.message : error;
    }
    if (performance.now() > deadline) {
      throw new Error(
        `waited ${timeoutMs} ms for ${what}: ${String(last)}${options.explain ? `\n${options.explain()}` : ""}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
