// The log on Workers: one JSON line a call of console, which the platform collects.
import type { Log } from "#control/deps.ts";
import { redact, UNSENT_MAIL } from "#trust/redact.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LEVELS)[number];

/** Lines of this level and above, without what has the form of a secret. Errors are written with their message and stack; a Sealed prints as [sealed]. */
export function openLog(least: LogLevel = "info"): Log {
  return (level, label, fields) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
    const line = JSON.stringify({ level, label, ...fields }, (_, value: unknown) =>
      value instanceof Error
        ? { name: value.name, message: value.message, stack: value.stack, cause: value.cause }
        : value,
    );
    // biome-ignore lint/suspicious/noConsole: the platform's log is console
    (level === "error" ? console.error : console.log)(label === UNSENT_MAIL ? line : redact(line));
  };
}
