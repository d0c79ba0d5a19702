// Rows of the route table. The zone protocol: what relays call.

import { BELL_PATH } from "#api/bell.ts";
import { route } from "#api/route.ts";
import * as zone from "#api/zone-shape.ts";
import { bodyFaults, MIB } from "./base.ts";

const prove = { auth: "relay", verb: null, tag: "Zone protocol" } as const;

export const ZONE = {
  enrol: route({ ...prove, auth: "none", method: "post", path: "/v1/zone/enrol", limit: 16_384 }, () => ({
    summary: "Admit a relay to a zone by a one-use token",
    body: zone.enrolRequest,
    answer: zone.enrolResponse,
    statuses: [200],
    faults: [...bodyFaults, "invalid", "unauthenticated", "forbidden", "conflict"],
  })),
  snapshot: route({ ...prove, method: "get", path: "/v1/zone/snapshot" }, () => ({
    summary: "The zone's snapshot, as a difference to the one in If-None-Match; Prefer: wait=N holds the answer",
    answer: zone.snapshotResponse,
    statuses: [200, 304],
    faults: ["malformed", "absent"],
  })),
  bell: route({ ...prove, method: "get", path: BELL_PATH }, () => ({
    summary: "A WebSocket on which the zone is rung for: positions of its snapshot, and no content",
    answer: null,
    statuses: [101],
    faults: ["malformed", "absent", "too-many"],
  })),
  view: route({ ...prove, method: "get", path: "/v1/zone/view" }, () => ({
    summary: "What a relay needs to compile newcomers while cut off",
    answer: zone.viewResponse,
    statuses: [200, 304],
    faults: [],
  })),
  certificates: route({ ...prove, method: "post", path: "/v1/zone/certificates", limit: 4 * MIB }, () => ({
    summary: "Register dataplanes and sign their certificates",
    body: zone.certificatesRequest,
    answer: zone.certificatesResponse,
    statuses: [200],
    faults: [...bodyFaults, "invalid", "conflict"],
  })),
  issuer: route({ ...prove, method: "post", path: "/v1/zone/issuer", limit: 65_536 }, () => ({
    summary: "Sign the zone's intermediate of one mesh",
    body: zone.issuerRequest,
    answer: zone.issuerResponse,
    statuses: [200],
    faults: [...bodyFaults, "invalid", "absent"],
  })),
  secrets: route({ ...prove, method: "post", path: "/v1/zone/secrets", limit: 262_144 }, () => ({
    summary: "Contents of secrets that the zone's proxies use, sealed to the relay's key",
    body: zone.secretsRequest,
    answer: zone.secretsResponse,
    statuses: [200],
    faults: [...bodyFaults, "invalid"],
  })),
  report: route({ ...prove, method: "post", path: "/v1/zone/report", limit: 4 * MIB }, () => ({
    summary: "Numbered events and delivery of a relay",
    body: zone.reportRequest,
    answer: zone.reportResponse,
    statuses: [200],
    faults: [...bodyFaults, "invalid", "conflict"],
  })),
} as const;
