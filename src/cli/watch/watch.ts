// `--watch`: a command that shows something looks again and again, and shows what has changed, until it is stopped.
import { EXIT_CODES } from "#api/exit-code.ts";
import type { Command, Invocation } from "#cli/command.ts";
import { fetchOfWeft } from "#cli/connection.ts";
import { asFailure, type Failure, failureText } from "#cli/failure.ts";
import type { StoppedBy } from "#cli/interruption.ts";
import { isText } from "#cli/output.ts";
import { Fault, type FaultCode } from "#model/fault.ts";
import { followHints, type Hints } from "./hints.ts";
import { knownAnswers } from "./known-answer.ts";
import { type Look, look } from "./look.ts";
import { screenView } from "./screen.ts";
import { streamView } from "./stream.ts";

/** Milliseconds between looks. A look that takes long is repeated less often; in vain, it waits longer each time. */
export interface Pace {
  /** At the soonest, however much is told to have changed. */
  readonly soonest: number;
  /** Where nobody tells of changes. */
  readonly every: number;
  /** Where the control plane tells of them, and time alone changes what is shown. */
  readonly told: number;
  readonly longest: number;
}

const PACE: Pace = { soonest: 500, every: 2_000, told: 10_000, longest: 20_000 };
/** A look costs the control plane at most one part in so many. */
const LEISURE = 4;

export interface WatchOptions {
  readonly pace?: Pace;
  readonly stoppedBy?: StoppedBy;
}

/**
 * Goes on over what passes: a control plane that is away or busy. What does not pass, ends it with its Failure: a token that is
 * revoked, and everything that is wrong at the first look. Ctrl-C is how it ends: the code is that of the signal, and nothing is said.
 */
export async function watch<Options>(
  command: Command<Options>,
  invocation: Invocation<Options>,
  { pace = PACE, stoppedBy }: WatchOptions = {},
): Promise<number> {
  const { terminal, options, signal } = invocation;
  const view =
    terminal.rows !== undefined && isText(options.output) ? screenView(terminal) : streamView(terminal, options.output);
  return wakeful(signal, async (pause, tell) => {
    const answers = knownAnswers(fetchOfWeft);
    let hints: Hints | undefined;
    let isFirst = true;
    let inVain = 0;
    while (!signal.aborted) {
      const began = performance.now();
      const seen = await tried(command, { ...invocation, fetch: answers.fetch }, isFirst);
      if (signal.aborted) break;
      let atLeast = 0;
      if ("out" in seen) {
        view.show(seen);
        if (answers.settle()) hints ??= followHints(invocation, signal, tell);
        inVain = 0;
        isFirst = false;
      } else {
        const passing = isFirst ? undefined : passes(seen);
        if (passing === undefined) throw seen;
        view.fail({ ...passing, at: new Date() });
        atLeast = passing.retryMs;
        inVain += 1;
      }
      const usual = (hints?.isLive() === true ? pace.told : pace.every) * 2 ** Math.min(inVain, 5);
      const leisurely = (performance.now() - began) * LEISURE;
      const soonest = Math.max(Math.min(Math.max(pace.soonest, leisurely), pace.longest), atLeast);
      // Jitter keeps many that watch from asking at once.
      const latest = Math.max(Math.min(usual, pace.longest), soonest) * (0.8 + 0.4 * Math.random());
      await pause(Math.min(soonest, latest), false);
      await pause(latest - Math.min(soonest, latest), true);
    }
    return EXIT_CODES[stoppedBy?.() ?? "interrupted"].code;
  });
}

/** What is absent after it was there is gone, which is shown, and may come back. */
async function tried<Options>(
  command: Command<Options>,
  invocation: Invocation<Options>,
  isFirst: boolean,
): Promise<Look | Failure> {
  try {
    return await look(command, invocation);
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (isFirst || failure.exit !== "absent") return failure;
    return { at: new Date(), out: "", err: failureText(failure.parts), shown: { rows: [], newest: false } };
  }
}

const PASSING: Readonly<Partial<Record<FaultCode, string>>> = {
  unavailable: "can't reach the control plane",
  internal: "the control plane failed",
  "too-many": "the control plane is asked too often",
};

interface Passing {
  readonly what: string;
  readonly why: string;
  readonly retryMs: number;
}

function passes({ cause, parts }: Failure): Passing | undefined {
  const what = cause instanceof Fault ? PASSING[cause.code] : undefined;
  if (what === undefined) return undefined;
  const why = (parts.why ?? "").split("\n").at(-1) as string;
  return { what, why, retryMs: ((cause as Fault).retryAfter ?? 0) * 1000 };
}

/** The window has another size, or the program is in the foreground again. */
const WAKES = ["SIGWINCH", "SIGCONT"] as const;

/** Waits so many milliseconds, or until a signal; a hint ends it where it may, also one that was told before. */
type Pause = (ms: number, byHints: boolean) => Promise<void>;

async function wakeful<T>(signal: AbortSignal, work: (pause: Pause, tell: () => void) => Promise<T>): Promise<T> {
  let wake: () => void = () => {};
  let wakeByHint: () => void = () => {};
  let isTold = false;
  const again = (): void => {
    isTold = true;
    wake();
  };
  const tell = (): void => {
    isTold = true;
    wakeByHint();
  };
  const pause: Pause = async (ms, byHints) => {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      wakeByHint = byHints ? wake : () => {};
      if (signal.aborted || (byHints && isTold)) wake();
    });
    wakeByHint = () => {};
    if (byHints) isTold = false;
  };
  for (const name of WAKES) process.on(name, again);
  signal.addEventListener("abort", again);
  try {
    return await work(pause, tell);
  } finally {
    for (const name of WAKES) process.off(name, again);
    signal.removeEventListener("abort", again);
  }
}
