// Destinations outside the mesh: where a MeshExternalService is, and how its certificate is judged.
import { isDnsName } from "#model/address.ts";
import { type ExternalTls, inlineText, type MeshExternalServiceSpec } from "#model/kind/mesh-external-service.ts";
import { kriOf } from "#model/kri-of.ts";
import { protocolOf } from "#model/protocol.ts";
import type { Resource } from "#model/resource.ts";
import type { MatchFault } from "./fault.ts";
import type { Destination, ExternalPeer } from "./matched.ts";
import { resourceNames } from "./resource-name.ts";

type External = Resource<MeshExternalServiceSpec>;

/** The destination of a MeshExternalService's one port. */
export function externalDestination(external: External, mesh: string): Destination {
  const { match, endpoints = [], tls } = external.spec;
  return {
    ...resourceNames(external, String(match.port), match.port, mesh),
    protocol: protocolOf(match.protocol ?? "tcp") ?? "tcp",
    tls: null,
    external: {
      endpoints: endpoints.map(({ address, port, priority = 0 }) => ({ address, port, priority })),
      tls: tls?.enabled === true ? peerOf(tls, endpoints) : null,
    },
  };
}

function peerOf(
  { version, allowRenegotiation = false, verification = {} }: ExternalTls,
  endpoints: NonNullable<MeshExternalServiceSpec["endpoints"]>,
): ExternalPeer {
  const { mode = "Secured", caCert, subjectAltNames = [], serverName } = verification;
  const name = serverName || (endpoints.find(({ address }) => isDnsName(address))?.address ?? null);
  const trusted = mode === "Secured" || mode === "SkipSAN";
  const named = mode === "Secured" || mode === "SkipCA";
  const own = subjectAltNames.map(({ type = "Exact", value }) => ({ type, value }));
  const implied = name === null ? endpoints.map(({ address }) => address) : [name];
  return {
    serverName: name,
    trust: !trusted ? "any" : caCert === undefined ? "system" : { pem: inlineText(caCert) ?? "" },
    names: !named ? null : own.length > 0 ? own : implied.map((value) => ({ type: "Exact" as const, value })),
    ...(version !== undefined && { version }),
    renegotiation: allowRenegotiation,
  };
}

/** What of a MeshExternalService its clients cannot be given. */
export function externalFaults(external: External): readonly MatchFault[] {
  const { tls } = external.spec;
  if (tls?.enabled !== true) return [];
  const kri = kriOf(external);
  const { caCert, clientCert } = tls.verification ?? {};
  const found: MatchFault[] = [];
  if (caCert !== undefined && inlineText(caCert) === null) {
    const reason = "a CA certificate in a Secret does not reach proxies: put it inline; until then nobody is trusted";
    found.push({ kri, field: "spec.tls.verification.caCert", reason });
  }
  if (clientCert !== undefined) {
    const reason = "a client certificate is not given to the proxies of clients: they connect without one";
    found.push({ kri, field: "spec.tls.verification.clientCert", reason });
  }
  return found;
}
