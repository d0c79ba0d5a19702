// Rows of the route table. Revisions, what differs between them, and the past of each resource.
import * as history from "#api/history.ts";
import { route } from "#api/route.ts";
import { get, inspect, ORG } from "./base.ts";

const own = { ...get, query: history.resourceHistoryQuery, answer: history.resourceHistory } as const;

export const HISTORY = {
  listRevisions: route({ ...inspect, path: `${ORG}/v1/revisions` }, () => ({
    tag: "Organisation",
    summary: "Committed changes, newest first; contents of secrets withheld",
    query: history.revisionQuery,
    answer: history.revisions,
    faults: ["malformed"],
  })),
  getRevision: route({ ...inspect, path: `${ORG}/v1/revisions/{revision}` }, () => ({
    tag: "Organisation",
    summary: "A committed change: who, when, why, each resource before and after, and what that did",
    answer: history.revisionWithEffect,
    faults: ["malformed", "absent"],
  })),
  diff: route({ ...inspect, path: `${ORG}/v1/diff` }, () => ({
    tag: "Organisation",
    summary: "What differs between two revisions, resource by resource",
    query: history.diffQuery,
    answer: history.diff,
    faults: ["malformed", "absent"],
  })),
  resourceHistoryGlobal: route({ ...own, each: "Global", path: `${ORG}/{plural}/{name}/_history` }, () => ({
    summary: "Revisions that wrote a {kind}, newest first",
    faults: ["malformed", "absent"],
  })),
  resourceHistory: route({ ...own, each: "Mesh", path: `${ORG}/meshes/{mesh}/{plural}/{name}/_history` }, () => ({
    summary: "Revisions that wrote a {kind}, newest first",
    faults: ["malformed", "absent"],
  })),
  blameGlobal: route({ ...get, each: "Global", path: `${ORG}/{plural}/{name}/_blame` }, () => ({
    summary: "The last revision in which each field of a {kind} changed",
    answer: history.blame,
    faults: ["absent"],
  })),
  blame: route({ ...get, each: "Mesh", path: `${ORG}/meshes/{mesh}/{plural}/{name}/_blame` }, () => ({
    summary: "The last revision in which each field of a {kind} changed",
    answer: history.blame,
    faults: ["absent"],
  })),
} as const;
