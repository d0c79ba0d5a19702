// Rows of the route table. What became of attempts to enrol and to join.
import * as join from "#api/join.ts";
import { route } from "#api/route.ts";
import { inspect, ORG } from "./base.ts";

export const JOINS = {
  listJoins: route({ ...inspect, path: `${ORG}/v1/joins` }, () => ({
    tag: "Organisation",
    summary: "How far each enrolment has come, step by step, and which attempts were refused and why",
    query: join.joinQuery,
    answer: join.joins,
    faults: ["absent"],
  })),
} as const;
