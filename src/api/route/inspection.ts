// Rows of the route table. What holds for one proxy, policy or service.
import * as inspection from "#api/inspection.ts";
import * as kuma from "#api/kuma.ts";
import { pageOf, pageQuery } from "#api/page.ts";
import { route } from "#api/route.ts";
import { inspect, ORG } from "./base.ts";

const PROXY = `${ORG}/meshes/{mesh}/dataplanes/{name}` as const;

export const INSPECTION = {
  kri: route({ ...inspect, path: `${ORG}/_kri/{kri}` }, () => ({
    summary: "The resource of a KRI",
    query: kuma.formatQuery,
    answer: kuma.resource,
    faults: ["malformed", "absent"],
  })),
  dataplaneRules: route({ ...inspect, path: `${PROXY}/_rules` }, () => ({
    summary: "The rules of every policy that holds for a dataplane",
    answer: inspection.rules,
    faults: ["absent"],
  })),
  dataplanePolicies: route({ ...inspect, path: `${PROXY}/_policies` }, () => ({
    summary: "What proxy-wide policies come to for a dataplane",
    answer: inspection.policyList,
    faults: ["absent"],
  })),
  dataplaneInboundPolicies: route({ ...inspect, path: `${PROXY}/_inbounds/{inbound}/_policies` }, () => ({
    summary: "Policies of an inbound, by its KRI, name or port",
    answer: inspection.inboundPolicyList,
    faults: ["malformed", "absent"],
  })),
  dataplaneOutboundPolicies: route({ ...inspect, path: `${PROXY}/_outbounds/{outbound}/_policies` }, () => ({
    summary: "Policies of an outbound, by the KRI of what it leads to or Envoy's name of that",
    answer: inspection.policyList,
    faults: ["absent"],
  })),
  dataplaneOutboundRoutes: route({ ...inspect, path: `${PROXY}/_outbounds/{outbound}/_routes` }, () => ({
    summary: "Routes of an outbound",
    answer: inspection.routeList,
    faults: ["absent"],
  })),
  dataplaneRoutePolicies: route(
    {
      ...inspect,
      path: `${PROXY}/_outbounds/{outbound}/_routes/{route}/_policies`,
    },
    () => ({
      summary: "Policies of the requests that one MeshHTTPRoute matches",
      answer: inspection.policyList,
      faults: ["malformed", "absent"],
    }),
  ),
  dataplaneLayout: route({ ...inspect, path: `${PROXY}/_layout` }, () => ({
    summary: "What listens in a proxy and what it leads to",
    answer: inspection.layout,
    faults: ["absent"],
  })),
  dataplaneConfig: route({ ...inspect, path: `${PROXY}/_config` }, () => ({
    summary: "The whole Envoy config of a proxy, and what shadow policies would change in it",
    query: inspection.configQuery,
    answer: inspection.config,
    faults: ["malformed", "absent"],
  })),
  dataplaneXds: route({ ...inspect, path: `${PROXY}/xds` }, () => ({
    summary: "The Envoy config of a dataplane as Envoy's admin dumps it, without its bootstrap",
    query: kuma.dumpQuery,
    answer: kuma.insight,
    faults: ["malformed", "absent"],
  })),
  dataplaneClusters: route({ ...inspect, path: `${PROXY}/clusters` }, () => ({
    summary: "Where the clusters of a dataplane lead, as Envoy's admin lists them",
    answer: "text",
    faults: ["absent"],
  })),
  dataplaneStats: route({ ...inspect, path: `${PROXY}/stats` }, () => ({
    summary: "Refused: the counters of an Envoy are at that Envoy",
    answer: "text",
    faults: ["absent"],
  })),
  zoneIngressXds: route({ ...inspect, path: `${ORG}/zoneingresses/{name}/xds` }, () => ({
    summary: "The Envoy config of a zone's ingress as Envoy's admin dumps it, without its bootstrap",
    query: kuma.dumpQuery,
    answer: kuma.insight,
    faults: ["malformed", "absent"],
  })),
  zoneIngressClusters: route({ ...inspect, path: `${ORG}/zoneingresses/{name}/clusters` }, () => ({
    summary: "Where the clusters of a zone's ingress lead, as Envoy's admin lists them",
    answer: "text",
    faults: ["absent"],
  })),
  zoneIngressStats: route({ ...inspect, path: `${ORG}/zoneingresses/{name}/stats` }, () => ({
    summary: "Refused: the counters of an Envoy are at that Envoy",
    answer: "text",
    faults: ["absent"],
  })),
  zoneEgressXds: route({ ...inspect, path: `${ORG}/zoneegresses/{name}/xds` }, () => ({
    summary: "The Envoy config of a zone's egress as Envoy's admin dumps it, without its bootstrap",
    query: kuma.dumpQuery,
    answer: kuma.insight,
    faults: ["malformed", "absent"],
  })),
  zoneEgressClusters: route({ ...inspect, path: `${ORG}/zoneegresses/{name}/clusters` }, () => ({
    summary: "Where the clusters of a zone's egress lead, as Envoy's admin lists them",
    answer: "text",
    faults: ["absent"],
  })),
  zoneEgressStats: route({ ...inspect, path: `${ORG}/zoneegresses/{name}/stats` }, () => ({
    summary: "Refused: the counters of an Envoy are at that Envoy",
    answer: "text",
    faults: ["absent"],
  })),
  dataplaneWhy: route({ ...inspect, path: `${PROXY}/_why` }, () => ({
    summary: "Each setting of a proxy: the rule that set it, those it beat, and the Envoy fields it became",
    query: inspection.whyQuery,
    answer: inspection.why,
    faults: ["malformed", "absent"],
  })),
  olderDataplanePolicies: route({ ...inspect, path: `${PROXY}/policies` }, () => ({
    summary: "Older form of a dataplane's policies, for kumactl",
    answer: inspection.attachedPolicies,
    faults: ["absent"],
  })),
  olderDataplaneRules: route({ ...inspect, path: `${PROXY}/rules` }, () => ({
    summary: "Older form of a dataplane's rules, without those for real resources",
    answer: inspection.attachedRules,
    faults: ["absent"],
  })),
  policyDataplanes: route(
    {
      ...inspect,
      each: "policy",
      path: `${ORG}/meshes/{mesh}/{plural}/{name}/_resources/dataplanes`,
    },
    () => ({
      summary: "Dataplanes that a {kind} selects",
      query: pageQuery,
      answer: pageOf(inspection.meta),
      faults: ["malformed", "absent"],
    }),
  ),
  olderPolicyDataplanes: route(
    {
      ...inspect,
      each: "policy",
      path: `${ORG}/meshes/{mesh}/{plural}/{name}/dataplanes`,
    },
    () => ({
      summary: "Older form of the dataplanes that a {kind} selects, for kumactl",
      answer: inspection.policyDataplanes,
      faults: ["absent"],
    }),
  ),
  serviceDataplanes: route({ ...inspect, path: `${ORG}/meshes/{mesh}/meshservices/{name}/_dataplanes` }, () => ({
    summary: "Dataplanes that a MeshService selects",
    query: pageQuery,
    answer: pageOf(inspection.meta),
    faults: ["malformed", "absent"],
  })),
  olderServiceDataplanes: route(
    {
      ...inspect,
      path: `${ORG}/meshes/{mesh}/meshservices/{name}/_resources/dataplanes`,
    },
    () => ({
      summary: "Older path of the dataplanes that a MeshService selects",
      query: pageQuery,
      answer: pageOf(inspection.meta),
      faults: ["malformed", "absent"],
    }),
  ),
  hostnames: route({ ...inspect, path: `${ORG}/meshes/{mesh}/{serviceType}/{name}/_hostnames` }, () => ({
    summary:
      "Host names of a MeshService, MeshExternalService or MeshMultiZoneService, and the zones that resolve them",
    answer: inspection.hostnames,
    faults: ["malformed", "absent"],
  })),
} as const;
