// The relay's log: static labels, values in fields, JSON lines on standard error.
import { destination, pino } from "pino";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** One line; `label` is a constant text. */
export type Log = (
  level: Exclude<LogLevel, "silent">,
  label: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** Lines of this level and above, written at once. */
export function openLog(level: LogLevel): Log {
  const logger = pino({ level, base: null, errorKey: "cause" }, destination({ fd: 2, sync: true }));
  return (at, label, fields) => logger[at]({ ...fields }, label);
}

/** Logs a failure that is met again and again once, until its reason is another or `reset` tells of a success. */
export interface Once {
  (level: Parameters<Log>[0], label: string, reason: string): void;
  reset(): void;
}

export function createOnce(log: Log): Once {
  let last = "";
  const once = (level: Parameters<Log>[0], label: string, reason: string): void => {
    if (`${level} ${label} ${reason}` !== last) log(level, label, { reason });
    last = `${level} ${label} ${reason}`;
  };
  const reset = (): void => {
    last = "";
  };
  return Object.assign(once, { reset });
}

/** What went wrong, in words without a stack. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
