// Rows of the route table. The zone protocol: what relays call.

import { BELL_PATH } from "#api/bell.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import * as zone from "#api/zone-shape.ts";
import { bodyFaults, MIB } from "./base.ts";

const prove = { auth: "relay", verb: null, tag: "Zone protocol" } as const;

export const ZONE = {
  enrol: { ...prove, auth: "none", method: "post", path: "/v1/zone/enrol", limit: 16_384 },
  snapshot: { ...prove, method: "get", path: "/v1/zone/snapshot" },
  bell: { ...prove, method: "get", path: BELL_PATH },
  view: { ...prove, method: "get", path: "/v1/zone/view" },
  certificates: { ...prove, method: "post", path: "/v1/zone/certificates", limit: 4 * MIB },
  issuer: { ...prove, method: "post", path: "/v1/zone/issuer", limit: 65_536 },
  secrets: { ...prove, method: "post", path: "/v1/zone/secrets", limit: 262_144 },
  report: { ...prove, method: "post", path: "/v1/zone/report", limit: 4 * MIB },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellZone() {
  return {
    enrol: {
      summary: "Admit a relay to a zone by a one-use token",
      body: zone.enrolRequest,
      answer: zone.enrolResponse,
      statuses: [200],
      faults: [...bodyFaults, "invalid", "unauthenticated", "forbidden", "conflict"],
    },
    snapshot: {
      summary: "The zone's snapshot, as a difference to the one in If-None-Match; Prefer: wait=N holds the answer",
      answer: zone.snapshotResponse,
      statuses: [200, 304],
      faults: ["malformed", "absent"],
    },
    bell: {
      summary: "A WebSocket on which the zone is rung for: positions of its snapshot, and no content",
      answer: null,
      statuses: [101],
      faults: ["malformed", "absent", "too-many"],
    },
    view: {
      summary: "What a relay needs to compile newcomers while cut off",
      answer: zone.viewResponse,
      statuses: [200, 304],
      faults: [],
    },
    certificates: {
      summary: "Register dataplanes and sign their certificates",
      body: zone.certificatesRequest,
      answer: zone.certificatesResponse,
      statuses: [200],
      faults: [...bodyFaults, "invalid", "conflict"],
    },
    issuer: {
      summary: "Sign the zone's intermediate of one mesh",
      body: zone.issuerRequest,
      answer: zone.issuerResponse,
      statuses: [200],
      faults: [...bodyFaults, "invalid", "absent"],
    },
    secrets: {
      summary: "Contents of secrets that the zone's proxies use, sealed to the relay's key",
      body: zone.secretsRequest,
      answer: zone.secretsResponse,
      statuses: [200],
      faults: [...bodyFaults, "invalid"],
    },
    report: {
      summary: "Numbered events and delivery of a relay",
      body: zone.reportRequest,
      answer: zone.reportResponse,
      statuses: [200],
      faults: [...bodyFaults, "invalid", "conflict"],
    },
  } as const satisfies ToldOf<typeof ZONE>;
}
