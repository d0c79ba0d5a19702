// Rows of the route table. Kuma's routes about the whole: index, types, insights, overviews.
import * as kuma from "#api/kuma.ts";
import { pageOf, pageQuery } from "#api/page.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import * as schema from "#api/schema.ts";
import { inspect, ORG, openTo } from "./base.ts";

export const INSIGHT = {
  index: { ...openTo, method: "get", path: `${ORG}/` },
  resourceTypes: { ...inspect, verb: null, path: `${ORG}/_resources` },
  resourceSchema: { ...inspect, verb: null, path: `${ORG}/v1/schemas/{type}` },
  policies: { ...inspect, verb: null, path: `${ORG}/policies` },
  whoAmI: { ...inspect, verb: null, path: `${ORG}/who-am-i` },
  config: { ...inspect, path: `${ORG}/config` },
  organisationOpenapi: { ...openTo, method: "get", path: `${ORG}/openapi.json` },
  globalInsight: { ...inspect, path: `${ORG}/global-insight` },
  meshInsights: { ...inspect, path: `${ORG}/mesh-insights` },
  meshInsight: { ...inspect, path: `${ORG}/mesh-insights/{mesh}` },
  serviceInsights: { ...inspect, path: `${ORG}/meshes/{mesh}/service-insights` },
  allServiceInsights: { ...inspect, path: `${ORG}/service-insights` },
  serviceInsight: { ...inspect, path: `${ORG}/meshes/{mesh}/service-insights/{name}` },
  dataplaneOverviews: { ...inspect, path: `${ORG}/meshes/{mesh}/dataplanes/_overview` },
  dataplaneOverview: { ...inspect, path: `${ORG}/meshes/{mesh}/dataplanes/{name}/_overview` },
  allDataplaneOverviews: { ...inspect, path: `${ORG}/dataplanes/_overview` },
  olderDataplaneOverviews: { ...inspect, path: `${ORG}/meshes/{mesh}/dataplanes+insights` },
  olderDataplaneOverview: { ...inspect, path: `${ORG}/meshes/{mesh}/dataplanes+insights/{name}` },
  zoneOverviews: { ...inspect, path: `${ORG}/zones/_overview` },
  zoneOverview: { ...inspect, path: `${ORG}/zones/{name}/_overview` },
  olderZoneOverviews: { ...inspect, path: `${ORG}/zones+insights` },
  olderZoneOverview: { ...inspect, path: `${ORG}/zones+insights/{name}` },
  zoneInsights: { ...inspect, path: `${ORG}/zone-insights` },
  zoneInsight: { ...inspect, path: `${ORG}/zone-insights/{name}` },
  zoneIngressOverviews: { ...inspect, path: `${ORG}/zoneingresses/_overview` },
  olderZoneIngressOverviews: { ...inspect, path: `${ORG}/zoneingresses+insights` },
  zoneIngressInsights: { ...inspect, path: `${ORG}/zone-ingress-insights` },
  zoneIngressOverview: { ...inspect, path: `${ORG}/zoneingresses/{name}/_overview` },
  olderZoneIngressOverview: { ...inspect, path: `${ORG}/zoneingresses+insights/{name}` },
  zoneIngressInsight: { ...inspect, path: `${ORG}/zone-ingress-insights/{name}` },
  zoneEgressOverviews: { ...inspect, path: `${ORG}/zoneegresses/_overview` },
  olderZoneEgressOverviews: { ...inspect, path: `${ORG}/zoneegressoverviews` },
  zoneEgressInsights: { ...inspect, path: `${ORG}/zoneegressinsights` },
  zoneEgressOverview: { ...inspect, path: `${ORG}/zoneegresses/{name}/_overview` },
  olderZoneEgressOverview: { ...inspect, path: `${ORG}/zoneegressoverviews/{name}` },
  zoneEgressInsight: { ...inspect, path: `${ORG}/zoneegressinsights/{name}` },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellInsight() {
  return {
    index: {
      tag: "Control plane",
      summary: "Product and version, as kumactl asks first",
      answer: kuma.index,
      statuses: [200],
    },
    resourceTypes: {
      summary: "Types of resources",
      answer: kuma.resourceTypes,
    },
    resourceSchema: {
      summary: "JSON Schema of a type of resources, by its name or plural, with a resource to begin from",
      answer: schema.schema,
      faults: ["absent"],
    },
    policies: {
      summary: "Types of policies",
      answer: kuma.policies,
    },
    whoAmI: {
      summary: "Name and groups of the caller",
      answer: kuma.whoAmI,
    },
    config: {
      summary: "Configuration of the control plane, without secrets",
      answer: kuma.insight,
    },
    organisationOpenapi: {
      tag: "Control plane",
      summary: "This description, below the organisation's address",
      answer: kuma.insight,
      statuses: [200],
    },
    globalInsight: {
      summary: "Totals of the organisation",
      answer: kuma.insight,
    },
    meshInsights: {
      summary: "Totals of each mesh",
      query: pageQuery,
      answer: pageOf(kuma.insight),
    },
    meshInsight: {
      summary: "Totals of one mesh",
      answer: kuma.insight,
      faults: ["absent"],
    },
    serviceInsights: {
      summary: "Services of a mesh and their health",
      query: pageQuery,
      answer: pageOf(kuma.insight),
      faults: ["absent"],
    },
    allServiceInsights: {
      summary: "Services of all meshes and their health",
      query: pageQuery,
      answer: pageOf(kuma.insight),
    },
    serviceInsight: {
      summary: "One service and its health",
      answer: kuma.insight,
      faults: ["absent"],
    },
    dataplaneOverviews: {
      summary: "Dataplanes with their insight",
      query: kuma.overviewQuery,
      answer: pageOf(kuma.insight),
      faults: ["malformed"],
    },
    dataplaneOverview: {
      summary: "A dataplane with its insight",
      answer: kuma.insight,
      faults: ["absent"],
    },
    allDataplaneOverviews: {
      summary: "Dataplanes of all meshes with their insight",
      query: kuma.overviewQuery,
      answer: pageOf(kuma.insight),
      faults: ["malformed"],
    },
    olderDataplaneOverviews: {
      summary: "Older path of dataplane overviews",
      query: kuma.overviewQuery,
      answer: pageOf(kuma.insight),
      faults: ["malformed"],
    },
    olderDataplaneOverview: {
      summary: "Older path of a dataplane's overview",
      answer: kuma.insight,
      faults: ["absent"],
    },
    zoneOverviews: {
      summary: "Zones with their relays",
      query: pageQuery,
      answer: pageOf(kuma.insight),
    },
    zoneOverview: {
      summary: "A zone with its relays",
      answer: kuma.insight,
      faults: ["absent"],
    },
    olderZoneOverviews: {
      summary: "Older path of zone overviews",
      query: pageQuery,
      answer: pageOf(kuma.insight),
    },
    olderZoneOverview: {
      summary: "Older path of a zone's overview",
      answer: kuma.insight,
      faults: ["absent"],
    },
    zoneInsights: {
      summary: "Insights of zones: their relays as subscriptions",
      query: pageQuery,
      answer: pageOf(kuma.insight),
    },
    zoneInsight: {
      summary: "Insight of a zone",
      answer: kuma.insight,
      faults: ["absent"],
    },
    zoneIngressOverviews: {
      summary: "Zones' ingresses with their insight",
      query: pageQuery,
      answer: pageOf(kuma.insight),
    },
    olderZoneIngressOverviews: {
      summary: "Older path of the overviews of zones' ingresses",
      query: pageQuery,
      answer: pageOf(kuma.insight),
    },
    zoneIngressInsights: {
      summary: "Insights of zones' ingresses",
      query: pageQuery,
      answer: pageOf(kuma.insight),
    },
    zoneIngressOverview: {
      summary: "A zone's ingress with its insight",
      answer: kuma.insight,
      faults: ["absent"],
    },
    olderZoneIngressOverview: {
      summary: "Older path of the overview of a zone's ingress",
      answer: kuma.insight,
      faults: ["absent"],
    },
    zoneIngressInsight: {
      summary: "Insight of a zone's ingress",
      answer: kuma.insight,
      faults: ["absent"],
    },
    zoneEgressOverviews: {
      summary: "Zones' egresses with their insight",
      query: pageQuery,
      answer: pageOf(kuma.insight),
    },
    olderZoneEgressOverviews: {
      summary: "Older path of the overviews of zones' egresses",
      query: pageQuery,
      answer: pageOf(kuma.insight),
    },
    zoneEgressInsights: {
      summary: "Insights of zones' egresses",
      query: pageQuery,
      answer: pageOf(kuma.insight),
    },
    zoneEgressOverview: {
      summary: "A zone's egress with its insight",
      answer: kuma.insight,
      faults: ["absent"],
    },
    olderZoneEgressOverview: {
      summary: "Older path of the overview of a zone's egress",
      answer: kuma.insight,
      faults: ["absent"],
    },
    zoneEgressInsight: {
      summary: "Insight of a zone's egress",
      answer: kuma.insight,
      faults: ["absent"],
    },
  } as const satisfies ToldOf<typeof INSIGHT>;
}
