// Rows of the route table. What holds for one proxy, policy or service.
import * as inspection from "#api/inspection.ts";
import * as kuma from "#api/kuma.ts";
import { pageOf, pageQuery } from "#api/page.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import { inspect, ORG } from "./base.ts";

const PROXY = `${ORG}/meshes/{mesh}/dataplanes/{name}` as const;

export const INSPECTION = {
  kri: { ...inspect, path: `${ORG}/_kri/{kri}` },
  dataplaneRules: { ...inspect, path: `${PROXY}/_rules` },
  dataplanePolicies: { ...inspect, path: `${PROXY}/_policies` },
  dataplaneInboundPolicies: { ...inspect, path: `${PROXY}/_inbounds/{inbound}/_policies` },
  dataplaneOutboundPolicies: { ...inspect, path: `${PROXY}/_outbounds/{outbound}/_policies` },
  dataplaneOutboundRoutes: { ...inspect, path: `${PROXY}/_outbounds/{outbound}/_routes` },
  dataplaneRoutePolicies: {
    ...inspect,
    path: `${PROXY}/_outbounds/{outbound}/_routes/{route}/_policies`,
  },
  dataplaneLayout: { ...inspect, path: `${PROXY}/_layout` },
  dataplaneConfig: { ...inspect, path: `${PROXY}/_config` },
  dataplaneXds: { ...inspect, path: `${PROXY}/xds` },
  dataplaneClusters: { ...inspect, path: `${PROXY}/clusters` },
  dataplaneStats: { ...inspect, path: `${PROXY}/stats` },
  zoneIngressXds: { ...inspect, path: `${ORG}/zoneingresses/{name}/xds` },
  zoneIngressClusters: { ...inspect, path: `${ORG}/zoneingresses/{name}/clusters` },
  zoneIngressStats: { ...inspect, path: `${ORG}/zoneingresses/{name}/stats` },
  zoneEgressXds: { ...inspect, path: `${ORG}/zoneegresses/{name}/xds` },
  zoneEgressClusters: { ...inspect, path: `${ORG}/zoneegresses/{name}/clusters` },
  zoneEgressStats: { ...inspect, path: `${ORG}/zoneegresses/{name}/stats` },
  dataplaneWhy: { ...inspect, path: `${PROXY}/_why` },
  olderDataplanePolicies: { ...inspect, path: `${PROXY}/policies` },
  olderDataplaneRules: { ...inspect, path: `${PROXY}/rules` },
  policyDataplanes: {
    ...inspect,
    each: "policy",
    path: `${ORG}/meshes/{mesh}/{plural}/{name}/_resources/dataplanes`,
  },
  olderPolicyDataplanes: {
    ...inspect,
    each: "policy",
    path: `${ORG}/meshes/{mesh}/{plural}/{name}/dataplanes`,
  },
  serviceDataplanes: { ...inspect, path: `${ORG}/meshes/{mesh}/meshservices/{name}/_dataplanes` },
  olderServiceDataplanes: {
    ...inspect,
    path: `${ORG}/meshes/{mesh}/meshservices/{name}/_resources/dataplanes`,
  },
  hostnames: { ...inspect, path: `${ORG}/meshes/{mesh}/{serviceType}/{name}/_hostnames` },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellInspection() {
  return {
    kri: {
      summary: "The resource of a KRI",
      query: kuma.formatQuery,
      answer: kuma.resource,
      faults: ["malformed", "absent"],
    },
    dataplaneRules: {
      summary: "The rules of every policy that holds for a dataplane",
      answer: inspection.rules,
      faults: ["absent"],
    },
    dataplanePolicies: {
      summary: "What proxy-wide policies come to for a dataplane",
      answer: inspection.policyList,
      faults: ["absent"],
    },
    dataplaneInboundPolicies: {
      summary: "Policies of an inbound, by its KRI, name or port",
      answer: inspection.inboundPolicyList,
      faults: ["malformed", "absent"],
    },
    dataplaneOutboundPolicies: {
      summary: "Policies of an outbound, by the KRI of what it leads to or Envoy's name of that",
      answer: inspection.policyList,
      faults: ["absent"],
    },
    dataplaneOutboundRoutes: {
      summary: "Routes of an outbound",
      answer: inspection.routeList,
      faults: ["absent"],
    },
    dataplaneRoutePolicies: {
      summary: "Policies of the requests that one MeshHTTPRoute matches",
      answer: inspection.policyList,
      faults: ["malformed", "absent"],
    },
    dataplaneLayout: {
      summary: "What listens in a proxy and what it leads to",
      answer: inspection.layout,
      faults: ["absent"],
    },
    dataplaneConfig: {
      summary: "The whole Envoy config of a proxy, and what shadow policies would change in it",
      query: inspection.configQuery,
      answer: inspection.config,
      faults: ["malformed", "absent"],
    },
    dataplaneXds: {
      summary: "The Envoy config of a dataplane as Envoy's admin dumps it, without its bootstrap",
      query: kuma.dumpQuery,
      answer: kuma.insight,
      faults: ["malformed", "absent"],
    },
    dataplaneClusters: {
      summary: "Where the clusters of a dataplane lead, as Envoy's admin lists them",
      answer: "text",
      faults: ["absent"],
    },
    dataplaneStats: {
      summary: "Refused: the counters of an Envoy are at that Envoy",
      answer: "text",
      faults: ["absent"],
    },
    zoneIngressXds: {
      summary: "The Envoy config of a zone's ingress as Envoy's admin dumps it, without its bootstrap",
      query: kuma.dumpQuery,
      answer: kuma.insight,
      faults: ["malformed", "absent"],
    },
    zoneIngressClusters: {
      summary: "Where the clusters of a zone's ingress lead, as Envoy's admin lists them",
      answer: "text",
      faults: ["absent"],
    },
    zoneIngressStats: {
      summary: "Refused: the counters of an Envoy are at that Envoy",
      answer: "text",
      faults: ["absent"],
    },
    zoneEgressXds: {
      summary: "The Envoy config of a zone's egress as Envoy's admin dumps it, without its bootstrap",
      query: kuma.dumpQuery,
      answer: kuma.insight,
      faults: ["malformed", "absent"],
    },
    zoneEgressClusters: {
      summary: "Where the clusters of a zone's egress lead, as Envoy's admin lists them",
      answer: "text",
      faults: ["absent"],
    },
    zoneEgressStats: {
      summary: "Refused: the counters of an Envoy are at that Envoy",
      answer: "text",
      faults: ["absent"],
    },
    dataplaneWhy: {
      summary: "Each setting of a proxy: the rule that set it, those it beat, and the Envoy fields it became",
      query: inspection.whyQuery,
      answer: inspection.why,
      faults: ["malformed", "absent"],
    },
    olderDataplanePolicies: {
      summary: "Older form of a dataplane's policies, for kumactl",
      answer: inspection.attachedPolicies,
      faults: ["absent"],
    },
    olderDataplaneRules: {
      summary: "Older form of a dataplane's rules, without those for real resources",
      answer: inspection.attachedRules,
      faults: ["absent"],
    },
    policyDataplanes: {
      summary: "Dataplanes that a {kind} selects",
      query: pageQuery,
      answer: pageOf(inspection.meta),
      faults: ["malformed", "absent"],
    },
    olderPolicyDataplanes: {
      summary: "Older form of the dataplanes that a {kind} selects, for kumactl",
      answer: inspection.policyDataplanes,
      faults: ["absent"],
    },
    serviceDataplanes: {
      summary: "Dataplanes that a MeshService selects",
      query: pageQuery,
      answer: pageOf(inspection.meta),
      faults: ["malformed", "absent"],
    },
    olderServiceDataplanes: {
      summary: "Older path of the dataplanes that a MeshService selects",
      query: pageQuery,
      answer: pageOf(inspection.meta),
      faults: ["malformed", "absent"],
    },
    hostnames: {
      summary:
        "Host names of a MeshService, MeshExternalService or MeshMultiZoneService, and the zones that resolve them",
      answer: inspection.hostnames,
      faults: ["malformed", "absent"],
    },
  } as const satisfies ToldOf<typeof INSPECTION>;
}
