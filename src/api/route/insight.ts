// Rows of the route table. Kuma's routes about the whole: index, types, insights, overviews.
import * as kuma from "#api/kuma.ts";
import { pageOf, pageQuery } from "#api/page.ts";
import { route } from "#api/route.ts";
import * as schema from "#api/schema.ts";
import { inspect, ORG, openTo } from "./base.ts";

export const INSIGHT = {
  index: route({ ...openTo, method: "get", path: `${ORG}/` }, () => ({
    tag: "Control plane",
    summary: "Product and version, as kumactl asks first",
    answer: kuma.index,
    statuses: [200],
  })),
  resourceTypes: route({ ...inspect, verb: null, path: `${ORG}/_resources` }, () => ({
    summary: "Types of resources",
    answer: kuma.resourceTypes,
  })),
  resourceSchema: route({ ...inspect, verb: null, path: `${ORG}/v1/schemas/{type}` }, () => ({
    summary: "JSON Schema of a type of resources, by its name or plural, with a resource to begin from",
    answer: schema.schema,
    faults: ["absent"],
  })),
  policies: route({ ...inspect, verb: null, path: `${ORG}/policies` }, () => ({
    summary: "Types of policies",
    answer: kuma.policies,
  })),
  whoAmI: route({ ...inspect, verb: null, path: `${ORG}/who-am-i` }, () => ({
    summary: "Name and groups of the caller",
    answer: kuma.whoAmI,
  })),
  config: route({ ...inspect, path: `${ORG}/config` }, () => ({
    summary: "Configuration of the control plane, without secrets",
    answer: kuma.insight,
  })),
  organisationOpenapi: route({ ...openTo, method: "get", path: `${ORG}/openapi.json` }, () => ({
    tag: "Control plane",
    summary: "This description, below the organisation's address",
    answer: kuma.insight,
    statuses: [200],
  })),
  globalInsight: route({ ...inspect, path: `${ORG}/global-insight` }, () => ({
    summary: "Totals of the organisation",
    answer: kuma.insight,
  })),
  meshInsights: route({ ...inspect, path: `${ORG}/mesh-insights` }, () => ({
    summary: "Totals of each mesh",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  })),
  meshInsight: route({ ...inspect, path: `${ORG}/mesh-insights/{mesh}` }, () => ({
    summary: "Totals of one mesh",
    answer: kuma.insight,
    faults: ["absent"],
  })),
  serviceInsights: route({ ...inspect, path: `${ORG}/meshes/{mesh}/service-insights` }, () => ({
    summary: "Services of a mesh and their health",
    query: pageQuery,
    answer: pageOf(kuma.insight),
    faults: ["absent"],
  })),
  allServiceInsights: route({ ...inspect, path: `${ORG}/service-insights` }, () => ({
    summary: "Services of all meshes and their health",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  })),
  serviceInsight: route({ ...inspect, path: `${ORG}/meshes/{mesh}/service-insights/{name}` }, () => ({
    summary: "One service and its health",
    answer: kuma.insight,
    faults: ["absent"],
  })),
  dataplaneOverviews: route({ ...inspect, path: `${ORG}/meshes/{mesh}/dataplanes/_overview` }, () => ({
    summary: "Dataplanes with their insight",
    query: kuma.overviewQuery,
    answer: pageOf(kuma.insight),
    faults: ["malformed"],
  })),
  dataplaneOverview: route({ ...inspect, path: `${ORG}/meshes/{mesh}/dataplanes/{name}/_overview` }, () => ({
    summary: "A dataplane with its insight",
    answer: kuma.insight,
    faults: ["absent"],
  })),
  allDataplaneOverviews: route({ ...inspect, path: `${ORG}/dataplanes/_overview` }, () => ({
    summary: "Dataplanes of all meshes with their insight",
    query: kuma.overviewQuery,
    answer: pageOf(kuma.insight),
    faults: ["malformed"],
  })),
  olderDataplaneOverviews: route({ ...inspect, path: `${ORG}/meshes/{mesh}/dataplanes+insights` }, () => ({
    summary: "Older path of dataplane overviews",
    query: kuma.overviewQuery,
    answer: pageOf(kuma.insight),
    faults: ["malformed"],
  })),
  olderDataplaneOverview: route({ ...inspect, path: `${ORG}/meshes/{mesh}/dataplanes+insights/{name}` }, () => ({
    summary: "Older path of a dataplane's overview",
    answer: kuma.insight,
    faults: ["absent"],
  })),
  zoneOverviews: route({ ...inspect, path: `${ORG}/zones/_overview` }, () => ({
    summary: "Zones with their relays",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  })),
  zoneOverview: route({ ...inspect, path: `${ORG}/zones/{name}/_overview` }, () => ({
    summary: "A zone with its relays",
    answer: kuma.insight,
    faults: ["absent"],
  })),
  olderZoneOverviews: route({ ...inspect, path: `${ORG}/zones+insights` }, () => ({
    summary: "Older path of zone overviews",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  })),
  olderZoneOverview: route({ ...inspect, path: `${ORG}/zones+insights/{name}` }, () => ({
    summary: "Older path of a zone's overview",
    answer: kuma.insight,
    faults: ["absent"],
  })),
  zoneInsights: route({ ...inspect, path: `${ORG}/zone-insights` }, () => ({
    summary: "Insights of zones: their relays as subscriptions",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  })),
  zoneInsight: route({ ...inspect, path: `${ORG}/zone-insights/{name}` }, () => ({
    summary: "Insight of a zone",
    answer: kuma.insight,
    faults: ["absent"],
  })),
  zoneIngressOverviews: route({ ...inspect, path: `${ORG}/zoneingresses/_overview` }, () => ({
    summary: "Zones' ingresses with their insight",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  })),
  olderZoneIngressOverviews: route({ ...inspect, path: `${ORG}/zoneingresses+insights` }, () => ({
    summary: "Older path of the overviews of zones' ingresses",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  })),
  zoneIngressInsights: route({ ...inspect, path: `${ORG}/zone-ingress-insights` }, () => ({
    summary: "Insights of zones' ingresses",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  })),
  zoneIngressOverview: route({ ...inspect, path: `${ORG}/zoneingresses/{name}/_overview` }, () => ({
    summary: "A zone's ingress with its insight",
    answer: kuma.insight,
    faults: ["absent"],
  })),
  olderZoneIngressOverview: route({ ...inspect, path: `${ORG}/zoneingresses+insights/{name}` }, () => ({
    summary: "Older path of the overview of a zone's ingress",
    answer: kuma.insight,
    faults: ["absent"],
  })),
  zoneIngressInsight: route({ ...inspect, path: `${ORG}/zone-ingress-insights/{name}` }, () => ({
    summary: "Insight of a zone's ingress",
    answer: kuma.insight,
    faults: ["absent"],
  })),
  zoneEgressOverviews: route({ ...inspect, path: `${ORG}/zoneegresses/_overview` }, () => ({
    summary: "Zones' egresses with their insight",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  })),
  olderZoneEgressOverviews: route({ ...inspect, path: `${ORG}/zoneegressoverviews` }, () => ({
    summary: "Older path of the overviews of zones' egresses",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  })),
  zoneEgressInsights: route({ ...inspect, path: `${ORG}/zoneegressinsights` }, () => ({
    summary: "Insights of zones' egresses",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  })),
  zoneEgressOverview: route({ ...inspect, path: `${ORG}/zoneegresses/{name}/_overview` }, () => ({
    summary: "A zone's egress with its insight",
    answer: kuma.insight,
    faults: ["absent"],
  })),
  olderZoneEgressOverview: route({ ...inspect, path: `${ORG}/zoneegressoverviews/{name}` }, () => ({
    summary: "Older path of the overview of a zone's egress",
    answer: kuma.insight,
    faults: ["absent"],
  })),
  zoneEgressInsight: route({ ...inspect, path: `${ORG}/zoneegressinsights/{name}` }, () => ({
    summary: "Insight of a zone's egress",
    answer: kuma.insight,
    faults: ["absent"],
  })),
} as const;
