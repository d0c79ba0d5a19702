// Rows of the route table. Who may call whom.
import * as access from "#api/access.ts";
import * as lint from "#api/lint.ts";
import { pageOf } from "#api/page.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import { change } from "#api/weft.ts";
import { bodyFaults, inspect, MIB, ORG } from "./base.ts";

export const ACCESS = {
  reach: { ...inspect, path: `${ORG}/v1/reach` },
  access: { ...inspect, path: `${ORG}/v1/access` },
  accessMatrix: { ...inspect, path: `${ORG}/v1/access-matrix` },
  accessDraft: { ...inspect, path: `${ORG}/v1/access-draft` },
  accessTests: { ...inspect, path: `${ORG}/v1/access-tests` },
  lint: { ...inspect, path: `${ORG}/v1/lint` },
  lintChange: { ...inspect, method: "post", verb: null, path: `${ORG}/v1/lint`, limit: 8 * MIB },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellAccess() {
  return {
    reach: {
      summary: "Whether one service or proxy may call another, by which rule, and over which paths",
      query: access.reachQuery,
      answer: access.reach,
      faults: ["malformed", "absent"],
    },
    access: {
      summary: "Who may call whom, service by service",
      query: access.accessQuery,
      answer: pageOf(access.accessItem),
      faults: ["malformed", "absent"],
    },
    accessMatrix: {
      summary: "Who may call whom in one mesh, each verdict once: small enough for five hundred services",
      query: access.accessMatrixQuery,
      answer: access.accessMatrix,
      faults: ["malformed", "absent"],
    },
    accessDraft: {
      summary: "A permission that would allow, or deny, just what is asked about; nothing is written",
      query: access.accessDraftQuery,
      answer: access.accessDraft,
      faults: ["malformed", "invalid", "absent"],
    },
    accessTests: {
      summary: "The access tests, and whether each holds now",
      query: access.accessTestQuery,
      answer: pageOf(access.accessTestItem),
      faults: ["malformed", "absent"],
    },
    lint: {
      summary: "What is doubtful in meshes: where, why, and what to do",
      query: lint.lintQuery,
      answer: lint.findings,
      faults: ["malformed", "absent"],
    },
    lintChange: {
      summary: "What would be doubtful after a change, which is not committed",
      query: lint.lintQuery,
      body: change,
      answer: lint.findings,
      faults: ["invalid", "absent", "read-only", "conflict", "stale", ...bodyFaults],
    },
  } as const satisfies ToldOf<typeof ACCESS>;
}
