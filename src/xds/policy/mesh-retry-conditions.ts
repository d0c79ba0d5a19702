// What MeshRetry retries on, in Envoy's words.
import { HTTP_CONDITIONS, HTTP_METHODS, statusCodeOf } from "#model/policy/mesh-retry-rules.ts";
import type { GrpcRetry } from "#model/policy/mesh-retry-shape.ts";

/** Kuma's, where a conf names none. */
const HTTP_DEFAULT = "gateway-error,connect-failure,refused-stream";
const GRPC_DEFAULT = "cancelled,connect-failure,gateway-error,refused-stream,reset,resource-exhausted,unavailable";

/** Kuma writes `canceled`, which Envoy does not know. */
const GRPC_CONDITIONS: Readonly<Record<NonNullable<GrpcRetry["retryOn"]>[number], string>> = {
  Canceled: "cancelled",
  DeadlineExceeded: "deadline-exceeded",
  Internal: "internal",
  ResourceExhausted: "resource-exhausted",
  Unavailable: "unavailable",
};

export interface HttpConditions {
  readonly retryOn: string;
  readonly statusCodes: number[];
  readonly methods: readonly string[];
}

/** One list of a conf, taken apart; without a condition among them the default ones hold. */
export function httpConditions(items: readonly string[] = []): HttpConditions {
  const words = items.flatMap((item) => HTTP_CONDITIONS[item] ?? []);
  const statusCodes = items.flatMap((item) => statusCodeOf(item) ?? []);
  const methods = items.flatMap((item) => HTTP_METHODS[item] ?? []);
  const conditions = words.length > 0 ? words.join() : HTTP_DEFAULT;
  return {
    retryOn: statusCodes.length > 0 ? `${conditions},retriable-status-codes` : conditions,
    statusCodes,
    methods,
  };
}

/** The conditions of a gRPC section. */
export function grpcConditions({ retryOn = [] }: Pick<GrpcRetry, "retryOn">): string {
  return retryOn.length === 0 ? GRPC_DEFAULT : retryOn.map((item) => GRPC_CONDITIONS[item]).join();
}
