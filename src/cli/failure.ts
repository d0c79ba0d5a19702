// A failure of a command, told to the reader: what, where, why, and what to do.
import { EXIT_CODES, type ExitName } from "#api/exit-code.ts";

export interface FailureParts {
  /** What went wrong, one sentence without a full stop. */
  readonly what: string;
  /** File and line, URL, or field. */
  readonly where?: string | undefined;
  readonly why?: string | undefined;
  /** What to do now; several ways are several lines. */
  readonly fix?: string | readonly string[] | undefined;
}

/** Thrown by commands; main prints it and exits with the code of its name. Never holds a secret. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exit: ExitName;
  readonly parts: FailureParts;

  constructor(exit: ExitName, parts: FailureParts, cause?: unknown) {
    super(parts.what, { cause });
    this.exit = exit;
    this.parts = parts;
  }

  get code(): number {
    return EXIT_CODES[this.exit].code;
  }
}

/** A wrong command line: exit 2. */
export function usage(what: string, fix?: string): Failure {
  return new Failure("usage", { what, fix });
}

/** The text of a failure, ending in a newline. */
export function failureText({ what, where, why, fix }: FailureParts): string {
  const lines = [`weft: ${what}`];
  if (where !== undefined) lines.push(...labelled("where", where));
  if (why !== undefined) lines.push(...labelled("why", why));
  const ways = fix === undefined ? [] : typeof fix === "string" ? [fix] : fix;
  for (const way of ways) lines.push(...labelled("fix", way));
  return `${lines.join("\n")}\n`;
}

function labelled(label: string, text: string): string[] {
  return text.split("\n").map((line, index) => `  ${(index === 0 ? label : "").padEnd(5)}  ${line}`);
}

/** Any thrown thing as a failure; what nobody foresaw keeps its message and loses its stack. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure("failed", { what: "something unexpected happened", why: reasonOf(thrown) }, thrown);
}

/** The innermost reason of an error chain: `fetch failed` says nothing, its cause does. */
export function reasonOf(thrown: unknown): string {
  let error: unknown = thrown;
  while (error instanceof Error && error.cause instanceof Error) error = error.cause;
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return PLAIN[code ?? ""] ?? (error.message === "" ? (code ?? error.name) : error.message);
}

/** What the system's codes mean to a reader. */
const PLAIN: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EISDIR: "that is a folder, not a file",
  ECONNREFUSED: "nothing listens there (connection refused)",
  ENOTFOUND: "the host name is unknown",
  ETIMEDOUT: "no answer in time",
  ECONNRESET: "the connection was reset",
  EADDRINUSE: "the port is taken",
  ENOTDIR: "a part of the path is a file, and not a folder",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EPERM: "the system does not permit it",
};
