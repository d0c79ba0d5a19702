// ExternalServices: services by tag whose instances are addresses outside the mesh.
import { isHostName, isIP } from "#model/address.ts";
import { type ExternalServiceSpec, type ExternalServiceTls, hostAndPort } from "#model/kind/external-service.ts";
import { inlineText } from "#model/kind/mesh-external-service.ts";
import { kriOf } from "#model/kri-of.ts";
import { commonProtocol, protocolOf } from "#model/protocol.ts";
import type { Resource } from "#model/resource.ts";
import { PROTOCOL_TAG, type Protocol, SERVICE_TAG, type Tags, ZONE_TAG } from "#model/tag.ts";
import { certificateFaults } from "./certificate-fault.ts";
import { shownTo } from "./client-certificate.ts";
import type { MatchFault } from "./fault.ts";
import type { ExternalPeer, ExternalPlace } from "./matched.ts";
import type { Members } from "./member.ts";
import { hasAll } from "./select.ts";

export type OutsideService = Resource<ExternalServiceSpec>;

/** By the value of kuma.io/service, sorted by name. */
export type OutsideServices = ReadonlyMap<string, readonly OutsideService[]>;

/** Those of a view. */
export function outsideServicesOf(list: readonly OutsideService[]): OutsideServices {
  const found = new Map<string, OutsideService[]>();
  for (const one of [...list].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const service = one.spec.tags?.[SERVICE_TAG] ?? "";
    if (service !== "") found.set(service, [...(found.get(service) ?? []), one]);
  }
  return found;
}

/** Those that tags mean; none where the mesh itself has the service, for its own instances come first. */
export function outsideBehind(tags: Tags, outside: OutsideServices, members: Members): readonly OutsideService[] {
  const service = tags[SERVICE_TAG] ?? "";
  if (outside.size === 0 || (members.get(service) ?? []).length > 0) return [];
  return (outside.get(service) ?? []).filter(({ spec }) => hasAll(spec.tags ?? {}, tags));
}

/** Whether the zone's own egresses reach it: one of another zone is reached through that zone. */
export function isOutsideOf(zone: string, { spec }: OutsideService): boolean {
  return (spec.tags?.[ZONE_TAG] ?? zone) === zone;
}

/** What all of them speak. */
export function outsideProtocol(services: readonly OutsideService[]): Protocol {
  return services
    .map(({ spec }) => protocolOf(spec.tags?.[PROTOCOL_TAG] ?? "tcp") ?? "tcp")
    .reduce((one, other) => commonProtocol(one, other));
}

/** Where they are, each with its own TLS. */
export function outsidePlace(services: readonly OutsideService[]): ExternalPlace {
  const endpoints = services.flatMap(({ spec: { networking } }) => {
    const place = hostAndPort(networking?.address ?? "");
    const tls = networking?.tls?.enabled === true && place !== null ? peerOf(networking.tls, place.host) : null;
    return place === null ? [] : [{ address: place.host, port: place.port, priority: 0, tls }];
  });
  const kinds = new Set(endpoints.map(({ tls }) => JSON.stringify(tls)));
  if (kinds.size > 1) return { endpoints, tls: null };
  return { endpoints: endpoints.map(({ tls: _tls, ...place }) => place), tls: endpoints[0]?.tls ?? null };
}

/** As in Kuma, no certificate is judged where no CA is said. */
function peerOf(tls: ExternalServiceTls, host: string): ExternalPeer {
  const { caCert, serverName, allowRenegotiation = false, skipHostnameVerification = false } = tls;
  const name = serverName || (!isIP(host) && isHostName(host) ? host : null);
  return {
    serverName: name,
    trust: caCert === undefined ? "any" : { pem: inlineText(caCert) ?? "" },
    names: caCert === undefined || skipHostnameVerification ? null : [{ type: "Exact", value: name ?? host }],
    renegotiation: allowRenegotiation,
    ...shownTo(tls),
  };
}

/** What of an ExternalService cannot be given to those who connect to it. */
export function outsideFaults(service: OutsideService): readonly MatchFault[] {
  const { caCert, enabled } = service.spec.networking?.tls ?? {};
  if (enabled !== true) return [];
  return certificateFaults({ caCert }, kriOf(service), "networking.tls");
}
