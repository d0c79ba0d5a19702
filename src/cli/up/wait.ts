// Waiting for something to become true while a child lives.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "#cli/failure.ts";
import { tailOfFile } from "#cli/tail.ts";
import type { Child } from "./child.ts";

export interface WaitOptions<T> {
  /** Reads as "… did not become ready". */
  readonly what: string;
  readonly child: Child;
  readonly boundMs: number;
  /** Undefined = not yet. */
  readonly probe: () => Promise<T | undefined> | T | undefined;
}

/** What the probe gives, once it does. Throws Failure with the tail of the child's log when it ends first or takes too long. */
export async function waitFor<T>({ what, child, boundMs, probe }: WaitOptions<T>): Promise<T> {
  const deadline = Date.now() + boundMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (!child.isRunning()) throw failed(`${what} ended before it was ready`, child);
    if (Date.now() > deadline)
      throw failed(`${what} is not ready after ${Math.round(boundMs / 1000)} s`, child, "timeout");
    await sleep(50);
  }
}

function failed(what: string, child: Child, exit: "failed" | "timeout" = "failed"): Failure {
  const tail = tailOfFile(child.log, 12);
  return new Failure(exit, {
    what,
    where: child.log,
    why: tail === "" ? "its log is empty" : tail,
    fix: "the log has the rest",
  });
}

/** The JSON line in an announcement, once it is whole. */
export function announced<T>(path: string): T | undefined {
  try {
    const [line, rest] = readFileSync(path, "utf8").split("\n", 2);
    return line === undefined || rest === undefined ? undefined : (JSON.parse(line) as T);
  } catch {
    return undefined;
  }
}

/** A refusal that lasts so long is no passing state of a start. */
const REFUSED_MS = 2_000;

/** Asks until the answer is 200, a refusal lasts, or the time is over; the last status, 0 for no answer. */
export async function answersSoon(url: string, boundMs: number): Promise<number> {
  const deadline = Date.now() + boundMs;
  let before = 0;
  for (let since = Date.now(); ; await sleep(100)) {
    const status = await statusOf(url);
    if (status !== before) since = Date.now();
    before = status;
    const refused = status >= 400 && status < 500 && Date.now() - since > REFUSED_MS;
    if (status === 200 || refused || Date.now() > deadline) return status;
  }
}

async function statusOf(url: string): Promise<number> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return 0;
  }
}
