// Services outside that are reached without the client certificate that they ask for, and why.
import { clientSecretOf } from "#model/client-secret.ts";
import { kriOf } from "#model/kri-of.ts";
import type { ShownCertificate } from "./client-certificate.ts";
import type { Egress } from "./egress.ts";
import type { MatchFault } from "./fault.ts";
import type { ServiceIndex } from "./service-index.ts";

/** For clients of a zone with these egresses. */
export function clientFaults({ external, outside }: ServiceIndex, egress: Egress): readonly MatchFault[] {
  const lets = egress.endpoints.length > 0;
  return [
    ...external.flatMap((one) => {
      const { tls } = one.spec;
      const said = tls?.enabled === true ? tls.verification : undefined;
      return faultsOf(said, { kri: kriOf(one), field: "spec.tls.verification" }, lets ? null : NO_EGRESS);
    }),
    ...[...outside.values()].flat().flatMap((one) => {
      const tls = one.spec.networking?.tls;
      const lack = lets && egress.inner ? null : egress.inner ? NO_EGRESS : NOT_ASKED;
      return faultsOf(tls?.enabled === true ? tls : undefined, { kri: kriOf(one), field: "networking.tls" }, lack);
    }),
  ];
}

const NO_EGRESS = "the zone has none: start a ZoneEgress there";
const NOT_ASKED =
  "ExternalServices go through it only with routing.zoneEgress of the Mesh: set it and start a ZoneEgress";

function faultsOf(
  said: ShownCertificate | undefined,
  { kri, field }: { readonly kri: string; readonly field: string },
  lack: string | null,
): readonly MatchFault[] {
  if (said?.clientCert === undefined) return [];
  if (clientSecretOf(said.clientKey) === null) {
    const reason =
      "the client certificate and its key cannot be read as a pair in PEM, or are a CA's or the mesh's own: until that is put right, proxies connect without one";
    return [{ kri, field: `${field}.clientKey`, reason }];
  }
  if (lack === null) return [];
  const reason = `a client certificate needs an egress, which alone is given its key, and ${lack}; until then proxies connect without one`;
  return [{ kri, field: `${field}.clientCert`, reason }];
}
