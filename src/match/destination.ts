// Destinations: what an outbound of a dataplane means, its names in Envoy, its protocol, its TLS and its endpoints.

import { freeze } from "#model/freeze.ts";
import type { Digest, Hash } from "#model/json.ts";
import { commonProtocol, protocolOf } from "#model/protocol.ts";
import { legacyName } from "#model/service-selector.ts";
import { type Protocol, SERVICE_TAG, type Tags } from "#model/tag.ts";
import type { Egress } from "./egress.ts";
import { externalDestination, outsideDestination } from "./external.ts";
import type { Destination, Security } from "./matched.ts";
import type { Member, Members } from "./member.ts";
import { type OutsideServices, outsideBehind } from "./outside-service.ts";
import type { Reach } from "./reach.ts";
import { resourceNames } from "./resource-name.ts";
import { hasAll } from "./select.ts";
import { isAvailable, isTlsReady, selectsMember } from "./service-index.ts";
import { sniOf } from "./sni.ts";
import type { ServiceTarget, Target } from "./target.ts";
import type { TlsJudge, TlsMode } from "./tls-mode.ts";

/** What destinations depend on, beside the members. */
export interface DestinationContext {
  readonly mesh: string;
  readonly tls: TlsMode;
  readonly members: Members;
  readonly digest: Digest;
  /** Whether a member takes nothing but mesh TLS. */
  readonly strict: TlsJudge;
  readonly egress: Egress;
  readonly outside: OutsideServices;
  /** Of service tags, and of ports of real resources. */
  readonly reach: Reach;
  readonly direct: Reach;
}

/** How other zones are reached for a target: as in Kuma, egresses lead to services by their tags alone. */
export function reachFor(target: Target, { reach, direct }: Pick<DestinationContext, "reach" | "direct">): Reach {
  return target.kind === "tags" ? reach : direct;
}

/** The members behind a target, in all zones and whatever their state. */
export function membersBehind(target: Target, members: Members): readonly Member[] {
  switch (target.kind) {
    case "tags":
      return (members.get(target.tags[SERVICE_TAG] ?? "") ?? []).filter(({ tags }) => hasAll(tags, target.tags));
    case "service":
      return membersOfService(target, members);
    case "multi":
      return [...new Set(target.services.flatMap((one) => membersOfService(one, members)))].sort(byNameAndPort);
    case "external":
      return [];
  }
}

/** Those of them that are offered: a MeshMultiZoneService gathers the available MeshServices alone. */
export function membersOffered(target: Target, members: Members): readonly Member[] {
  if (target.kind !== "multi") return membersBehind(target, members);
  return membersBehind({ ...target, services: target.services.filter(isAvailable) }, members);
}

function membersOfService({ service, port }: ServiceTarget, members: Members): readonly Member[] {
  const name = legacyName(service);
  const candidates = name === undefined ? [...members.values()].flat() : (members.get(name) ?? []);
  const found = candidates.filter((member) => selectsMember(service, port, member));
  return name === undefined ? found.sort(byNameAndPort) : found;
}

function byNameAndPort(a: Member, b: Member): number {
  const [first, second] = [a.dataplane.name, b.dataplane.name];
  return first < second ? -1 : first > second ? 1 : a.port - b.port;
}

/** The destination as generation needs it. */
export function destinationOf(target: Target, context: DestinationContext): Destination {
  switch (target.kind) {
    case "tags":
      return freeze(tagDestination(target, context));
    case "external":
      return freeze(externalDestination(target.external, context.mesh, context.egress));
    default:
      return freeze(resourceDestination(target, context));
  }
}

/**
 * Whether clients speak mesh TLS to a target. While a backend is PERMISSIVE some of the service's proxies may still be
 * without a certificate, and plaintext reaches all; unless none of them takes any.
 */
function isSecured(target: Target, { tls, members, strict }: DestinationContext): boolean {
  if (tls !== "PERMISSIVE") return tls === "STRICT";
  const services = target.kind === "service" ? [target.service] : [];
  if (target.kind === "multi") services.push(...target.services.map(({ service }) => service));
  if (services.length > 0 && services.every(isTlsReady)) return true;
  const behind = membersBehind(target, members);
  return behind.length > 0 && behind.every(strict);
}

/** TLS for all, or while that may not be, for what leads to other zones: their ingresses route by what a hello says. */
function securityOf(
  target: Target,
  context: DestinationContext,
  make: () => Security,
): Pick<Destination, "tls" | "acrossZones"> {
  if (isSecured(target, context)) return { tls: make() };
  const { tls } = context;
  const reach = reachFor(target, context);
  if (tls === "off" || reach.others.length === 0) return { tls: null };
  return { tls: null, acrossZones: { ...make(), zones: reach.others } };
}

