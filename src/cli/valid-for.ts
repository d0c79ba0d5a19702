// How long something that is issued holds, as `--valid-for` says it.
import { durationMs } from "#model/duration.ts";
import { usage } from "./failure.ts";

/** The longest that an enrolment token may hold, in hours. */
export const MOST_ENROLMENT_HOURS = 168;

/** Checked before anything is asked: `0s` means ten years to Kuma's API, and a refused token must not leave a zone behind. */
export function checkValidFor(text: string, mostHours?: number): void {
  const given = durationMs(text);
  const most = mostHours === undefined ? Number.POSITIVE_INFINITY : mostHours * 3_600_000;
  if (given !== null && given >= 1000 && given <= most) return;
  const range = mostHours === undefined ? "of at least 1s" : `from 1s to ${mostHours}h`;
  throw usage(`--valid-for ${text} is not a duration ${range}`, "write --valid-for 24h, say; nothing was created");
}
