// Rows of the route table. What became of attempts to enrol and to join.
import * as join from "#api/join.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import { inspect, ORG } from "./base.ts";

export const JOINS = {
  listJoins: { ...inspect, path: `${ORG}/v1/joins` },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellJoins() {
  return {
    listJoins: {
      tag: "Organisation",
      summary: "How far each enrolment has come, step by step, and which attempts were refused and why",
      query: join.joinQuery,
      answer: join.joins,
      faults: ["absent"],
    },
  } as const satisfies ToldOf<typeof JOINS>;
}
