// Every name that Envoy sees, in Kuma 2.14's notation without unified naming.
import { hole, joined } from "#snapshot/template.ts";

/** The leaf certificate and key of each proxy; the relay supplies it per stream. */
export const identitySecret = (mesh: string): string => `identity_cert:secret:${mesh}`;

/** The certificates that a mesh trusts. */
export const bundleSecret = (mesh: string): string => `mesh_ca:secret:${mesh}`;

/** The name of a dataplane's listener that serves its zone. */
export const sectionName = (type: "ZoneIngress" | "ZoneEgress", section: string): string =>
  `self_${type.toLowerCase()}_dp_${section}`;

/** The only ALPN value between mesh proxies; tells their TLS from an application's own. */
export const MESH_ALPN = "kuma";

/** Name of the catch-all route: base64 of SHA-256 of the JSON of its matches, a constant of Kuma. */
export const CATCH_ALL_ROUTE = "9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=";

/** `inbound:10.0.0.1:8080`; an IPv6 address stands in brackets. */
export function listenerName(direction: "inbound" | "outbound", address: string, port: string, ipv6: boolean): string {
  return ipv6 ? joined`${direction}:[${address}]:${port}` : joined`${direction}:${address}:${port}`;
}

/** The names of one inbound. */
export interface InboundNames {
  readonly listener: string;
  readonly cluster: string;
  readonly routeConfig: string;
  readonly virtualHost: string;
  /** Of the HTTP connection manager, of tcp_proxy and of the cluster. */
  readonly stat: string;
  /** Of network RBAC: the listener's name with every other character replaced; made by `listenerStat`. */
  readonly rbacStat: string;
}

export interface InboundTraits {
  readonly index: number;
  readonly ipv6: boolean;
  /** It has a kuma.io/service tag. */
  readonly named: boolean;
  /** An earlier inbound of the proxy listens on the same address and port: this one cannot be served. */
  readonly listenerTaken: boolean;
  /** An earlier inbound of the proxy has taken the cluster's name. */
  readonly clusterTaken: boolean;
  /** An earlier inbound of the proxy has taken the route configuration's name. */
  readonly routeTaken: boolean;
  /** Its traffic is redirected: it listens on no socket of its own. */
  readonly redirected: boolean;
  /** Where connections to the application come from, so that they are not redirected again; null where they never are. */
  readonly source: string | null;
}

/**
 * Names of an inbound. Kuma writes routes inline and lets twin clusters shadow each other; routes of their own need unique
 * names, so a twin's name ends in its listener's port.
 */
export function inboundNames(traits: InboundTraits): InboundNames {
  const { index, ipv6, named, clusterTaken, routeTaken } = traits;
  const at = (name: string): string => hole(`${index}.${name}`);
  const listener = listenerName("inbound", at("address"), at("port"), ipv6);
  const cluster = joined`localhost:${at("servicePort")}`;
  const route = joined`inbound:${at("service")}`;
  return {
    listener,
    cluster: clusterTaken ? joined`${cluster}:${at("port")}` : cluster,
    routeConfig: !named ? listener : routeTaken ? joined`${route}:${at("port")}` : route,
    virtualHost: named ? at("service") : listener,
    stat: joined`localhost_${at("servicePort")}`,
    rbacStat: at("stat"),
  };
}

/** Stat prefix of a listener's network RBAC: what is no letter, digit, `_` or `-` becomes `_`. */
export function listenerStat(listener: string): string {
  return `${listener.replaceAll(/[^A-Za-z0-9_-]/g, "_")}.`;
}
