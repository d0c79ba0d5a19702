// Retry as MeshRetry: conditions, methods and status codes become one list.
import type { GRPC_RETRY_ON, HTTP_RETRY_ON, RetryConf, RetrySpec } from "#model/legacy/retry.ts";
import type { GrpcRetry, HttpRetry, MeshRetryConf } from "#model/policy/mesh-retry-shape.ts";
import type { Translation } from "./translation.ts";

const HTTP: Readonly<Record<(typeof HTTP_RETRY_ON)[number], string | null>> = {
  all_5xx: "5xx",
  gateway_error: "GatewayError",
  reset: "Reset",
  connect_failure: "ConnectFailure",
  envoy_ratelimited: "EnvoyRatelimited",
  retriable_4xx: "Retriable4xx",
  refused_stream: "RefusedStream",
  // Said by the codes themselves.
  retriable_status_codes: null,
  // No header can be named, so there is none to look for.
  retriable_headers: null,
  http3_post_connect_failure: "Http3PostConnectFailure",
};

const GRPC: Readonly<Record<(typeof GRPC_RETRY_ON)[number], NonNullable<GrpcRetry["retryOn"]>[number]>> = {
  cancelled: "Canceled",
  deadline_exceeded: "DeadlineExceeded",
  internal: "Internal",
  resource_exhausted: "ResourceExhausted",
  unavailable: "Unavailable",
};

/** What is retried where nothing is said. */
const USUAL = ["GatewayError", "ConnectFailure", "RefusedStream"];

function httpRetry(said: NonNullable<RetryConf["http"]>): HttpRetry {
  const { retryOn, retriableStatusCodes, retriableMethods = [], ...common } = said;
  const conditions = retryOn?.flatMap((on) => HTTP[on] ?? []) ?? USUAL;
  const methods = retriableMethods.flatMap((method) =>
    method === "NONE" ? [] : [`HttpMethod${method.charAt(0)}${method.slice(1).toLowerCase()}`],
  );
  const codes = retriableStatusCodes?.map(String) ?? [];
  const plain = retryOn === undefined && codes.length === 0 && methods.length === 0;
  return plain ? common : { ...common, retryOn: [...conditions, ...codes, ...methods] };
}

function grpcRetry({ retryOn, ...common }: NonNullable<RetryConf["grpc"]>): GrpcRetry {
  return retryOn === undefined ? common : { ...common, retryOn: retryOn.map((on) => GRPC[on]) };
}

function conf({ conf: said = {} }: RetrySpec): MeshRetryConf {
  const { http, tcp, grpc } = said;
  return {
    ...(tcp?.maxConnectAttempts !== undefined && { tcp: { maxConnectAttempt: tcp.maxConnectAttempts } }),
    ...(http !== undefined && { http: httpRetry(http) }),
    ...(grpc !== undefined && { grpc: grpcRetry(grpc) }),
  };
}

export const retry: Translation<RetrySpec> = { from: "Retry", to: "MeshRetry", about: "outbound", conf };
