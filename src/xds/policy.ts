// What a policy is to generation: a row that writes its own fields into the parts of a proxy.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { RouteJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { RouteConfigurationJson } from "#envoy/generated/envoy/config/route/v3/route_pb.ts";
import type { InboundPolicy, MatchedBackend } from "#match/matched.ts";
import type { LocalityRules } from "#model/locality.ts";
import type { Protocol } from "#model/tag.ts";
import type { ToldConfigs } from "./dynamic-config.ts";
import type { Extras } from "./extras.ts";
import type { Chain } from "./listener.ts";
import type { Source, Tracer } from "./trace.ts";
import type { Passthrough } from "./transparent-proxy.ts";

export interface InboundParts {
  readonly mesh: string;
  readonly protocol: Protocol;
  readonly tls: "off" | "STRICT" | "PERMISSIVE";
  /** Name of the service; a hole. */
  readonly service: string;
  readonly chains: readonly Chain[];
  readonly cluster: ClusterJson;
  /** Null where no requests are read. */
  readonly routes: RouteConfigurationJson | null;
  /** Stat prefix of a network RBAC filter; a hole. */
  readonly rbacStat: string;
  /** What the listener has to find out of a connection before a chain is chosen. */
  readonly inspect: { tls: boolean };
  readonly extras: Extras;
  /** A dataplane listens there for its zone: what passes goes neither to its program nor comes from there. */
  readonly forZone?: true;
}

/** One outbound's listener and routes. */
export interface OutboundParts {
  readonly mesh: string;
  readonly protocol: Protocol;
  readonly chains: readonly Chain[];
  readonly routes: RouteConfigurationJson | null;
  /** Name of the cluster of the destination itself; a hole. */
  readonly cluster: string;
  /** What people call the destination, and the name of its virtual host; holes. */
  readonly service: string;
  readonly virtualHost: string;
  /** What backendRefs lead to, by their key. */
  readonly backends: ReadonlyMap<string, MatchedBackend>;
  /** The destination is outside the mesh: its servers want their own name in a request. */
  readonly external: boolean;
  /** The destination is a resource, and not a service's tag. */
  readonly resource: boolean;
  /** KRIs of the MeshHTTPRoutes behind the rules of the merged one; empty where none has policies of its own. */
  readonly ruleRoutes: readonly string[];
  /** KRI of the MeshHTTPRoute that made a route; whoever makes routes enters them, so that policies for it alone find them. */
  readonly madeBy: Map<RouteJson, string>;
  readonly extras: Extras;
}

/** One route of an outbound. */
export interface RouteParts {
  readonly mesh: string;
  readonly protocol: Protocol;
  /** The destination is a resource, and not a service's tag. */
  readonly resource: boolean;
  readonly route: RouteJson;
}

/** The cluster of one destination, whether an outbound of its own or a route leads there. */
export interface ClusterParts {
  readonly mesh: string;
  readonly protocol: Protocol;
  readonly cluster: ClusterJson;
  /** The cluster's own set has other zones' endpoints beside the own zone's. */
  readonly spread: boolean;
  /** Who has the cluster is no dataplane: it has no tags to say. */
  readonly untagged?: true;
  /** Gives the cluster an endpoint set of its own, arranged by rules that hold for whoever has this cluster. */
  readonly arrange: (rules: LocalityRules, ...sources: readonly Source[]) => void;
}

/** What a proxy has once, beside its inbounds and outbounds. */
export interface ProxyParts {
  readonly mesh: string;
  readonly extras: Extras;
  /** What Envoy tells the program beside it. */
  readonly told: ToldConfigs;
  /** What becomes of redirected traffic that leads to nothing in the mesh; null without redirection. */
  readonly passthrough: Passthrough | null;
}

/** The ways out of the mesh of redirected traffic, after `proxy` of all policies that say what passes. */
export interface PassthroughParts {
  readonly mesh: string;
  /** Of the listeners of both families. */
  readonly chains: readonly Chain[];
  readonly extras: Extras;
}

/** One policy; it knows no other. A value that Envoy could not take is a complaint, and something safe stands for it. */
export interface PolicyWriter {
  readonly type: string;
  /** `outbound`, `route` and `cluster` are asked where no policy holds too, with an undefined conf: for what holds then. */
  readonly always?: true;
  /** `policy` is undefined where none holds; then the policy's own default is written. */
  readonly inbound?: (parts: InboundParts, policy: InboundPolicy | undefined, tracer: Tracer) => void;
  readonly outbound?: (parts: OutboundParts, conf: unknown, tracer: Tracer) => void;
  /** Each route, after `outbound` of all policies that make routes, with the conf that holds for it. */
  readonly route?: (parts: RouteParts, conf: unknown, tracer: Tracer) => void;
  /** Once for an outbound whose MeshHTTPRoutes have confs of their own, after `route`; by the KRI of each. */
  readonly routes?: (parts: OutboundParts, confs: ReadonlyMap<string, unknown>, tracer: Tracer) => void;
  readonly cluster?: (parts: ClusterParts, conf: unknown, tracer: Tracer) => void;
  readonly proxy?: (parts: ProxyParts, conf: unknown, tracer: Tracer) => void;
  /** Once where traffic is redirected, with the conf that holds for what leads to nothing in the mesh. */
  readonly passthrough?: (parts: PassthroughParts, conf: unknown, tracer: Tracer) => void;
  /** What stands where `inbound` failed: never less safe than the policy meant. Absent = as if no policy held. */
  readonly failed?: (parts: InboundParts, tracer: Tracer) => void;
}
