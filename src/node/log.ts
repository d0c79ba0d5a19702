// The log on Node: pino's JSON lines on standard error.
import { destination, pino } from "pino";
import type { Log } from "#control/deps.ts";

/** Lines of this level and above. Written at once: a log that is lost in a crash says nothing of it. */
export function openLog(level: "debug" | "info" | "warn" | "error" | "silent"): Log {
  const logger = pino({ level, base: null, errorKey: "cause" }, destination({ fd: 2, sync: true }));
  return (at, label, fields) => logger[at]({ ...fields }, label);
}
