// Pieces that the shapes of kinds share: messages, numbers, maps, durations.

import {
  durationReason,
  formatDuration,
  formatProtoDuration,
  parseDuration,
  parseProtoDuration,
  protoDurationReason,
} from "./duration.ts";
import * as z from "./lazy-zod.ts";

/** A member that may be absent; `undefined` is refused where it stands. */
export const may = z.exactOptional;

export const text = z.string();
export const flag = z.boolean();
/** An unsigned 32-bit integer. */
export const uint32 = z.int().check(z.minimum(0), z.maximum(4_294_967_295));
export const int32 = z.int().check(z.minimum(-2_147_483_648), z.maximum(2_147_483_647));
export const number = z.number();
export const texts = z.array(z.string());

/** Text by text (tags, labels), sorted by key so that equal maps are equal bytes. */
export const textMap = z.record(z.string(), z.string()).check(z.overwrite(sorted));

/** Any JSON; the keys of its objects sorted, so that equal values are equal bytes. */
export const anyJson = z.unknown().check(z.overwrite(inOrder));

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, inOrder(member)]));
}

function sorted(map: Record<string, string>): Record<string, string> {
  const keys = Object.keys(map);
  for (let i = 1; i < keys.length; i++) {
    if ((keys[i - 1] as string) > (keys[i] as string)) {
      return Object.fromEntries(keys.sort().map((key) => [key, map[key] as string]));
    }
  }
  return map;
}

/** Protobuf's JSON bytes: standard or URL-safe base64, padded or not. */
export const BASE64: RegExp = /^[A-Za-z0-9+/_-]*={0,2}$/;
export const base64 = z.string().check(z.regex(BASE64, "must be base64"));

/** What a protobuf message leaves out of its JSON. */
export interface MessageRules {
  /** Members whose zero value is said (wrapper types: `passthrough: false`). */
  readonly keep?: readonly string[];
  /** The zero of members that are enums: `{ mode: "STRICT" }`. */
  readonly zero?: Readonly<Record<string, string>>;
}

/**
 * A protobuf message in JSON: members, or those that a function gives, stand in this order, and those with their zero value are
 * left out, as Kuma answers.
 */
/* @__NO_SIDE_EFFECTS__ */
export function message<T extends z.core.$ZodLooseShape>(
  members: T | (() => T),
  rules: MessageRules = {},
): z.ZodMiniObject<T, z.core.$strict> {
  return z.later(madeMessage<T>, members, rules);
}

function madeMessage<T extends z.core.$ZodLooseShape>(
  given: T | (() => T),
  { keep = [], zero = {} }: MessageRules,
): z.ZodMiniObject<T, z.core.$strict> {
  const members = z.membersOf(given);
  const kept = new Set(keep);
  const isZero = (key: string, value: unknown): boolean =>
    value === "" ||
    value === 0 ||
    value === false ||
    (Array.isArray(value) && value.length === 0) ||
    (isMap.has(key) && Object.keys(value as object).length === 0) ||
    (typeof value === "string" && zero[key] === value);
  const isMap = new Set(Object.keys(members).filter((key) => holdsMap(members[key])));
  const sayLess = z.overwrite((value: Record<string, unknown>) => {
    const said = Object.entries(value).filter(([key, member]) => kept.has(key) || !isZero(key, member));
    return said.length === Object.keys(value).length ? value : Object.fromEntries(said);
  });
  return z.real(z.strictObject(members).check(sayLess));
}

function holdsMap(member: unknown): boolean {
  const { def } = (member as z.core.$ZodTypes)._zod;
  const inner = def.type === "optional" ? def.innerType : member;
  return inner === z.real(textMap);
}

/** A Go duration: `5s`, `1h30m`, `250ms`; read as Go prints it (`1h30m0s`). */
export const duration = z.string().check(
  z.describe("duration as Go writes it: 5s, 1h30m, 250ms"),
  reasoned(durationReason),
  z.overwrite((value) => formatted(parseDuration(value), formatDuration, value)),
);

/** A protobuf duration in JSON: seconds with a fraction, `10s`, `0.250s`. */
export const protoDuration = z.string().check(
  z.describe("seconds: 10s, 0.250s"),
  reasoned(protoDurationReason),
  z.overwrite((value) => formatted(parseProtoDuration(value), formatProtoDuration, value)),
);

/** A duration as Kuma's older policies take it: in Go's notation or protobuf's; printed in seconds. Never negative. */
export const olderDuration = z.string().check(
  reasoned((value) => durationReason(value) ?? ((parseDuration(value) ?? 0n) < 0n ? "must not be negative" : null)),
  z.overwrite((value) => formatted(parseDuration(value), formatProtoDuration, value)),
);

function formatted(nanoseconds: bigint | null, format: (nanoseconds: bigint) => string, fallback: string): string {
  return nanoseconds === null ? fallback : format(nanoseconds);
}

function reasoned(reasonOf: (value: string) => string | null): z.core.$ZodCheck<string> {
  return z.check((payload) => {
    const reason = reasonOf(payload.value);
    if (reason !== null) payload.issues.push({ code: "custom", input: payload.value, message: reason });
  });
}

/** Where a value comes from: exactly one of these (data-source.ts). */
export const dataSource = z.strictObject(() => ({
  secret: may(text),
  file: may(text),
  inline: may(text),
  inlineString: may(text),
}));
