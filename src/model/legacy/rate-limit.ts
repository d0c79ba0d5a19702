// Older policy RateLimit: how many requests an inbound takes from some clients in a while.

import { parseDuration } from "#model/duration.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { flag, may, message, olderDuration, text, uint32 } from "#model/shape.ts";
import { under, type Violation } from "#model/violation.ts";
import { ends, endsViolations, type SpecOfShape, TOWARD_INBOUNDS } from "./older-policy.ts";

const http = message(() => ({
  requests: may(uint32),
  interval: may(olderDuration),
  onRateLimit: may(
    message(
      {
        status: may(uint32),
        headers: may(z.array(message({ key: may(text), value: may(text), append: may(flag) }, { keep: ["append"] }))),
      },
      { keep: ["status"] },
    ),
  ),
}));

export const rateLimitShape = message(() => ({ ...ends, conf: may(message({ http: may(http) })) }));
export type RateLimitSpec = SpecOfShape<typeof rateLimitShape>;
export type RateLimitConf = NonNullable<RateLimitSpec["conf"]>;

/** Envoy refuses to refill a bucket more often. */
const SHORTEST = 50_000_000n;

function httpViolations({ requests, interval, onRateLimit }: SpecOfShape<typeof http>): Violation[] {
  const short = interval !== undefined && (parseDuration(interval) ?? 0n) < SHORTEST;
  return [
    ...(requests === undefined ? [{ field: "requests", reason: "requests must be set" }] : []),
    ...(interval === undefined ? [{ field: "interval", reason: "interval must be set" }] : []),
    ...(short ? [{ field: "interval", reason: "must be at least 50ms" }] : []),
    ...((onRateLimit?.status ?? 0) > 599
      ? [{ field: "onRateLimit.status", reason: "must be in inclusive range [0, 599]" }]
      : []),
    // Kuma's path says `header`, and has its index as a key.
    ...(onRateLimit?.headers ?? []).flatMap(({ key, value }, index) => {
      const field = `onRateLimit.header["${index}"]`;
      return [
        ...(key === undefined ? [{ field, reason: "key must be set" }] : []),
        ...(value === undefined ? [{ field, reason: "value must be set" }] : []),
      ];
    }),
  ];
}

function confViolations(said: RateLimitConf | undefined): Violation[] {
  if (said === undefined) return [{ field: "", reason: "must have conf" }];
  return said.http === undefined ? [] : under("http", httpViolations(said.http));
}

export const rateLimitJudge: Judge<RateLimitSpec> = {
  shape: rateLimitShape,
  validate: ({ spec }) => [...endsViolations(spec, TOWARD_INBOUNDS), ...under("conf", confViolations(spec.conf))],
};
