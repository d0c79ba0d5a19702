// What a conf of MeshRetry may say: back offs that Envoy takes, conditions that there are, predicates with what they need.

import { notNegative } from "#model/bound.ts";
import { parseDuration } from "#model/duration.ts";
import { headerMatchViolations } from "#model/header-match.ts";
import { isAssigned } from "#model/http-status.ts";
import { under, type Violation } from "#model/violation.ts";
import type { GrpcRetry, HttpRetry, MeshRetryConf } from "./mesh-retry-shape.ts";

/** HTTP conditions, each with Envoy's word for it. */
export const HTTP_CONDITIONS: Readonly<Record<string, string>> = {
  "5xx": "5xx",
  GatewayError: "gateway-error",
  Reset: "reset",
  Retriable4xx: "retriable-4xx",
  ConnectFailure: "connect-failure",
  EnvoyRatelimited: "envoy-ratelimited",
  RefusedStream: "refused-stream",
  Http3PostConnectFailure: "http3-post-connect-failure",
};

/** Conditions that name a method. */
export const HTTP_METHODS: Readonly<Record<string, string>> = {
  HttpMethodConnect: "CONNECT",
  HttpMethodDelete: "DELETE",
  HttpMethodGet: "GET",
  HttpMethodHead: "HEAD",
  HttpMethodOptions: "OPTIONS",
  HttpMethodPatch: "PATCH",
  HttpMethodPost: "POST",
  HttpMethodPut: "PUT",
  HttpMethodTrace: "TRACE",
};

/** The status code that a condition is, or null. */
export function statusCodeOf(condition: string): number | null {
  if (!/^[1-5]\d\d$/.test(condition)) return null;
  const code = Number(condition);
  return isAssigned(code) ? code : null;
}

/** Violations of a conf, below its own path. */
export function retryViolations({ tcp, http, grpc }: MeshRetryConf = {}): Violation[] {
  if (tcp === undefined && http === undefined && grpc === undefined) {
    return [{ field: "", reason: "at least one of the 'tcp', 'http', 'grpc' must be specified" }];
  }
  return [
    ...under("tcp", tcp === undefined ? [] : attemptViolations(tcp.maxConnectAttempt)),
    ...under("http", http === undefined ? [] : httpViolations(http)),
    ...under("grpc", grpc === undefined ? [] : grpcViolations(grpc)),
  ];
}

function attemptViolations(attempts: number | undefined): Violation[] {
  if (attempts === undefined) return [{ field: "", reason: "must not be empty" }];
  return attempts === 0 ? [{ field: "maxConnectAttempt", reason: "must be greater than 0" }] : [];
}

function httpViolations(said: HttpRetry): Violation[] {
  const { hostSelectionMaxAttempts: attempts, ...meaning } = said;
  return [
    ...(Object.keys(meaning).length === 0 ? [{ field: "", reason: "must not be empty" }] : []),
    ...sharedViolations(said),
    ...(said.retryOn ?? []).flatMap((condition, index) =>
      Object.hasOwn(HTTP_CONDITIONS, condition) ||
      Object.hasOwn(HTTP_METHODS, condition) ||
      statusCodeOf(condition) !== null
        ? []
        : [{ field: `retryOn[${index}]`, reason: `unknown item '${condition}'` }],
    ),
    ...headerMatchViolations("retriableResponseHeaders", said.retriableResponseHeaders),
    ...headerMatchViolations("retriableRequestHeaders", said.retriableRequestHeaders),
    ...selectionViolations(said.hostSelection),
    ...(attempts !== undefined && attempts < 0
      ? [{ field: "hostSelectionMaxAttempts", reason: "must not be negative when defined" }]
      : []),
  ];
}

function grpcViolations(said: GrpcRetry): Violation[] {
  const empty = Object.keys(said).length === 0 ? [{ field: "", reason: "must not be empty" }] : [];
  return [...empty, ...sharedViolations(said)];
}

function sharedViolations({ perTryTimeout, backOff, rateLimitedBackOff: limited }: HttpRetry | GrpcRetry): Violation[] {
  return [
    ...notNegative("perTryTimeout", perTryTimeout),
    ...under("backOff", backOff === undefined ? [] : backOffViolations(backOff)),
    ...under("rateLimitedBackOff", limited === undefined ? [] : limitedViolations(limited)),
  ];
}

function backOffViolations({ baseInterval, maxInterval }: NonNullable<HttpRetry["backOff"]>): Violation[] {
  if (baseInterval === undefined && maxInterval === undefined) return [{ field: "", reason: "must not be empty" }];
  const base = nanoseconds(baseInterval);
  const most = nanoseconds(maxInterval);
  // Envoy refuses a whole route configuration for each of these.
  const found = [
    { field: "baseInterval", value: base },
    { field: "maxInterval", value: most },
  ].filter(({ value }) => value !== null && value <= 0n);
  if (found.length > 0) return found.map(({ field }) => ({ field, reason: "must be greater than zero when defined" }));
  if (base !== null && most !== null && most < base) {
    return [{ field: "maxInterval", reason: "must not be less than baseInterval" }];
  }
  return [];
}

function limitedViolations(said: NonNullable<HttpRetry["rateLimitedBackOff"]>): Violation[] {
  const found: Violation[] = [];
  if ((nanoseconds(said.maxInterval) ?? 1n) <= 0n) {
    found.push({ field: "maxInterval", reason: "must be defined and greater than zero" });
  }
  if (said.resetHeaders === undefined) found.push({ field: "resetHeaders", reason: "must be defined" });
  // Envoy wants one at least.
  else if (said.resetHeaders.length === 0) found.push({ field: "resetHeaders", reason: "must not be empty" });
  return found;
}

function selectionViolations(predicates: HttpRetry["hostSelection"] = []): Violation[] {
  const found: Violation[] = [];
  const priorities = predicates.findIndex(({ predicate }) => predicate === "OmitPreviousPriorities");
  predicates.forEach(({ predicate, tags, updateFrequency }, index) => {
    const at = (field: string, reason: string): number =>
      found.push({ field: `hostSelection[${index}].${field}`, reason });
    if (predicate === "OmitHostsWithTags" && tags === undefined) at("tags", "must be defined");
    if (predicate !== "OmitPreviousPriorities") return;
    if (index !== priorities) at("predicate", `${predicate} must only be specified once`);
    if (updateFrequency <= 0) at("updateFrequency", "must be defined and greater than zero");
  });
  return found;
}

function nanoseconds(text: string | undefined): bigint | null {
  return text === undefined ? null : parseDuration(text);
}
