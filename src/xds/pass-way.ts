// A destination in the zone at a dataplane's ingress listener: the chain that passes bytes on, as policies want it.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import type { InboundPolicy } from "#match/matched.ts";
import type { PassChain } from "#match/passing.ts";
import { hole } from "#snapshot/template.ts";
import { Extras } from "./extras.ts";
import { type GeneratedWay, writeCallers } from "./leaving.ts";
import { CONNECT_TIMEOUT, openPassChain } from "./passing.ts";
import type { InboundParts } from "./policy.ts";
import { generated } from "./resource.ts";
import { Tracer } from "./trace.ts";

/** `made` has no cluster: that of the destination is one of a group, and `connectTimeout` is what policies say of it. */
export interface PassWay extends GeneratedWay {
  readonly connectTimeout?: string;
}

export function generatePass(mesh: string, pass: PassChain, said: Readonly<Record<string, InboundPolicy>>): PassWay {
  const chain = openPassChain(pass);
  const cluster: ClusterJson = { name: pass.cluster, connectTimeout: CONNECT_TIMEOUT };
  const tracer = new Tracer();
  const extras = new Extras(tracer);
  const parts: InboundParts = {
    mesh,
    protocol: "tcp",
    tls: "off",
    service: pass.cluster,
    chains: [chain],
    cluster,
    routes: null,
    rbacStat: hole("rbac"),
    inspect: { tls: true },
    extras,
    forZone: true,
  };
  writeCallers(parts, said, tracer);
  const listener: ListenerJson = { name: hole("listener"), filterChains: [chain.body] };
  const made = generated({ listener, extras }, tracer);
  const { connectTimeout = CONNECT_TIMEOUT } = cluster;
  return { chain: chain.body, made, ...(connectTimeout !== CONNECT_TIMEOUT && { connectTimeout }) };
}