function tagDestination(target: Target & { readonly kind: "tags" }, context: DestinationContext): Destination {
  const { mesh, members, digest, reach, outside, egress } = context;
  const { tags } = target;
  const service = tags[SERVICE_TAG] ?? "";
  const names = { cluster: tagCluster(tags, digest), routeConfig: `outbound:${service}`, virtualHost: service };
  const external = outsideBehind(tags, outside, members);
  if (external.length > 0) return { ...names, ...outsideDestination(target, external, mesh, egress), tags };
  const { tls, acrossZones } = securityOf(target, context, () => ({
    sni: sniOf(target, mesh),
    identities: [`spiffe://${mesh}/${service}`],
  }));
  const { cluster, routeConfig } = names;
  const protocol = serviceProtocol(members.get(service) ?? []);
  const spread = reach.others.length > 0 && reach.lack !== "mtls" && reach.priority === 0;
  // One literal for the most: these are asked for their members again and again.
  if (acrossZones === undefined) {
    return spread
      ? { cluster, routeConfig, virtualHost: service, protocol, tls, spread, tags }
      : { cluster, routeConfig, virtualHost: service, protocol, tls, tags };
  }
  return {
    ...names,
    protocol,
    tls,
    acrossZones,
    ...(spread && { spread }),
    tags,
  };
}

/** `backend`, or with more tags `backend-154693772bc47249`. */
export function tagCluster(tags: Tags, digest: Digest): string {
  const keys = Object.keys(tags).sort();
  const service = tags[SERVICE_TAG] ?? "";
  if (keys.length === 1) return service;
  return `${service}-${firstBits(digest(keys.map((key) => key + tags[key]).join("")))}`;
}

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The first 64 bits of a hash in hexadecimal, as Kuma writes them: of the eleven characters that hold them, two bits are left. */
function firstBits(hash: Hash): string {
  let bits = 0n;
  for (const character of hash.slice(0, 11)) bits = bits * 64n + BigInt(BASE64URL.indexOf(character));
  return (bits >> 2n).toString(16).padStart(16, "0");
}

/**
 * What all instances speak. Those that are not ready or have departed count too: else the last one's health check would
 * turn a service's HTTP routes into a TCP proxy.
 */
function serviceProtocol(members: readonly Member[]): Protocol {
  let protocol = members[0]?.protocol ?? "tcp";
  for (let at = 1; at < members.length; at++) protocol = commonProtocol(protocol, members[at]!.protocol);
  return protocol;
}

function resourceDestination(
  target: Extract<Target, { readonly kind: "service" | "multi" }>,
  context: DestinationContext,
): Destination {
  const { mesh, members } = context;
  const { port } = target;
  const resource = target.kind === "service" ? target.service : target.multi;
  const services = target.kind === "service" ? [target] : target.services;
  const { tags, ...names } = resourceNames(resource, port.name || String(port.port), port.port, mesh);
  return {
    ...names,
    protocol: protocolOf(port.appProtocol ?? "tcp") ?? "tcp",
    ...securityOf(target, context, () => ({
      sni: sniOf(target, mesh),
      identities: identitiesOf(mesh, services, members, resource.name),
    })),
    tags,
  };
}

/** Those that the services declare, else those of their members. Never none: a client would then accept any peer of the mesh. */
function identitiesOf(
  mesh: string,
  services: readonly ServiceTarget[],
  members: Members,
  fallback: string,
): readonly string[] {
  const found = new Set<string>();
  for (const one of services) {
    const { service } = one;
    const declared = service.spec.identities ?? [];
    for (const { type, value } of declared) found.add(type === "ServiceTag" ? `spiffe://${mesh}/${value}` : value);
    if (declared.length > 0) continue;
    const tags = membersOfService(one, members).flatMap(({ tags: { [SERVICE_TAG]: name } }) => name ?? []);
    const names = tags.length > 0 ? tags : [legacyName(service) ?? service.name];
    for (const name of names) found.add(`spiffe://${mesh}/${name}`);
  }
  if (found.size === 0) found.add(`spiffe://${mesh}/${fallback}`);
  const [only] = services;
  // A service's own list keeps its order.
  return services.length === 1 && (only?.service.spec.identities?.length ?? 0) > 0 ? [...found] : [...found].sort();
}
