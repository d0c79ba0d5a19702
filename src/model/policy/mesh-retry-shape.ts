// The shape of MeshRetry.

import type { Frozen } from "#model/frozen.ts";
import { headerMatch } from "#model/header-match.ts";
import { headerName } from "#model/http-header.ts";
import * as z from "#model/lazy-zod.ts";
import { duration, int32, may, textMap, texts, uint32 } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";

const backOff = z.strictObject({ baseInterval: may(duration), maxInterval: may(duration) });

const rateLimitedBackOff = z.strictObject(() => ({
  resetHeaders: may(z.array(z.strictObject({ name: headerName, format: z.enum(["Seconds", "UnixTimestamp"]) }))),
  maxInterval: may(duration),
}));

const hostSelection = z.strictObject(() => ({
  predicate: z.enum(["OmitPreviousHosts", "OmitHostsWithTags", "OmitPreviousPriorities"]),
  tags: may(textMap),
  updateFrequency: z._default(int32, 2),
}));

const http = z.strictObject(() => ({
  numRetries: may(uint32),
  perTryTimeout: may(duration),
  backOff: may(backOff),
  rateLimitedBackOff: may(rateLimitedBackOff),
  /** Conditions, methods and status codes in one list. */
  retryOn: may(texts),
  retriableResponseHeaders: may(z.array(headerMatch)),
  retriableRequestHeaders: may(z.array(headerMatch)),
  hostSelection: may(z.array(hostSelection)),
  hostSelectionMaxAttempts: may(z.int()),
}));

const grpc = z.strictObject(() => ({
  numRetries: may(uint32),
  perTryTimeout: may(duration),
  backOff: may(backOff),
  rateLimitedBackOff: may(rateLimitedBackOff),
  retryOn: may(z.array(z.enum(["Canceled", "DeadlineExceeded", "Internal", "ResourceExhausted", "Unavailable"]))),
}));

const conf = z.strictObject(() => ({
  tcp: may(z.strictObject({ maxConnectAttempt: may(uint32) })),
  http: may(http),
  grpc: may(grpc),
}));

export const meshRetryShape = z.strictObject(() => ({
  targetRef: may(targetRefShape),
  to: may(z.array(z.strictObject({ targetRef: targetRefShape, default: may(conf) }))),
}));
export type MeshRetrySpec = Frozen<z.infer<typeof meshRetryShape>>;
export type MeshRetryConf = Frozen<z.infer<typeof conf>>;
export type HttpRetry = Frozen<z.infer<typeof http>>;
export type GrpcRetry = Frozen<z.infer<typeof grpc>>;
