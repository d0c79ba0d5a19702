// Rows of the route table. What a first page shows of an organisation.
import * as graph from "#api/graph.ts";
import * as overview from "#api/overview.ts";
import * as list from "#api/proxy-list.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import { usage } from "#api/usage.ts";
import { inspect, ORG } from "./base.ts";

export const OVERVIEW = {
  organisationOverview: { ...inspect, path: `${ORG}/v1/overview` },
  usage: { ...inspect, path: `${ORG}/v1/usage` },
  listProxies: { ...inspect, path: `${ORG}/v1/proxies` },
  graph: { ...inspect, path: `${ORG}/v1/graph` },
  search: { ...inspect, path: `${ORG}/v1/search` },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellOverview() {
  return {
    organisationOverview: {
      tag: "Organisation",
      summary: "How all stands, what needs attention first, and how far the newest revisions have come",
      answer: overview.overview,
    },
    usage: {
      tag: "Organisation",
      summary: "How much of everything there is, and how much there may be",
      answer: usage,
    },
    listProxies: {
      summary: "Proxies of all meshes and zones, filtered and sorted, with how each stands and what its Envoy refuses",
      query: list.proxyQuery,
      answer: list.proxyPage,
      faults: ["malformed"],
    },
    graph: {
      summary: "The services of a mesh and who may call whom by which rule, whole or around one service",
      query: graph.graphQuery,
      answer: graph.graph,
      faults: ["malformed", "absent"],
    },
    search: {
      summary:
        "Whatever has these parts in its name: resources, services, proxies, zones, revisions, tokens; the best first",
      query: list.searchQuery,
      answer: list.searchResults,
      faults: ["malformed"],
    },
  } as const satisfies ToldOf<typeof OVERVIEW>;
}
