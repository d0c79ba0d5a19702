// Freeze windows: when nothing is to be changed; once, between two times, or each week by the clocks of a time zone.

import type { Frozen } from "./frozen.ts";
import * as z from "./lazy-zod.ts";
import { may, text } from "./shape.ts";
import { ofPart } from "./sound-part.ts";
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

/** What its rules read, apart from what else is written. */
const why = z.object(() => ({ reason: text }));
const clocks = z.object(() => ({ timeZone: text }));
const noClocks = z.object(() => ({ timeZone: may(z.never()) }));
const begin = z.object(() => ({ from: text }));
const end = z.object(() => ({ to: text }));
const times = z.object(() => ({ from: text, to: text, timeZone: may(text) }));

/** Of a window of any shape: all that its rules find in the parts that are sound; fields are its own. */
export function freezeViolations(written: unknown): readonly Violation[] {
  const wrong = timesViolations(written);
  return [
    ...ofPart(why, written, ({ reason }) => reasonViolations(reason)),
    ...wrong,
    ...(wrong.length > 0 ? [] : ofPart(times, written, orderViolations)),
  ];
}

function reasonViolations(reason: string): readonly Violation[] {
  if (reason.trim() === "") return [{ field: "reason", reason: "cannot be empty: it is told to whoever is refused" }];
  if (reason.length <= LONGEST_REASON) return [];
  return [{ field: "reason", reason: `must have at most ${LONGEST_REASON} characters` }];
}

function timesViolations(written: unknown): readonly Violation[] {
  const weekly = isWeekly(written);
  return [
    ...ofPart(begin, written, ({ from }) => timeViolations("from", from, weekly)),
    ...ofPart(end, written, ({ to }) => timeViolations("to", to, weekly)),
    ...ofPart(noClocks, written, () =>
      weekly === true ? [{ field: "timeZone", reason: 'must say whose clocks count, such as "Europe/Berlin"' }] : [],
    ),
    ...ofPart(clocks, written, ({ timeZone }) =>
      isTimeZone(timeZone)
        ? []
        : [{ field: "timeZone", reason: "must be an IANA time zone, such as Europe/Berlin or UTC" }],
    ),
  ];
}

/** By its time zone, or by how it begins; null where that cannot be told. */
function isWeekly(written: unknown): boolean | null {
  if (clocks.safeParse(written).success) return true;
  const { success, data } = begin.safeParse(written);
  if (!success) return null;
  if (WEEKLY.test(data.from)) return true;
  return noClocks.safeParse(written).success ? false : null;
}

function timeViolations(field: "from" | "to", value: string, weekly: boolean | null): readonly Violation[] {
  if (weekly === null || (weekly ? weekMinute(value) : instant(value)) !== null) return [];
  const reason = weekly
    ? 'must be a day and a time of the week, such as "Fri 16:00"'
    : 'must be an RFC 3339 time such as "2026-12-20T00:00:00Z", or a day and a time of the week such as "Fri 16:00"';
  return [{ field, reason }];
}

/** Of times that are right by themselves. */
function orderViolations({ from, to, timeZone }: Pick<Freeze, "from" | "to" | "timeZone">): readonly Violation[] {
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
