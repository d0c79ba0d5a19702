// Where redirected traffic comes in: listeners that hand connections to those of their destination, and pass on the rest.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import type { MatchedProxy, Redirect } from "#match/matched.ts";
import { hole } from "#snapshot/template.ts";
import { tcpProxy } from "./connection.ts";
import type { Extras } from "./extras.ts";
import { type Chain, tcpChain } from "./listener.ts";
import type { Source, Tracer } from "./trace.ts";

/** The two families, with the addresses that listen for all of one, and that passed connections to applications come from. */
const FAMILIES = [
  { family: "ipv4", any: "0.0.0.0", source: "127.0.0.6" },
  { family: "ipv6", any: "::", source: "::6" },
] as const;
export type Family = (typeof FAMILIES)[number]["family"];

/** Connections to it end at once. */
const NOWHERE = {
  INBOUND: "self_transparentproxy_no_destination_inbound",
  OUTBOUND: "self_transparentproxy_no_destination_outbound",
};

type Direction = keyof typeof NOWHERE;

/** Outbound traffic that leads to nothing in the mesh, before policies have spoken and after. */
export interface Passthrough {
  /** All of it passes; else only what `chains` of a listener let pass. */
  open: boolean;
  /** Who decided. */
  readonly sources: Source[];
  readonly listeners: readonly PassthroughListener[];
}

export interface PassthroughListener {
  readonly family: Family;
  readonly body: ListenerJson;
  /** In place of the one chain for all, which is there once all have said what passes. */
  chains: readonly Chain[];
}

/** What passes when no policy says anything. */
export function passthroughOf({ ipv6, passthrough }: Redirect): Passthrough {
  const families = FAMILIES.filter(({ family }) => ipv6 || family === "ipv4");
  const listeners = families.map(({ family, any }) => {
    const body = bare("OUTBOUND", family, any, hole<number>("proxy.redirectOutbound"));
    return { family, body, chains: [] };
  });
  return { open: passthrough, sources: [], listeners };
}

export interface RedirectedInput {
  readonly redirect: Redirect;
  /** Nothing arrives but at the sockets of inbounds. */
  readonly closed: boolean;
}

/**
 * Whether redirected connections go to inbounds alone: in a STRICT mesh the rest is closed, for nothing would ask who calls. A
 * declared port at another of the machine's addresses is closed as well: no inbound listens there.
 */
export function isClosed({ tls }: Partial<Pick<MatchedProxy, "tls">>): boolean {
  return tls === "STRICT";
}

/** Gives listeners without chains the one for all, and the cluster that it leads to. */
export function completePassthrough({ open, listeners, sources }: Passthrough, extras: Extras, tracer: Tracer): void {
  for (const listener of listeners) {
    if (listener.chains.length > 0) continue;
    const name = nameOf("OUTBOUND", listener.family);
    const cluster = open ? name : NOWHERE.OUTBOUND;
    const chain = chainTo(cluster, name);
    listener.chains = [chain];
    tracer.note(chain.body, ...sources);
    extras.cluster(open ? originalCluster(cluster) : nowhere(cluster));
  }
}

/** The listeners that traffic is redirected to, and the clusters that inbound traffic is led to. */
export function addRedirected(passthrough: Passthrough, { redirect, closed }: RedirectedInput, extras: Extras): void {
  for (const { body, chains } of passthrough.listeners) {
    body.filterChains = chains.map((chain) => chain.body);
    extras.listener(body);
  }
  if (!redirect.inbound) return;
  for (const { family, any, source } of FAMILIES) {
    if (family === "ipv6" && !redirect.ipv6) continue;
    const name = nameOf("INBOUND", family);
    const body = bare("INBOUND", family, any, hole<number>("proxy.redirectInbound"));
    body.filterChains = [chainTo(closed ? NOWHERE.INBOUND : name, name).body];
    extras.listener(body);
    const upstreamBindConfig = { sourceAddress: { address: source, portValue: 0 } };
    extras.cluster(closed ? nowhere(NOWHERE.INBOUND) : { ...originalCluster(name), upstreamBindConfig });
  }
}

/** `outbound:passthrough:ipv4`. */
function nameOf(direction: Direction, family: Family): string {
  return `${direction.toLowerCase()}:passthrough:${family}`;
}

function bare(direction: Direction, family: Family, address: string, port: number): ListenerJson {
  const body: ListenerJson = {
    name: nameOf(direction, family),
    trafficDirection: direction,
    address: { socketAddress: { address, portValue: port } },
    useOriginalDst: true,
  };
  return direction === "INBOUND" ? { ...body, enableReusePort: true } : body;
}

function chainTo(cluster: string, stat: string): Chain {
  return tcpChain(tcpProxy(statOf(stat), cluster));
}

/** A stat name without characters that a pattern would have to escape. */
export function statOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, "_");
}

/** Where a connection was meant to go before it was redirected. */
export function originalCluster(name: string): ClusterJson {
  return {
    name,
    altStatName: statOf(name),
    type: "ORIGINAL_DST",
    connectTimeout: "5s",
    lbPolicy: "CLUSTER_PROVIDED",
    circuitBreakers: { thresholds: [{ trackRemaining: true }] },
  };
}

function nowhere(name: string): ClusterJson {
  return {
    name,
    altStatName: statOf(name),
    type: "STATIC",
    connectTimeout: "5s",
    circuitBreakers: { thresholds: [{ trackRemaining: true }] },
  };
}
