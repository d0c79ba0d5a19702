// Destinations outside the mesh: where a MeshExternalService is, and how its certificate is judged; or that an egress knows.

import { isHostName, isIP } from "#model/address.ts";
import { type ExternalTls, inlineText, type MeshExternalServiceSpec } from "#model/kind/mesh-external-service.ts";
import { kriOf } from "#model/kri-of.ts";
import { protocolOf } from "#model/protocol.ts";
import type { Resource } from "#model/resource.ts";
import { certificateFaults } from "./certificate-fault.ts";
import { shownTo, withoutClient } from "./client-certificate.ts";
import { EGRESS_SERVICE, type Egress } from "./egress.ts";
import type { MatchFault } from "./fault.ts";
import type { Destination, ExternalPeer, ExternalPlace } from "./matched.ts";
import { type OutsideService, outsidePlace, outsideProtocol } from "./outside-service.ts";
import { resourceNames } from "./resource-name.ts";
import { sniOf } from "./sni.ts";
import type { Target } from "./target.ts";

type External = Resource<MeshExternalServiceSpec>;

/** The destination of a MeshExternalService's one port, for clients in a zone with these egresses. */
export function externalDestination(external: External, mesh: string, egress: Egress): Destination {
  const { match } = external.spec;
  const place = egress.only || egress.endpoints.length > 0 ? null : withoutClient(externalPlace(external));
  return {
    ...resourceNames(external, String(match.port), match.port, mesh),
    protocol: protocolOf(match.protocol ?? "tcp") ?? "tcp",
    tls: place === null ? viaEgress(mesh, sniOf({ kind: "external", external }, mesh)) : null,
    ...(place === null ? { viaEgress: true as const } : { external: place }),
  };
}

/** The destination of tags that mean ExternalServices. Of these only a mesh that says so has its egresses asked for them. */
export function outsideDestination(
  target: Extract<Target, { readonly kind: "tags" }>,
  services: readonly OutsideService[],
  mesh: string,
  egress: Egress,
): Pick<Destination, "protocol" | "tls" | "external" | "viaEgress"> {
  const protocol = outsideProtocol(services);
  if (egress.inner) return { protocol, tls: viaEgress(mesh, sniOf(target, mesh)), viaEgress: true };
  return { protocol, tls: null, external: withoutClient(outsidePlace(services)) };
}

/** How a client's proxy speaks to an egress. */
export function viaEgress(mesh: string, sni: string): NonNullable<Destination["tls"]> {
  return { sni, identities: [`spiffe://${mesh}/${EGRESS_SERVICE}`] };
}

/** Where a MeshExternalService is, for the egress that connects to it itself. */
export function externalPlace({ spec: { endpoints = [], tls } }: External): ExternalPlace {
  return {
    endpoints: endpoints.map(({ address, port, priority = 0 }) => ({ address, port, priority })),
    tls: tls?.enabled === true ? peerOf(tls, endpoints) : null,
  };
}

function peerOf(
  { version, allowRenegotiation = false, verification = {} }: ExternalTls,
  endpoints: NonNullable<MeshExternalServiceSpec["endpoints"]>,
): ExternalPeer {
  const { mode = "Secured", caCert, subjectAltNames = [], serverName } = verification;
  const name = serverName || (endpoints.find(({ address }) => !isIP(address) && isHostName(address))?.address ?? null);
  const trusted = mode === "Secured" || mode === "SkipSAN";
  const named = mode === "Secured" || mode === "SkipCA";
  const own = subjectAltNames.map(({ type = "Exact", value }) => ({ type, value }));
  const implied = name === null ? endpoints.map(({ address }) => address) : [name];
  return {
    serverName: name,
    trust: !trusted ? "any" : caCert === undefined ? "system" : { pem: inlineText(caCert) ?? "" },
    // Kuma asks for any of them: the names that follow from the address, and those that are said.
    names: !named ? null : [...implied.map((value) => ({ type: "Exact" as const, value })), ...own],
    ...(version !== undefined && { version }),
    renegotiation: allowRenegotiation,
    ...shownTo(verification),
  };
}

/** What of a MeshExternalService its clients cannot be given. */
export function externalFaults(external: External): readonly MatchFault[] {
  const kri = kriOf(external);
  const { tls, extension, endpoints = [] } = external.spec;
  if (endpoints.length === 0) {
    const field = extension === undefined ? "spec.endpoints" : "spec.extension";
    const reason = "no endpoint is known, and nothing can be sent there: name at least one below spec.endpoints";
    return [{ kri, field, reason }];
  }
  if (tls?.enabled !== true) return [];
  const { caCert } = tls.verification ?? {};
  return certificateFaults({ caCert }, kri, "spec.tls.verification");
}
