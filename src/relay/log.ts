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

/** What went wrong, in words without a stack. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
