// What a command is: a value with its arguments, options, examples and the function that runs it.
import type { Output } from "./output.ts";
import type { Terminal } from "./terminal.ts";

export interface ArgumentRow {
  /** `<name>` is required, `[name]` is not, `[name...]` takes all that follow. */
  readonly name: string;
  readonly help: string;
}

export interface OptionRow {
  /** Commander's flags: `-f, --file <path>`. */
  readonly flags: string;
  readonly help: string;
  readonly default?: string | boolean | readonly string[];
  readonly choices?: readonly string[];
  /** May be given several times; the value is a list. */
  readonly repeat?: boolean;
  readonly required?: boolean;
  readonly hidden?: boolean;
}

/** Options that every command understands. */
export interface GlobalOptions {
  readonly output: Output;
  readonly url?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly context?: string;
  readonly watch?: boolean;
}

export interface Invocation<Options> {
  readonly args: readonly string[];
  readonly options: Options & GlobalOptions;
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Aborted by Ctrl-C; never, where the command ends itself. */
  readonly signal: AbortSignal;
  /** How the control plane is called, where it matters what was answered before. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

export interface Command<Options = Record<string, never>> {
  readonly about?: string;
  readonly arguments?: readonly ArgumentRow[];
  readonly options?: readonly OptionRow[];
  /** Whole command lines that work as they stand. */
  readonly examples: readonly string[];
  /** Flags that are not in `options` go to `args` unread: for commands that hand them on. */
  readonly passThrough?: boolean;
  /** It runs others, and hears the signals that stop it itself. */
  readonly endsItself?: boolean;
  /** Why these arguments of a command that shows something cannot be watched; undefined = they can. */
  unwatchable?(args: readonly string[], options: Options & GlobalOptions): string | undefined;
  /** What the line lacks beyond required arguments and options: told together with them. */
  lacks?(options: Options & GlobalOptions, env: NodeJS.ProcessEnv): readonly string[];
  /** Returns the exit code; nothing = 0. Throws Failure. */
  run(invocation: Invocation<Options>): Promise<number | undefined>;
}

/**
 * What a command does: `shows` what may change (it takes every --output, and --watch looks again and again), `follows` until
 * something is reached (--watch adds nothing), `changes` something, `runs` a program or does its work on this machine.
 */
export type Deed = "shows" | "follows" | "changes" | "runs";

export interface CommandRow {
  /** Words on the command line: `zone create`. */
  readonly path: string;
  readonly summary: string;
  readonly hidden?: boolean;
  readonly does: Deed;
  load(): Promise<{ readonly command: Command<never> }>;
}
