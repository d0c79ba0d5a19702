// SPIFFE names: what a dataplane is called in its certificate, in Kuma 2.14's order.
import { SERVICE_TAG, type Tags } from "./tag.ts";

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
