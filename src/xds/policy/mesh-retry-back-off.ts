// How long MeshRetry waits between attempts.
import type { RetryPolicyJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import { parseDuration } from "#model/duration.ts";
import type { HttpRetry } from "#model/policy/mesh-retry-shape.ts";
import { durationOf, setDuration } from "#xds/field.ts";
import type { Source, Tracer } from "#xds/trace.ts";

type At = (pointer: string) => Source;

const DEFAULT_BASE = "25ms";

/** Envoy wants a base, and a longest that is no shorter; policies that are merged may say otherwise. */
export function writeBackOff(policy: RetryPolicyJson, said: HttpRetry["backOff"], tracer: Tracer, at: At): void {
  if (said === undefined || said === null) return;
  const most = said.maxInterval ?? null;
  const longest = most === null ? null : durationOf(most, "some", tracer, at("/maxInterval"));
  const base = durationOf(said.baseInterval ?? DEFAULT_BASE, "some", tracer, at("/baseInterval")) ?? "0.025s";
  const backOff: NonNullable<RetryPolicyJson["retryBackOff"]> = {};
  tracer.set(policy, "retryBackOff", backOff, at(""));
  const sources = said.baseInterval === undefined ? [] : [at("/baseInterval")];
  const tooLong = longest !== null && nanoseconds(longest) < nanoseconds(base);
  if (tooLong && said.baseInterval !== undefined) {
    tracer.complain(at("/baseInterval"), "is longer than maxInterval; maxInterval stands for both");
  }
  tracer.set(backOff, "baseInterval", tooLong ? longest : base, ...(tooLong ? [at("/maxInterval")] : sources));
  if (longest !== null) tracer.set(backOff, "maxInterval", longest, at("/maxInterval"));
}

function nanoseconds(text: string): bigint {
  return parseDuration(text) ?? 0n;
}

/** How long a server asks to wait, by headers of its answer. */
export function writeLimitedBackOff(
  policy: RetryPolicyJson,
  said: HttpRetry["rateLimitedBackOff"],
  tracer: Tracer,
  at: At,
): void {
  const headers = said?.resetHeaders ?? [];
  if (said === undefined || headers.length === 0) return;
  const backOff: NonNullable<RetryPolicyJson["rateLimitedRetryBackOff"]> = {};
  tracer.set(policy, "rateLimitedRetryBackOff", backOff, at(""));
  const formats = { Seconds: "SECONDS", UnixTimestamp: "UNIX_TIMESTAMP" } as const;
  const resetHeaders = headers.map(({ name, format }) => ({ name, format: formats[format] }));
  tracer.set(backOff, "resetHeaders", resetHeaders, at("/resetHeaders"));
  setDuration([backOff, "maxInterval"], said.maxInterval, "some", tracer, at("/maxInterval"));
}
