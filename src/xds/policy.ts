// What a policy is to generation: a row that writes its own fields into the parts of an inbound or an outbound.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { RouteConfigurationJson } from "#envoy/generated/envoy/config/route/v3/route_pb.ts";
import type { InboundPolicy } from "#match/matched.ts";
import type { Protocol } from "#model/tag.ts";
import type { Chain } from "./listener.ts";
import type { Tracer } from "./trace.ts";

export interface InboundParts {
  readonly mesh: string;
  readonly protocol: Protocol;
  readonly tls: "off" | "STRICT" | "PERMISSIVE";
  readonly chains: readonly Chain[];
  readonly cluster: ClusterJson;
  /** Null where no requests are read. */
  readonly routes: RouteConfigurationJson | null;
  /** Stat prefix of a network RBAC filter; a hole. */
  readonly rbacStat: string;
}

export interface OutboundParts {
  readonly mesh: string;
  readonly protocol: Protocol;
  readonly chains: readonly Chain[];
  readonly cluster: ClusterJson;
  readonly routes: RouteConfigurationJson | null;
}

/** One policy; it knows no other. A value that Envoy could not take is a complaint, and something safe stands for it. */
export interface PolicyWriter {
  readonly type: string;
  /** `policy` is undefined where none holds; then the policy's own default is written. */
  readonly inbound?: (parts: InboundParts, policy: InboundPolicy | undefined, tracer: Tracer) => void;
  readonly outbound?: (parts: OutboundParts, conf: unknown, tracer: Tracer) => void;
  /** What stands where `inbound` failed: never less safe than the policy meant. Absent = as if no policy held. */
  readonly failed?: (parts: InboundParts, tracer: Tracer) => void;
}
