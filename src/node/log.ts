// The log on Node: pino's JSON lines on standard error, without what has the form of a secret.
import { type DestinationStream, destination, pino } from "pino";
import type { Log } from "#control/deps.ts";
import { redact, UNSENT_MAIL } from "#trust/redact.ts";

/** Lines of this level and above. Written at once: a log that is lost in a crash says nothing of it. */
export function openLog(
  level: "debug" | "info" | "warn" | "error" | "silent",
  out: DestinationStream = destination({ fd: 2, sync: true }),
): Log {
  const open = (stream: DestinationStream) => pino({ level, base: null, errorKey: "cause" }, stream);
  const logger = open({ write: (line) => out.write(redact(line)) });
  const mails = open(out);
  return (at, label, fields) => (label === UNSENT_MAIL ? mails : logger)[at]({ ...fields }, label);
}
