// Rows of the route table. Who may call whom.
import * as access from "#api/access.ts";
import { pageOf } from "#api/page.ts";
import { route } from "#api/route.ts";
import { inspect, ORG } from "./base.ts";

export const ACCESS = {
  reach: route({
    ...inspect,
    path: `${ORG}/v1/reach`,
    summary: "Whether one service or proxy may call another, by which rule, and over which paths",
    query: access.reachQuery,
    answer: access.reach,
    faults: ["malformed", "absent"],
  }),
  access: route({
    ...inspect,
    path: `${ORG}/v1/access`,
    summary: "Who may call whom, service by service",
    query: access.accessQuery,
    answer: pageOf(access.accessItem),
    faults: ["malformed", "absent"],
  }),
} as const;
