// Rows of the route table. Revisions, what differs between them, and the past of each resource.
import * as history from "#api/history.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import { get, inspect, ORG } from "./base.ts";

const own = { ...get, query: history.resourceHistoryQuery, answer: history.resourceHistory } as const;

export const HISTORY = {
  listRevisions: { ...inspect, path: `${ORG}/v1/revisions` },
  getRevision: { ...inspect, path: `${ORG}/v1/revisions/{revision}` },
  diff: { ...inspect, path: `${ORG}/v1/diff` },
  resourceHistoryGlobal: { ...own, each: "Global", path: `${ORG}/{plural}/{name}/_history` },
  resourceHistory: { ...own, each: "Mesh", path: `${ORG}/meshes/{mesh}/{plural}/{name}/_history` },
  blameGlobal: { ...get, each: "Global", path: `${ORG}/{plural}/{name}/_blame` },
  blame: { ...get, each: "Mesh", path: `${ORG}/meshes/{mesh}/{plural}/{name}/_blame` },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellHistory() {
  return {
    listRevisions: {
      tag: "Organisation",
      summary: "Committed changes, newest first; contents of secrets withheld",
      query: history.revisionQuery,
      answer: history.revisions,
      faults: ["malformed"],
    },
    getRevision: {
      tag: "Organisation",
      summary: "A committed change: who, when, why, each resource before and after, and what that did",
      answer: history.revisionWithEffect,
      faults: ["malformed", "absent"],
    },
    diff: {
      tag: "Organisation",
      summary: "What differs between two revisions, resource by resource",
      query: history.diffQuery,
      answer: history.diff,
      faults: ["malformed", "absent"],
    },
    resourceHistoryGlobal: {
      summary: "Revisions that wrote a {kind}, newest first",
      faults: ["malformed", "absent"],
    },
    resourceHistory: {
      summary: "Revisions that wrote a {kind}, newest first",
      faults: ["malformed", "absent"],
    },
    blameGlobal: {
      summary: "The last revision in which each field of a {kind} changed",
      answer: history.blame,
      faults: ["absent"],
    },
    blame: {
      summary: "The last revision in which each field of a {kind} changed",
      answer: history.blame,
      faults: ["absent"],
    },
  } as const satisfies ToldOf<typeof HISTORY>;
}
