// The log on Workers: one JSON line a call of console, which the platform collects.
import type { Log } from "#control/deps.ts";

/** Errors are written with their message and stack; a Sealed prints as [sealed]. */
export const log: Log = (level, label, fields) => {
  if (level === "debug") return;
  const line = JSON.stringify({ level, label, ...fields }, (_, value: unknown) =>
    value instanceof Error
      ? { name: value.name, message: value.message, stack: value.stack, cause: value.cause }
      : value,
  );
  // biome-ignore lint/suspicious/noConsole: the platform's log is console
  (level === "error" ? console.error : console.log)(line);
};
