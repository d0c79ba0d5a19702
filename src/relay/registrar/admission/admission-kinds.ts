// The table of admissions: one row for each kind of proxy.
import type { ProxyKind } from "#model/proxy-kind.ts";
import type { AdmissionKind } from "./admission-kind.ts";
import { dataplaneAdmission } from "./dataplane.ts";
import { egressAdmission, ingressAdmission } from "./zone-proxy.ts";

export const ADMISSIONS: Readonly<Record<ProxyKind, AdmissionKind>> = {
  Dataplane: dataplaneAdmission,
  ZoneIngress: ingressAdmission,
  ZoneEgress: egressAdmission,
};
