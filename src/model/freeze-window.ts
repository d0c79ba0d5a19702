// Freeze windows: when nothing is to be changed; once, between two times, or each week by the clocks of a time zone.

import type { Frozen } from "./frozen.ts";
import * as z from "./lazy-zod.ts";
import { may, text } from "./shape.ts";
import type { Violation } from "./violation.ts";

export const freeze = z.strictObject(() => ({
  /** RFC 3339 (`2026-12-20T00:00:00Z`), or a day and a time of each week (`Fri 16:00`). */
  from: text,
  /** As `from`; not frozen any more at that moment. */
  to: text,
  /** IANA name, as `Europe/Berlin`; for weekly windows, and for no others. */
  timeZone: may(text),
  reason: text,
}));
export type Freeze = Frozen<z.infer<typeof freeze>>;

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const WEEKLY = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01]\d|2[0-3]):([0-5]\d)$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const LONGEST_REASON = 500;

/** All that is wrong with it; fields are its own. */
export function freezeViolations(window: Freeze): readonly Violation[] {
  const wrong = timesViolations(window);
  return [...reasonViolations(window.reason), ...(wrong.length > 0 ? wrong : orderViolations(window))];
}

function reasonViolations(reason: string): readonly Violation[] {
  if (reason.trim() === "") return [{ field: "reason", reason: "cannot be empty: it is told to whoever is refused" }];
  if (reason.length <= LONGEST_REASON) return [];
  return [{ field: "reason", reason: `must have at most ${LONGEST_REASON} characters` }];
}

function timesViolations({ from, to, timeZone }: Freeze): readonly Violation[] {
  const found: Violation[] = [];
  const isWeekly = timeZone !== undefined || WEEKLY.test(from);
  for (const [field, value] of [["from", from] as const, ["to", to] as const]) {
    if ((isWeekly ? weekMinute(value) : instant(value)) !== null) continue;
    const reason = isWeekly
      ? 'must be a day and a time of the week, such as "Fri 16:00"'
      : 'must be an RFC 3339 time such as "2026-12-20T00:00:00Z", or a day and a time of the week such as "Fri 16:00"';
    found.push({ field, reason });
  }
  if (isWeekly && timeZone === undefined)
    found.push({ field: "timeZone", reason: 'must say whose clocks count, such as "Europe/Berlin"' });
  if (timeZone !== undefined && !isTimeZone(timeZone))
    found.push({ field: "timeZone", reason: "must be an IANA time zone, such as Europe/Berlin or UTC" });
  return found;
}

/** Of times that are right by themselves. */
function orderViolations({ from, to, timeZone }: Freeze): readonly Violation[] {
  if (timeZone !== undefined) return from === to ? [{ field: "to", reason: "must differ from from" }] : [];
  return (instant(to) ?? 0) > (instant(from) ?? 0) ? [] : [{ field: "to", reason: "must be later than from" }];
}

/**
 * Whether it holds at `now` (milliseconds since 1970). A weekly window goes by what clocks of its zone show: an hour that
 * is shown twice counts twice, and one that is skipped never comes.
 */
export function isFrozen({ from, to, timeZone }: Freeze, now: number): boolean {
  if (timeZone === undefined) return (instant(from) ?? 0) <= now && now < (instant(to) ?? 0);
  const [start, end, at] = [weekMinute(from) ?? 0, weekMinute(to) ?? 0, weekMinute(clockText(timeZone, now)) ?? 0];
  return start < end ? start <= at && at < end : at >= start || at < end;
}

/** When it ends, for people. */
export function freezeEnd({ to, timeZone }: Freeze): string {
  return timeZone === undefined ? to : `${to} (${timeZone})`;
}

/** What a clock of the zone shows: `Fri 16:00`. */
function clockText(timeZone: string, now: number): string {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(now);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("weekday")} ${part("hour")}:${part("minute")}`;
}

/** Minutes since Monday 0:00; null where the text is no such time. */
function weekMinute(value: string): number | null {
  const [, day, hour = "", minute = ""] = WEEKLY.exec(value) ?? [];
  if (day === undefined) return null;
  return DAYS.indexOf(day as (typeof DAYS)[number]) * 1440 + Number(hour) * 60 + Number(minute);
}

function instant(value: string): number | null {
  const time = INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
