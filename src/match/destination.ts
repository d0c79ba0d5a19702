// Destinations: what an outbound of a dataplane means, its names in Envoy, its protocol, its TLS and its endpoints.
import type { EndpointSet } from "#model/endpoint.ts";
import { freeze } from "#model/freeze.ts";
import type { Digest, Hash } from "#model/json.ts";
import { formatKri } from "#model/kri.ts";
import { kriPartsOf } from "#model/kri-of.ts";
import { commonProtocol, protocolOf } from "#model/protocol.ts";
import { hashSni, tagSni } from "#model/sni.ts";
import { type Protocol, SERVICE_TAG, type Tags } from "#model/tag.ts";
import type { Destination } from "./matched.ts";
import type { Member, Members } from "./member.ts";
import { hasAll } from "./select.ts";
import { isTlsReady, legacyName, selectsMember } from "./service-index.ts";
import type { Target } from "./target.ts";
import type { TlsJudge, TlsMode } from "./tls-mode.ts";

/** What destinations depend on, beside the members. */
export interface DestinationContext {
  readonly mesh: string;
  readonly tls: TlsMode;
  readonly members: Members;
  readonly digest: Digest;
  /** Whether a member takes nothing but mesh TLS. */
  readonly strict: TlsJudge;
}

/** The members behind a target, in all zones and whatever their state. */
export function membersBehind(target: Target, members: Members): readonly Member[] {
  if (target.kind === "tags") {
    return (members.get(target.tags[SERVICE_TAG] ?? "") ?? []).filter(({ tags }) => hasAll(tags, target.tags));
  }
  const { service, port } = target;
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
  return freeze(target.kind === "tags" ? tagDestination(target, context) : serviceDestination(target, context));
}

/**
 * Whether clients speak mesh TLS to a target. While a backend is PERMISSIVE some of the service's proxies may still be
 * without a certificate, and plaintext reaches all; unless none of them takes any.
 */
function isSecured(target: Target, { tls, members, strict }: DestinationContext): boolean {
  if (tls !== "PERMISSIVE") return tls === "STRICT";
  if (target.kind === "service" && isTlsReady(target.service)) return true;
  const behind = membersBehind(target, members);
  return behind.length > 0 && behind.every(strict);
}

function tagDestination(target: Target & { readonly kind: "tags" }, context: DestinationContext): Destination {
  const { mesh, members, digest } = context;
  const { tags } = target;
  const service = tags[SERVICE_TAG] ?? "";
  return {
    cluster: tagCluster(tags, digest),
    routeConfig: `outbound:${service}`,
    virtualHost: service,
    protocol: serviceProtocol(members.get(service) ?? []),
    tls: isSecured(target, context) ? { sni: tagSni(mesh, tags), identities: [`spiffe://${mesh}/${service}`] } : null,
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
  const [first, ...others] = members;
  return others.reduce((protocol, member) => commonProtocol(protocol, member.protocol), first?.protocol ?? "tcp");
}

function serviceDestination(target: Target & { readonly kind: "service" }, context: DestinationContext): Destination {
  const { mesh, members } = context;
  const { service, port } = target;
  const section = port.name || String(port.port);
  const parts = kriPartsOf(service, section);
  const cluster = `${mesh}_${parts.name}_${parts.namespace}_${parts.zone}_${parts.shortName}_${port.port}`;
  const kri = formatKri(parts);
  return {
    cluster,
    routeConfig: kri,
    virtualHost: cluster,
    protocol: protocolOf(port.appProtocol ?? "tcp") ?? "tcp",
    tls: isSecured(target, context)
      ? { sni: hashSni("msvc", mesh, service.name, port.port), identities: identitiesOf(mesh, target, members) }
      : null,
    tags: { "kuma.io/unified-name": kri },
  };
}

/** Those that the service declares, else those of its members. Never none: a client would then accept any peer of the mesh. */
function identitiesOf(
  mesh: string,
  target: Target & { readonly kind: "service" },
  members: Members,
): readonly string[] {
  const { service } = target;
  const declared = (service.spec.identities ?? []).map(({ type, value }) =>
    type === "ServiceTag" ? `spiffe://${mesh}/${value}` : value,
  );
  if (declared.length > 0) return declared;
  const tags = membersBehind(target, members).flatMap(({ tags: { [SERVICE_TAG]: name } }) => name ?? []);
  const names = new Set(tags.length > 0 ? tags : [legacyName(service) ?? service.name]);
  return [...names].sort().map((name) => `spiffe://${mesh}/${name}`);
}

/** The endpoints behind a target that this zone can reach. */
export function endpointSetOf(target: Target, cluster: string, members: Members): EndpointSet {
  const endpoints = membersBehind(target, members).flatMap(({ endpoint }) => endpoint ?? []);
  return { cluster, endpoints };
}
