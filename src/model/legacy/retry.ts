// Older policy Retry: what a client's proxy tries again.
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { may, message, olderDuration, uint32 } from "#model/shape.ts";
import { under, type Violation } from "#model/violation.ts";
import { ends, endsViolations, type SpecOfShape, TOWARD_SERVICES, zeroViolation } from "./older-policy.ts";

const backOff = message({ baseInterval: may(olderDuration), maxInterval: may(olderDuration) });

export const HTTP_RETRY_ON = [
  "all_5xx",
  "gateway_error",
  "reset",
  "connect_failure",
  "envoy_ratelimited",
  "retriable_4xx",
  "refused_stream",
  "retriable_status_codes",
  "retriable_headers",
  "http3_post_connect_failure",
] as const;

export const GRPC_RETRY_ON = [
  "cancelled",
  "deadline_exceeded",
  "internal",
  "resource_exhausted",
  "unavailable",
] as const;

const METHODS = ["NONE", "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"] as const;

const http = message(
  () => ({
    numRetries: may(uint32),
    perTryTimeout: may(olderDuration),
    backOff: may(backOff),
    retriableStatusCodes: may(z.array(uint32)),
    retriableMethods: may(z.array(z.enum(METHODS))),
    retryOn: may(z.array(z.enum(HTTP_RETRY_ON))),
  }),
  { keep: ["numRetries"] },
);

const grpc = message(
  () => ({
    retryOn: may(z.array(z.enum(GRPC_RETRY_ON))),
    numRetries: may(uint32),
    perTryTimeout: may(olderDuration),
    backOff: may(backOff),
  }),
  { keep: ["numRetries"] },
);

const conf = message(() => ({
  http: may(http),
  tcp: may(message({ maxConnectAttempts: may(uint32) })),
  grpc: may(grpc),
}));

export const retryShape = message({ ...ends, conf: may(conf) });
export type RetrySpec = SpecOfShape<typeof retryShape>;
export type RetryConf = SpecOfShape<typeof conf>;
type Requests = SpecOfShape<typeof http> | SpecOfShape<typeof grpc>;

const POSITIVE = "has to be greater than 0";
const DEFINED = `${POSITIVE} when defined`;
const EMPTY = "field cannot be empty";

function requestsViolations(said: Requests): Violation[] {
  const { numRetries, perTryTimeout, backOff: wait } = said;
  return [
    ...(Object.keys(said).length === 0 ? [{ field: "", reason: EMPTY }] : []),
    ...(numRetries === 0 ? [{ field: "numRetries", reason: DEFINED }] : []),
    ...zeroViolation("perTryTimeout", perTryTimeout, DEFINED),
    ...under("backOff", wait === undefined ? [] : backOffViolations(wait)),
  ];
}

function backOffViolations({ baseInterval, maxInterval }: SpecOfShape<typeof backOff>): Violation[] {
  if (baseInterval === undefined) return [{ field: "baseInterval", reason: "has to be defined" }];
  const base = zeroViolation("baseInterval", baseInterval, POSITIVE);
  return base.length > 0 ? base : zeroViolation("maxInterval", maxInterval, DEFINED);
}

function httpViolations(said: SpecOfShape<typeof http>): Violation[] {
  const { retriableMethods = [], retryOn = [], retriableStatusCodes } = said;
  return [
    ...requestsViolations(said),
    ...retriableMethods.flatMap((method, index) =>
      method === "NONE" ? [{ field: `retriableMethods[${index}]`, reason: EMPTY }] : [],
    ),
    ...retryOn.flatMap((on, index) =>
      on === "retriable_status_codes" && retriableStatusCodes === undefined
        ? [{ field: `retryOn[${index}]`, reason: "retriableStatusCodes cannot be empty when this option is specified" }]
        : [],
    ),
  ];
}

function grpcViolations(said: SpecOfShape<typeof grpc>): Violation[] {
  const { retryOn = [] } = said;
  const repeated = [...new Set(retryOn)].sort().flatMap((on) => {
    const places = retryOn.flatMap((one, index) => (one === on ? [index] : []));
    const reason = `repeated value "${on}" at indexes [${places.join(", ")}]`;
    return places.length > 1 ? [{ field: "retryOn", reason }] : [];
  });
  return [...requestsViolations(said), ...repeated];
}

function confViolations(said: RetryConf | undefined): Violation[] {
  if (said === undefined) return [{ field: "", reason: "has to be defined" }];
  if (Object.keys(said).length === 0) return [{ field: "", reason: "missing protocol [grpc|http|tcp] configuration" }];
  return [
    ...under("http", said.http === undefined ? [] : httpViolations(said.http)),
    ...under("grpc", said.grpc === undefined ? [] : grpcViolations(said.grpc)),
    ...(said.tcp !== undefined && said.tcp.maxConnectAttempts === undefined
      ? [{ field: "tcp.maxConnectAttempts", reason: POSITIVE }]
      : []),
  ];
}

export const retryJudge: Judge<RetrySpec> = {
  shape: retryShape,
  validate: ({ spec }) => [...endsViolations(spec, TOWARD_SERVICES), ...under("conf", confViolations(spec.conf))],
};
