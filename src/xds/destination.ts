// A destination's names in templates, the values that fill them, and its cluster.
import type { SubjectAltNameMatcherJson } from "#envoy/generated/envoy/extensions/transport_sockets/tls/v3/common_pb.ts";
import type { Destination, Policies } from "#match/matched.ts";
import type { Bindings, Json } from "#model/json.ts";
import { parseKri } from "#model/kri.ts";
import type { LocalityRules } from "#model/locality.ts";
import { fnv1a64 } from "#model/sni.ts";
import { SERVICE_TAG, ZONE_TAG } from "#model/tag.ts";
import { hole, joined } from "#snapshot/template.ts";
import { ownTag } from "./client-tags.ts";
import { meshCluster } from "./cluster.ts";
import { externalCluster } from "./external-cluster.ts";
import { POLICY_WRITERS } from "./policies.ts";
import type { ClusterParts } from "./policy.ts";
import { type Generated, generated } from "./resource.ts";
import { clientTls, peerMatcher } from "./tls.ts";
import { Tracer } from "./trace.ts";

/** Tag of a real resource: its KRI. */
const UNIFIED_NAME = "kuma.io/unified-name";

/** A destination's values as they stand in templates: holes. */
export interface Notation {
  readonly cluster: string;
  readonly routeConfig: string;
  readonly virtualHost: string;
  /** What people call it: the service tag, or the display name of a real resource. */
  readonly service: string;
  readonly tags: Record<string, string>;
  readonly sni: string;
  readonly peers: SubjectAltNameMatcherJson[];
}

/** The cluster of destinations of one form: a function of protocol, TLS and conf. */
export function generateCluster(mesh: string, destination: Destination, policies: Policies): Generated {
  const names = notationOf(mesh, destination);
  const socket = destination.tls === null ? null : clientTls(mesh, names.sni, names.peers);
  const { external, protocol } = destination;
  const cluster =
    external === undefined ? meshCluster(names.cluster, socket) : externalCluster(names.cluster, external, protocol);
  const { acrossZones } = destination;
  if (acrossZones !== undefined) {
    // An ingress routes by the server name, so plaintext would reach nobody there but whoever listens in between.
    cluster.transportSocketMatches = acrossZones.zones.map((zone) => ({
      name: `zone ${zone}`,
      match: { [ZONE_TAG]: zone },
      transportSocket: clientTls(mesh, names.sni, names.peers),
    }));
  }
  const tracer = new Tracer();
  let locality: LocalityRules | null = null;
  const arrange: ClusterParts["arrange"] = (rules, ...sources) => {
    const eds = cluster.edsClusterConfig;
    if (eds === undefined) return;
    tracer.set(eds, "serviceName", arrangedName(names.cluster, rules), ...sources);
    locality = rules;
  };
  const spread = destination.spread === true;
  const parts: ClusterParts = { mesh, protocol: destination.protocol, cluster, spread, arrange };
  for (const { type, always, cluster: write } of POLICY_WRITERS) {
    const merged = policies[type];
    if (write === undefined || (merged === undefined && always !== true)) continue;
    if (
      !tracer.attempt(type, () => write(parts, merged?.conf, tracer)) &&
      cluster.edsClusterConfig?.serviceName === undefined
    )
      locality = null;
  }
  return generated({ cluster, locality }, tracer);
}

/** `backend#1f0c…,zone-a`: the rules by their hash, then the proxy's own values of the tags that they look at. */
function arrangedName(cluster: string, rules: LocalityRules): string {
  const name = joined`${cluster}#${fnv1a64(JSON.stringify(rules))}`;
  // A comma is in no tag's value.
  return rules.affinity.reduce((text, { key }) => joined`${text},${ownTag(key)}`, name);
}

/** Holes for what differs between destinations of one form. */
export function notationOf(mesh: string, destination: Destination): Notation {
  return isPlainService(mesh, destination) ? serviceNotation(mesh) : RESOURCE_NOTATION;
}

/** The entry's bindings for what comes from the destination; the listener adds `address` and `port`. */
export function destinationBindings(mesh: string, destination: Destination): Bindings {
  if (isPlainService(mesh, destination)) return { service: destination.cluster };
  const { cluster, virtualHost, tags } = destination;
  const tls = destination.tls ?? destination.acrossZones;
  const service = tags[SERVICE_TAG] ?? parseKri(tags[UNIFIED_NAME] ?? "")?.name ?? virtualHost;
  const own = { cluster, routeConfig: routeConfigOf(destination), virtualHost, service, tags };
  if (tls === undefined) return own;
  return { ...own, sni: tls.sni, peers: tls.identities.map(peerMatcher) as unknown as Json };
}

/**
 * Name of the destination's route configuration. Kuma writes routes inline and gives all subsets of a service one name;
 * routes of their own need one name each, so a subset's is made of its cluster's.
 */
export function routeConfigOf({ cluster, virtualHost, routeConfig }: Destination): string {
  return cluster === virtualHost ? routeConfig : `outbound:${cluster}`;
}

/** Whether the destination is a resource (MeshService), and not a service's tag. */
export function isResource({ tags }: Destination): boolean {
  return tags[SERVICE_TAG] === undefined;
}

/** All of whose names follow from the service's: such destinations share short bindings. */
export function isPlainService(mesh: string, destination: Destination): boolean {
  const { cluster, routeConfig, virtualHost, tags, acrossZones = null } = destination;
  const tls = destination.tls ?? acrossZones;
  return (
    virtualHost === cluster &&
    tags[SERVICE_TAG] === cluster &&
    Object.keys(tags).length === 1 &&
    isJoined(routeConfig, ["outbound:", cluster]) &&
    (tls === null ||
      (tls.identities.length === 1 &&
        isJoined(tls.identities[0] as string, ["spiffe://", mesh, "/", cluster]) &&
        isJoined(tls.sni, [cluster, "{mesh=", mesh, "}"])))
  );
}

/** Whether the text is these parts, one after the other; asked of every destination, so no text is made. */
function isJoined(text: string, parts: readonly string[]): boolean {
  let at = 0;
  for (const part of parts) {
    if (!text.startsWith(part, at)) return false;
    at += part.length;
  }
  return at === text.length;
}

function serviceNotation(mesh: string): Notation {
  const service = hole("service");
  return {
    cluster: service,
    routeConfig: joined`outbound:${service}`,
    virtualHost: service,
    service,
    tags: { [SERVICE_TAG]: service },
    sni: joined`${service}{mesh=${mesh}}`,
    peers: [peerMatcher(joined`spiffe://${mesh}/${service}`)],
  };
}

const RESOURCE_NOTATION: Notation = {
  cluster: hole("cluster"),
  routeConfig: hole("routeConfig"),
  virtualHost: hole("virtualHost"),
  service: hole("service"),
  tags: hole<Record<string, string>>("tags"),
  sni: hole("sni"),
  peers: hole<SubjectAltNameMatcherJson[]>("peers"),
};
