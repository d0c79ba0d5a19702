// What matching remembers from proxy to proxy and from view to view; it changes the time and never the result.
import type { DataplaneSpec, Outbound } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { MatchFault } from "./fault.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import type { Destination, InboundPolicy, MatchedInbound, MatchedOutbound, MatchedProxy, Policies } from "./matched.ts";
import { newToMemo, type ToMemo } from "./outbound-policy.ts";
import type { Target } from "./target.ts";

/** What all proxies of one signature share. */
export interface Shape {
  /** The policies that select them, by id. */
  readonly policies: readonly IndexedPolicy[];
  /** Names the selection: equal for shapes that are selected by the same policies. */
  readonly selection: string;
  /** Their outbound traffic is redirected to them. */
  readonly redirected: boolean;
  /** What holds for that of it that leads to nothing in the mesh; null without redirection. */
  readonly passing: Policies | null;
  /** What proxy-wide policies say of the proxy as a whole. */
  readonly wide: Policies;
  readonly inbounds: readonly MatchedInbound[];
  readonly faults: readonly MatchFault[];
}

/** Valid while policies and the mesh's TLS mode are the same. */
export interface InboundMemo {
  readonly shapes: Map<string, Shape>;
  readonly policies: Map<
    string,
    { readonly said: Readonly<Record<string, InboundPolicy>>; readonly faults: readonly MatchFault[] }
  >;
  /** By the ids of the proxy-wide policies. */
  readonly wide: Map<string, Policies>;
  readonly inbounds: Map<string, MatchedInbound>;
  readonly lists: Map<string, readonly MatchedInbound[]>;
  /** What is said of traffic that leads to nothing in the mesh. */
  readonly passing: ToMemo;
}

/** Valid while policies and services are the same. */
export interface OutboundMemo {
  readonly to: ToMemo;
  readonly outbounds: WeakMap<Destination, Map<string, MatchedOutbound>>;
}

/** What matching found of one dataplane. */
export interface Found {
  readonly matched: MatchedProxy;
  readonly faults: readonly MatchFault[];
}

/** Of one selection and target, by socket: the port alone where the address is the usual one. */
export type BySocket = Map<number | string, MatchedOutbound>;

/** What a proxy listed, where all of it was found, and what was made of it. */
export interface LastList {
  readonly listed: readonly Outbound[];
  readonly selection: string;
  readonly outbounds: readonly MatchedOutbound[];
}

/** Valid while every destination is the same; the generation before lends what comes out equal. */
export interface ProxyMemo {
  /** By selection. */
  readonly outbounds: Map<string, Map<Target, BySocket>>;
  /** By a number made of what they list: those of one number are few, and compared. */
  readonly lists: Map<number, (readonly MatchedOutbound[])[]>;
  /** By selection and virtual list: what those have that list nothing themselves. */
  readonly virtual: Map<string, Map<readonly Outbound[], readonly MatchedOutbound[]>>;
  readonly proxies: WeakMap<Resource<DataplaneSpec>, Found>;
  /** The proxy before: the next is often another instance of its service, and lists the same. */
  last: LastList | null;
  readonly older?: Pick<ProxyMemo, "lists" | "proxies">;
}

export interface Memo {
  readonly inbound: InboundMemo;
  readonly outbound: OutboundMemo;
  readonly proxy: ProxyMemo;
}

export function newInboundMemo(): InboundMemo {
  return {
    shapes: new Map(),
    policies: new Map(),
    wide: new Map(),
    inbounds: new Map(),
    lists: new Map(),
    passing: newToMemo(),
  };
}

export function newOutboundMemo(): OutboundMemo {
  return { to: newToMemo(), outbounds: new WeakMap() };
}

export function newProxyMemo(older?: ProxyMemo): ProxyMemo {
  const own = { outbounds: new Map(), lists: new Map(), virtual: new Map(), proxies: new WeakMap(), last: null };
  return older === undefined ? own : { ...own, older: { lists: older.lists, proxies: older.proxies } };
}
