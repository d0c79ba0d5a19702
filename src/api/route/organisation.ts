// Rows of the route table. Tokens, relays, certificates, revisions and changes of an organisation.
import * as kuma from "#api/kuma.ts";
import { pageOf, pageQuery } from "#api/page.ts";
import * as plan from "#api/plan.ts";
import { route } from "#api/route.ts";
import * as weft from "#api/weft.ts";
import { bodyFaults, inspect, MIB, ORG, writeFaults } from "./base.ts";

export const ORGANISATION = {
  createDataplaneToken: route(
    {
      method: "post",
      path: `${ORG}/tokens/dataplane`,
      auth: "api",
      verb: "issue-dataplane-token",
      limit: 65_536,
    },
    () => ({
      tag: "Tokens",
      summary: "A token with which a dataplane joins",
      body: kuma.dataplaneToken,
      answer: "text",
      statuses: [200],
      faults: [...bodyFaults, "invalid"],
    }),
  ),

  createZoneToken: route(
    {
      method: "post",
      path: `${ORG}/tokens/zone`,
      auth: "api",
      verb: "issue-zone-token",
      limit: 65_536,
    },
    () => ({
      tag: "Tokens",
      summary: "A token with which a zone's ingress or egress joins",
      body: kuma.zoneToken,
      answer: "text",
      statuses: [200],
      faults: [...bodyFaults, "invalid"],
    }),
  ),

  listTokens: route({ method: "get", path: `${ORG}/v1/tokens`, auth: "api", verb: "read-tokens" }, () => ({
    tag: "Tokens",
    summary: "API tokens, without their secrets",
    query: pageQuery,
    answer: pageOf(weft.apiToken),
    statuses: [200],
    faults: ["malformed"],
  })),
  createToken: route(
    {
      method: "post",
      path: `${ORG}/v1/tokens`,
      auth: "api",
      verb: "manage-tokens",
      fresh: true,
      limit: 16_384,
    },
    () => ({
      tag: "Tokens",
      summary: "Create an API token; its text is shown once",
      body: weft.newApiToken,
      answer: weft.mintedToken,
      statuses: [201],
      faults: [...bodyFaults, "invalid", "unproved"],
    }),
  ),
  revokeToken: route({ method: "delete", path: `${ORG}/v1/tokens/{id}`, auth: "api", verb: "manage-tokens" }, () => ({
    tag: "Tokens",
    summary: "Revoke an API token",
    answer: null,
    statuses: [204],
    faults: ["absent"],
  })),
  createEnrolment: route(
    {
      method: "post",
      path: `${ORG}/v1/zones/{zone}/enrolment-tokens`,
      auth: "api",
      verb: "enrol-zone",
      limit: 4096,
    },
    () => ({
      tag: "Tokens",
      summary: "A one-use token that admits one relay to the zone",
      body: weft.newEnrolment,
      answer: weft.mintedToken,
      statuses: [201],
      faults: [...bodyFaults, "invalid", "absent"],
    }),
  ),
  listRelays: route({ ...inspect, path: `${ORG}/v1/relays` }, () => ({
    tag: "Organisation",
    summary: "Relays of all zones",
    query: pageQuery,
    answer: pageOf(weft.relay),
    faults: ["malformed"],
  })),
  listZoneRelays: route({ ...inspect, path: `${ORG}/v1/zones/{zone}/relays` }, () => ({
    tag: "Organisation",
    summary: "Relays of a zone",
    query: pageQuery,
    answer: pageOf(weft.relay),
    faults: ["malformed"],
  })),
  revokeRelay: route(
    {
      method: "delete",
      path: `${ORG}/v1/zones/{zone}/relays/{relay}`,
      auth: "api",
      verb: "revoke-relay",
    },
    () => ({
      tag: "Organisation",
      summary: "Revoke a relay: its proofs are refused, and certificates of its issuers trusted no more, from now on",
      answer: null,
      statuses: [204],
      faults: ["absent"],
    }),
  ),
  revokeZone: route(
    {
      method: "post",
      path: `${ORG}/v1/zones/{zone}/revocation`,
      auth: "api",
      verb: "revoke-relay",
    },
    () => ({
      tag: "Organisation",
      summary: "Revoke all relays of a zone: its issuers leave the bundle of every mesh",
      answer: weft.zoneRevocation,
      statuses: [200],
      faults: ["absent"],
    }),
  ),
  listIssuers: route({ ...inspect, path: `${ORG}/v1/issuers` }, () => ({
    tag: "Organisation",
    summary: "Intermediates that sign certificates: of each relay its own, and the one that is held here for it",
    query: pageQuery,
    answer: pageOf(weft.issuer),
    faults: ["malformed"],
  })),
  listCertificates: route({ ...inspect, path: `${ORG}/v1/certificates` }, () => ({
    tag: "Organisation",
    summary: "Issued certificates, those that live longest first, until two weeks after their end",
    query: weft.certificateQuery,
    answer: pageOf(weft.certificate),
    faults: ["malformed"],
  })),
  createChange: route({ method: "post", path: `${ORG}/v1/changes`, auth: "api", verb: null, limit: 8 * MIB }, () => ({
    tag: "Organisation",
    summary: "Put and delete several resources in one revision, all or none; or commit a plan",
    body: weft.change,
    answer: weft.applied,
    statuses: [200],
    faults: [...writeFaults, "absent"],
  })),
  createPlan: route({ method: "post", path: `${ORG}/v1/plan`, auth: "api", verb: null, limit: 8 * MIB }, () => ({
    tag: "Organisation",
    summary: "What a change would do: proxies, access, faults. Commits nothing; the plan is kept for a day",
    body: plan.planRequest,
    answer: plan.plan,
    statuses: [200],
    faults: [...writeFaults, "absent"],
  })),
  listPlans: route({ ...inspect, path: `${ORG}/v1/plans` }, () => ({
    tag: "Organisation",
    summary: "Plans that are kept, newest first",
    answer: plan.plans,
  })),
  getPlan: route({ ...inspect, path: `${ORG}/v1/plans/{id}` }, () => ({
    tag: "Organisation",
    summary: "A plan",
    answer: plan.plan,
    faults: ["absent"],
  })),
  approvePlan: route(
    {
      method: "post",
      path: `${ORG}/v1/plans/{id}/approvals`,
      auth: "api",
      verb: "approve-plan",
    },
    () => ({
      tag: "Organisation",
      summary: "Approve a plan of somebody else; its author's own token is refused",
      answer: plan.plan,
      statuses: [200],
      faults: ["absent", "stale"],
    }),
  ),
  withdrawApproval: route(
    {
      method: "delete",
      path: `${ORG}/v1/plans/{id}/approvals`,
      auth: "api",
      verb: "approve-plan",
    },
    () => ({
      tag: "Organisation",
      summary: "Take the caller's own approval of a plan back",
      answer: plan.plan,
      statuses: [200],
      faults: ["absent", "stale"],
    }),
  ),
  listDeliveries: route({ ...inspect, path: `${ORG}/v1/zones/{zone}/deliveries` }, () => ({
    tag: "Organisation",
    summary: "How far the zone's proxies have taken each sequence",
    query: pageQuery,
    answer: pageOf(weft.delivery),
    faults: ["malformed"],
  })),
  getRevisionDelivery: route({ ...inspect, path: `${ORG}/v1/revisions/{revision}/delivery` }, () => ({
    tag: "Organisation",
    summary: "How far a revision has come: relays, proxies, times since the commit, and what Envoys refuse",
    answer: weft.revisionDelivery,
    statuses: [200, 304],
    faults: ["malformed", "absent"],
  })),
  listRevisionDeliveries: route({ ...inspect, path: `${ORG}/v1/deliveries` }, () => ({
    tag: "Organisation",
    summary: "How far the newest revisions have come, newest first",
    query: weft.sizeQuery,
    answer: weft.revisionDeliveries,
    faults: ["malformed"],
  })),
} as const;
