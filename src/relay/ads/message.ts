// What goes into the ADS machine and what comes out: requests in both protocols, answers, and what became of them.
import type { XdsType } from "#envoy/type-url.ts";
import type { AdsResource, Desired } from "./resource.ts";

interface RequestBase {
  readonly typeUrl: string;
  /** `node.id`; empty where the request has no node. */
  readonly node: string;
  readonly nonce: string;
  /** `error_detail.message` of a NACK; undefined in all other requests. */
  readonly error: string | undefined;
}

export interface DeltaRequest extends RequestBase {
  readonly protocol: "delta";
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  readonly initialVersions: ReadonlyMap<string, string>;
}

export interface SotwRequest extends RequestBase {
  readonly protocol: "sotw";
  readonly names: readonly string[];
}

export type AdsRequest = DeltaRequest | SotwRequest;

/** `at` is milliseconds of one clock. */
export type AdsEvent<R extends AdsResource> =
  | { readonly kind: "request"; readonly at: number; readonly request: AdsRequest }
  | { readonly kind: "desired"; readonly at: number; readonly desired: Desired<R> }
  | { readonly kind: "tick"; readonly at: number };

export interface Answer<R> {
  readonly kind: "answer";
  readonly typeUrl: string;
  /** `system_version_info` or `version_info`; for people to read, clients compare it with nothing. */
  readonly version: string;
  readonly nonce: string;
  readonly resources: readonly R[];
  readonly removed: readonly string[];
}

export interface Acked {
  readonly kind: "acked";
  readonly type: XdsType;
  /** The label under which the answer was sent. */
  readonly version: string;
}

export interface Nacked {
  readonly kind: "nacked";
  readonly type: XdsType;
  /** What is taken as refused: what the client named, or all that was new in the answer. */
  readonly refused: readonly { readonly name: string; readonly version: string }[];
  /** The client's own words. */
  readonly message: string;
}

/** The stream ends with a gRPC status. */
export interface End {
  readonly kind: "end";
  readonly status: "INVALID_ARGUMENT" | "RESOURCE_EXHAUSTED";
  readonly message: string;
}

export type AdsOutput<R> = Answer<R> | Acked | Nacked | End;
