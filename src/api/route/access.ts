// Rows of the route table. Who may call whom.
import * as access from "#api/access.ts";
import * as lint from "#api/lint.ts";
import { pageOf } from "#api/page.ts";
import { route } from "#api/route.ts";
import { change } from "#api/weft.ts";
import { bodyFaults, inspect, MIB, ORG } from "./base.ts";

export const ACCESS = {
  reach: route({ ...inspect, path: `${ORG}/v1/reach` }, () => ({
    summary: "Whether one service or proxy may call another, by which rule, and over which paths",
    query: access.reachQuery,
    answer: access.reach,
    faults: ["malformed", "absent"],
  })),
  access: route({ ...inspect, path: `${ORG}/v1/access` }, () => ({
    summary: "Who may call whom, service by service",
    query: access.accessQuery,
    answer: pageOf(access.accessItem),
    faults: ["malformed", "absent"],
  })),
  accessMatrix: route({ ...inspect, path: `${ORG}/v1/access-matrix` }, () => ({
    summary: "Who may call whom in one mesh, each verdict once: small enough for five hundred services",
    query: access.accessMatrixQuery,
    answer: access.accessMatrix,
    faults: ["malformed", "absent"],
  })),
  accessDraft: route({ ...inspect, path: `${ORG}/v1/access-draft` }, () => ({
    summary: "A permission that would allow, or deny, just what is asked about; nothing is written",
    query: access.accessDraftQuery,
    answer: access.accessDraft,
    faults: ["malformed", "invalid", "absent"],
  })),
  accessTests: route({ ...inspect, path: `${ORG}/v1/access-tests` }, () => ({
    summary: "The access tests, and whether each holds now",
    query: access.accessTestQuery,
    answer: pageOf(access.accessTestItem),
    faults: ["malformed", "absent"],
  })),
  lint: route({ ...inspect, path: `${ORG}/v1/lint` }, () => ({
    summary: "What is doubtful in meshes: where, why, and what to do",
    query: lint.lintQuery,
    answer: lint.findings,
    faults: ["malformed", "absent"],
  })),
  lintChange: route({ ...inspect, method: "post", verb: null, path: `${ORG}/v1/lint`, limit: 8 * MIB }, () => ({
    summary: "What would be doubtful after a change, which is not committed",
    query: lint.lintQuery,
    body: change,
    answer: lint.findings,
    faults: ["invalid", "absent", "read-only", "conflict", "stale", ...bodyFaults],
  })),
} as const;
