// Rows of the route table. What a first page shows of an organisation.
import * as graph from "#api/graph.ts";
import * as overview from "#api/overview.ts";
import * as list from "#api/proxy-list.ts";
import { route } from "#api/route.ts";
import { usage } from "#api/usage.ts";
import { inspect, ORG } from "./base.ts";

export const OVERVIEW = {
  organisationOverview: route({ ...inspect, path: `${ORG}/v1/overview` }, () => ({
    tag: "Organisation",
    summary: "How all stands, what needs attention first, and how far the newest revisions have come",
    answer: overview.overview,
  })),
  usage: route({ ...inspect, path: `${ORG}/v1/usage` }, () => ({
    tag: "Organisation",
    summary: "How much of everything there is, and how much there may be",
    answer: usage,
  })),
  listProxies: route({ ...inspect, path: `${ORG}/v1/proxies` }, () => ({
    summary: "Proxies of all meshes and zones, filtered and sorted, with how each stands and what its Envoy refuses",
    query: list.proxyQuery,
    answer: list.proxyPage,
    faults: ["malformed"],
  })),
  graph: route({ ...inspect, path: `${ORG}/v1/graph` }, () => ({
    summary: "The services of a mesh and who may call whom by which rule, whole or around one service",
    query: graph.graphQuery,
    answer: graph.graph,
    faults: ["malformed", "absent"],
  })),
  search: route({ ...inspect, path: `${ORG}/v1/search` }, () => ({
    summary:
      "Whatever has these parts in its name: resources, services, proxies, zones, revisions, tokens; the best first",
    query: list.searchQuery,
    answer: list.searchResults,
    faults: ["malformed"],
  })),
} as const;
