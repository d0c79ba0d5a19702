// SPIFFE names and the URI SANs of a leaf, in Kuma 2.14's order.
import { SERVICE_TAG, type Tags } from "#model/tag.ts";

/** The parts of a Dataplane that name it: tags of each inbound, or of the gateway, and that it listens as an egress. */
export interface Named {
  readonly networking: {
    readonly inbound?: readonly { readonly tags?: Tags | undefined }[] | undefined;
    readonly gateway?: { readonly tags?: Tags | undefined } | undefined;
    readonly listeners?: readonly { readonly type?: string | undefined }[] | undefined;
  };
}

const EGRESS_TAGS: Tags = { [SERVICE_TAG]: "zone-egress" };

/** What a zone's egress is named in every mesh that it serves, as in Kuma. */
export const EGRESS_NAMED: Named = { networking: { inbound: [{ tags: EGRESS_TAGS }] } };

/** `spiffe://<mesh>`: what a root and an intermediate are named. */
export function trustDomain(mesh: string): string {
  return `spiffe://${mesh}`;
}

/** `spiffe://<mesh>/<service>`. */
export function serviceId(mesh: string, service: string): string {
  return `spiffe://${mesh}/${service}`;
}

/** `kuma://<key>/<value>`. */
export function tagUri(key: string, value: string): string {
  return `kuma://${key}/${value}`;
}

/** Every tag of a dataplane with all its values over all inbounds (or the gateway), keys and values sorted. */
export function tagValues(dataplane: Named): ReadonlyMap<string, readonly string[]> {
  const { gateway, inbound = [], listeners = [] } = dataplane.networking;
  const sets = new Map<string, Set<string>>();
  const named = gateway !== undefined ? [gateway.tags ?? {}] : inbound.map((one) => one.tags ?? {});
  // Clients look for this name in the certificate of whatever they take for an egress.
  if (listeners.some(({ type }) => type === "ZoneEgress")) named.push(EGRESS_TAGS);
  for (const tags of named)
    for (const [key, value] of Object.entries(tags)) sets.set(key, (sets.get(key) ?? new Set()).add(value));
  return new Map([...sets.keys()].sort().map((key) => [key, [...(sets.get(key) as Set<string>)].sort()]));
}

/**
 * URI SANs of a dataplane's one certificate: `spiffe://<mesh>/<service>` for each service, then `kuma://<tag>/<value>`
 * for each tag, kuma.io/service included. Empty when it has no tags, and then it can have no certificate.
 */
export function leafUris(mesh: string, dataplane: Named): readonly string[] {
  const tags = tagValues(dataplane);
  const services = (tags.get(SERVICE_TAG) ?? []).map((service) => serviceId(mesh, service));
  return [...services, ...[...tags].flatMap(([key, values]) => values.map((value) => tagUri(key, value)))];
}

/**
 * The host of a URI as OpenSSL and BoringSSL (Envoy) see it when they check name constraints, lower-case: from `://` to
 * the first colon anywhere after, else to the first slash, else to the end. So `kuma://version/a:b` has the host
 * `version/a`, which no constraint permits. Null when there is none: such a name can stand below no constraint.
 */
export function uriHost(uri: string): string | null {
  const start = uri.indexOf("://");
  if (start <= 0) return null;
  const rest = uri.slice(start + 3);
  const end = rest.includes(":") ? rest.indexOf(":") : rest.includes("/") ? rest.indexOf("/") : rest.length;
  return end === 0 ? null : rest.slice(0, end).toLowerCase();
}

/** The host under which the URIs of a tag key stand: `kuma.io` for `kuma.io/service`, `version` for `version`. */
export function tagHost(key: string): string | null {
  return uriHost(tagUri(key, "x"));
}
