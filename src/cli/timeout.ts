// How long a command waits, as `--timeout` says it.
import { durationMs } from "#model/duration.ts";
import { usage } from "./failure.ts";

/** Milliseconds, at least 1000. Throws a usage failure. */
export function timeoutMs(text: string): number {
  const given = durationMs(text);
  if (given !== null && given >= 1000) return given;
  throw usage(`--timeout ${text} is not a duration of at least 1s`, "write --timeout 60s, say");
}
