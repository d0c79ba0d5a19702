// The route table: the app, the OpenAPI document and the client are made from it, and nobody else lists a route.

import type { Kind } from "#model/kind.ts";
import { ALL_KINDS, isPolicy } from "#model/kinds.ts";
import * as inspection from "./inspection.ts";
import * as kuma from "./kuma.ts";
import { pageOf, pageQuery } from "./page.ts";
import { type Route, route } from "./route.ts";
import * as weft from "./weft.ts";
import * as zone from "./zone-shape.ts";

const MIB = 1024 * 1024;
const ORG = "/o/{organisation}" as const;
const PROXY = `${ORG}/meshes/{mesh}/dataplanes/{name}` as const;

const openTo = { auth: "none", verb: null, faults: [] } as const;
const inspect = { method: "get", auth: "api", verb: "read", statuses: [200], tag: "Inspection", faults: [] } as const;
const get = {
  method: "get",
  auth: "api",
  verb: "read",
  tag: "Resources",
  statuses: [200],
  faults: ["malformed"],
} as const;
const put = { method: "put", auth: "api", verb: "write", tag: "Resources", statuses: [200, 201] } as const;
const remove = { method: "delete", auth: "api", verb: "delete", tag: "Resources", statuses: [200] } as const;
const operate = { path: "/v1/organisations", auth: "operator", verb: null, tag: "Control plane" } as const;
const prove = { auth: "relay", verb: null, tag: "Zone protocol" } as const;

const writeFaults = [
  "invalid",
  "malformed",
  "read-only",
  "conflict",
  "stale",
  "too-large",
  "unsupported-type",
] as const;
const bodyFaults = ["malformed", "too-large", "unsupported-type"] as const;

/** Order matters where a fixed segment and a parameter stand at the same place: the fixed one comes first. */
export const ROUTES = {
  health: route({
    ...openTo,
    method: "get",
    path: "/healthy",
    tag: "Control plane",
    summary: "Whether the control plane answers",
    answer: "text",
    statuses: [200],
  }),
  openapi: route({
    ...openTo,
    method: "get",
    path: "/openapi.json",
    tag: "Control plane",
    summary: "This description, as OpenAPI 3.1",
    answer: kuma.insight,
    statuses: [200],
  }),
  listOrganisations: route({
    ...operate,
    method: "get",
    summary: "Organisations of this control plane",
    query: pageQuery,
    answer: pageOf(weft.organisation),
    statuses: [200],
    faults: ["malformed"],
  }),
  createOrganisation: route({
    ...operate,
    method: "post",
    summary: "Create an organisation with its first admin token",
    body: weft.newOrganisation,
    limit: 4096,
    answer: weft.createdOrganisation,
    statuses: [201],
    faults: [...bodyFaults, "invalid", "conflict"],
  }),

  enrol: route({
    ...prove,
    auth: "none",
    method: "post",
    path: "/v1/zone/enrol",
    summary: "Admit a relay to a zone by a one-use token",
    body: zone.enrolRequest,
    limit: 16_384,
    answer: zone.enrolResponse,
    statuses: [200],
    faults: [...bodyFaults, "invalid", "unauthenticated", "forbidden", "conflict"],
  }),
  snapshot: route({
    ...prove,
    method: "get",
    path: "/v1/zone/snapshot",
    summary: "The zone's snapshot, as a difference to the one in If-None-Match; Prefer: wait=N holds the answer",
    answer: zone.snapshotResponse,
    statuses: [200, 304],
    faults: ["malformed", "absent"],
  }),
  view: route({
    ...prove,
    method: "get",
    path: "/v1/zone/view",
    summary: "What a relay needs to compile newcomers while cut off",
    answer: zone.viewResponse,
    statuses: [200, 304],
    faults: [],
  }),
  certificates: route({
    ...prove,
    method: "post",
    path: "/v1/zone/certificates",
    summary: "Register dataplanes and sign their certificates",
    body: zone.certificatesRequest,
    limit: 4 * MIB,
    answer: zone.certificatesResponse,
    statuses: [200],
    faults: [...bodyFaults, "invalid", "conflict"],
  }),
  issuer: route({
    ...prove,
    method: "post",
    path: "/v1/zone/issuer",
    summary: "Sign the zone's intermediate of one mesh",
    body: zone.issuerRequest,
    limit: 65_536,
    answer: zone.issuerResponse,
    statuses: [200],
    faults: [...bodyFaults, "invalid", "absent"],
  }),
  report: route({
    ...prove,
    method: "post",
    path: "/v1/zone/report",
    summary: "Numbered events and delivery of a relay",
    body: zone.reportRequest,
    limit: 4 * MIB,
    answer: zone.reportResponse,
    statuses: [200],
    faults: [...bodyFaults, "invalid", "conflict"],
  }),

  index: route({
    ...openTo,
    method: "get",
    path: `${ORG}/`,
    tag: "Control plane",
    summary: "Product and version, as kumactl asks first",
    answer: kuma.index,
    statuses: [200],
  }),
  resourceTypes: route({
    ...inspect,
    verb: null,
    path: `${ORG}/_resources`,
    summary: "Types of resources",
    answer: kuma.resourceTypes,
  }),
  policies: route({
    ...inspect,
    verb: null,
    path: `${ORG}/policies`,
    summary: "Types of policies",
    answer: kuma.policies,
  }),
  whoAmI: route({
    ...inspect,
    verb: null,
    path: `${ORG}/who-am-i`,
    summary: "Name and groups of the caller",
    answer: kuma.whoAmI,
  }),
  config: route({
    ...inspect,
    path: `${ORG}/config`,
    summary: "Configuration of the control plane, without secrets",
    answer: kuma.insight,
  }),
  organisationOpenapi: route({
    ...openTo,
    method: "get",
    path: `${ORG}/openapi.json`,
    tag: "Control plane",
    summary: "This description, below the organisation's address",
    answer: kuma.insight,
    statuses: [200],
  }),
  globalInsight: route({
    ...inspect,
    path: `${ORG}/global-insight`,
    summary: "Totals of the organisation",
    answer: kuma.insight,
  }),
  meshInsights: route({
    ...inspect,
    path: `${ORG}/mesh-insights`,
    summary: "Totals of each mesh",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  }),
  meshInsight: route({
    ...inspect,
    path: `${ORG}/mesh-insights/{mesh}`,
    summary: "Totals of one mesh",
    answer: kuma.insight,
    faults: ["absent"],
  }),
  serviceInsights: route({
    ...inspect,
    path: `${ORG}/meshes/{mesh}/service-insights`,
    summary: "Services of a mesh and their health",
    query: pageQuery,
    answer: pageOf(kuma.insight),
    faults: ["absent"],
  }),
  allServiceInsights: route({
    ...inspect,
    path: `${ORG}/service-insights`,
    summary: "Services of all meshes and their health",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  }),
  serviceInsight: route({
    ...inspect,
    path: `${ORG}/meshes/{mesh}/service-insights/{name}`,
    summary: "One service and its health",
    answer: kuma.insight,
    faults: ["absent"],
  }),
  dataplaneOverviews: route({
    ...inspect,
    path: `${ORG}/meshes/{mesh}/dataplanes/_overview`,
    summary: "Dataplanes with their insight",
    query: kuma.overviewQuery,
    answer: pageOf(kuma.insight),
    faults: ["malformed"],
  }),
  dataplaneOverview: route({
    ...inspect,
    path: `${ORG}/meshes/{mesh}/dataplanes/{name}/_overview`,
    summary: "A dataplane with its insight",
    answer: kuma.insight,
    faults: ["absent"],
  }),
  allDataplaneOverviews: route({
    ...inspect,
    path: `${ORG}/dataplanes/_overview`,
    summary: "Dataplanes of all meshes with their insight",
    query: kuma.overviewQuery,
    answer: pageOf(kuma.insight),
    faults: ["malformed"],
  }),
  olderDataplaneOverviews: route({
    ...inspect,
    path: `${ORG}/meshes/{mesh}/dataplanes+insights`,
    summary: "Older path of dataplane overviews",
    query: kuma.overviewQuery,
    answer: pageOf(kuma.insight),
    faults: ["malformed"],
  }),
  olderDataplaneOverview: route({
    ...inspect,
    path: `${ORG}/meshes/{mesh}/dataplanes+insights/{name}`,
    summary: "Older path of a dataplane's overview",
    answer: kuma.insight,
    faults: ["absent"],
  }),
  zoneOverviews: route({
    ...inspect,
    path: `${ORG}/zones/_overview`,
    summary: "Zones with their relays",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  }),
  zoneOverview: route({
    ...inspect,
    path: `${ORG}/zones/{name}/_overview`,
    summary: "A zone with its relays",
    answer: kuma.insight,
    faults: ["absent"],
  }),
  olderZoneOverviews: route({
    ...inspect,
    path: `${ORG}/zones+insights`,
    summary: "Older path of zone overviews",
    query: pageQuery,
    answer: pageOf(kuma.insight),
  }),
  olderZoneOverview: route({
    ...inspect,
    path: `${ORG}/zones+insights/{name}`,
    summary: "Older path of a zone's overview",
    answer: kuma.insight,
    faults: ["absent"],
  }),
  kri: route({
    ...inspect,
    path: `${ORG}/_kri/{kri}`,
    summary: "The resource of a KRI",
    query: kuma.formatQuery,
    answer: kuma.resource,
    faults: ["malformed", "absent"],
  }),
  dataplaneRules: route({
    ...inspect,
    path: `${PROXY}/_rules`,
    summary: "The rules of every policy that holds for a dataplane",
    answer: inspection.rules,
    faults: ["absent"],
  }),
  dataplanePolicies: route({
    ...inspect,
    path: `${PROXY}/_policies`,
    summary: "What proxy-wide policies come to for a dataplane",
    answer: inspection.policyList,
    faults: ["absent"],
  }),
  dataplaneInboundPolicies: route({
    ...inspect,
    path: `${PROXY}/_inbounds/{inbound}/_policies`,
    summary: "Policies of an inbound, by its KRI, name or port",
    answer: inspection.inboundPolicyList,
    faults: ["malformed", "absent"],
  }),
  dataplaneOutboundPolicies: route({
    ...inspect,
    path: `${PROXY}/_outbounds/{outbound}/_policies`,
    summary: "Policies of an outbound, by the KRI of what it leads to or Envoy's name of that",
    answer: inspection.policyList,
    faults: ["absent"],
  }),
  dataplaneOutboundRoutes: route({
    ...inspect,
    path: `${PROXY}/_outbounds/{outbound}/_routes`,
    summary: "Routes of an outbound",
    answer: inspection.routeList,
    faults: ["absent"],
  }),
  dataplaneRoutePolicies: route({
    ...inspect,
    path: `${PROXY}/_outbounds/{outbound}/_routes/{route}/_policies`,
    summary: "Policies of the requests that one MeshHTTPRoute matches",
    answer: inspection.policyList,
    faults: ["malformed", "absent"],
  }),
  dataplaneLayout: route({
    ...inspect,
    path: `${PROXY}/_layout`,
    summary: "What listens in a proxy and what it leads to",
    answer: inspection.layout,
    faults: ["absent"],
  }),
  dataplaneConfig: route({
    ...inspect,
    path: `${PROXY}/_config`,
    summary: "The whole Envoy config of a proxy, and what shadow policies would change in it",
    query: inspection.configQuery,
    answer: inspection.config,
    faults: ["malformed", "absent"],
  }),
  dataplaneWhy: route({
    ...inspect,
    path: `${PROXY}/_why`,
    summary: "Each setting of a proxy: the rule that set it, those it beat, and the Envoy fields it became",
    query: inspection.whyQuery,
    answer: inspection.why,
    faults: ["malformed", "absent"],
  }),
  olderDataplanePolicies: route({
    ...inspect,
    path: `${PROXY}/policies`,
    summary: "Older form of a dataplane's policies, for kumactl",
    answer: inspection.attachedPolicies,
    faults: ["absent"],
  }),
  olderDataplaneRules: route({
    ...inspect,
    path: `${PROXY}/rules`,
    summary: "Older form of a dataplane's rules, without those for real resources",
    answer: inspection.attachedRules,
    faults: ["absent"],
  }),
  policyDataplanes: route({
    ...inspect,
    each: "policy",
    path: `${ORG}/meshes/{mesh}/{plural}/{name}/_resources/dataplanes`,
    summary: "Dataplanes that a {kind} selects",
    query: pageQuery,
    answer: pageOf(inspection.meta),
    faults: ["malformed", "absent"],
  }),
  olderPolicyDataplanes: route({
    ...inspect,
    each: "policy",
    path: `${ORG}/meshes/{mesh}/{plural}/{name}/dataplanes`,
    summary: "Older form of the dataplanes that a {kind} selects, for kumactl",
    answer: inspection.policyDataplanes,
    faults: ["absent"],
  }),
  serviceDataplanes: route({
    ...inspect,
    path: `${ORG}/meshes/{mesh}/meshservices/{name}/_dataplanes`,
    summary: "Dataplanes that a MeshService selects",
    query: pageQuery,
    answer: pageOf(inspection.meta),
    faults: ["malformed", "absent"],
  }),
  olderServiceDataplanes: route({
    ...inspect,
    path: `${ORG}/meshes/{mesh}/meshservices/{name}/_resources/dataplanes`,
    summary: "Older path of the dataplanes that a MeshService selects",
    query: pageQuery,
    answer: pageOf(inspection.meta),
    faults: ["malformed", "absent"],
  }),
  hostnames: route({
    ...inspect,
    path: `${ORG}/meshes/{mesh}/{serviceType}/{name}/_hostnames`,
    summary:
      "Host names of a MeshService, MeshExternalService or MeshMultiZoneService, and the zones that resolve them",
    answer: inspection.hostnames,
    faults: ["malformed", "absent"],
  }),
  createDataplaneToken: route({
    method: "post",
    path: `${ORG}/tokens/dataplane`,
    auth: "api",
    verb: "issue-dataplane-token",
    tag: "Tokens",
    summary: "A token with which a dataplane joins",
    body: kuma.dataplaneToken,
    limit: 65_536,
    answer: "text",
    statuses: [200],
    faults: [...bodyFaults, "invalid"],
  }),

  createZoneToken: route({
    method: "post",
    path: `${ORG}/tokens/zone`,
    auth: "api",
    verb: "issue-zone-token",
    tag: "Tokens",
    summary: "A token with which a zone's ingress or egress joins",
    body: kuma.zoneToken,
    limit: 65_536,
    answer: "text",
    statuses: [200],
    faults: [...bodyFaults, "invalid"],
  }),

  listTokens: route({
    method: "get",
    path: `${ORG}/v1/tokens`,
    auth: "api",
    verb: "read-tokens",
    tag: "Tokens",
    summary: "API tokens, without their secrets",
    query: pageQuery,
    answer: pageOf(weft.apiToken),
    statuses: [200],
    faults: ["malformed"],
  }),
  createToken: route({
    method: "post",
    path: `${ORG}/v1/tokens`,
    auth: "api",
    verb: "manage-tokens",
    tag: "Tokens",
    summary: "Create an API token; its text is shown once",
    body: weft.newApiToken,
    limit: 16_384,
    answer: weft.mintedToken,
    statuses: [201],
    faults: [...bodyFaults, "invalid"],
  }),
  revokeToken: route({
    method: "delete",
    path: `${ORG}/v1/tokens/{id}`,
    auth: "api",
    verb: "manage-tokens",
    tag: "Tokens",
    summary: "Revoke an API token",
    answer: null,
    statuses: [204],
    faults: ["absent"],
  }),
  createEnrolment: route({
    method: "post",
    path: `${ORG}/v1/zones/{zone}/enrolment-tokens`,
    auth: "api",
    verb: "enrol-zone",
    tag: "Tokens",
    summary: "A one-use token that admits one relay to the zone",
    body: weft.newEnrolment,
    limit: 4096,
    answer: weft.mintedToken,
    statuses: [201],
    faults: [...bodyFaults, "invalid", "absent"],
  }),
  listRelays: route({
    ...inspect,
    tag: "Organisation",
    path: `${ORG}/v1/relays`,
    summary: "Relays of all zones",
    query: pageQuery,
    answer: pageOf(weft.relay),
    faults: ["malformed"],
  }),
  listZoneRelays: route({
    ...inspect,
    tag: "Organisation",
    path: `${ORG}/v1/zones/{zone}/relays`,
    summary: "Relays of a zone",
    query: pageQuery,
    answer: pageOf(weft.relay),
    faults: ["malformed"],
  }),
  revokeRelay: route({
    method: "delete",
    path: `${ORG}/v1/zones/{zone}/relays/{relay}`,
    auth: "api",
    verb: "revoke-relay",
    tag: "Organisation",
    summary: "Revoke a relay: its proofs are refused, and certificates of its issuers trusted no more, from now on",
    answer: null,
    statuses: [204],
    faults: ["absent"],
  }),
  revokeZone: route({
    method: "post",
    path: `${ORG}/v1/zones/{zone}/revocation`,
    auth: "api",
    verb: "revoke-relay",
    tag: "Organisation",
    summary: "Revoke all relays of a zone: its issuers leave the bundle of every mesh",
    answer: weft.zoneRevocation,
    statuses: [200],
    faults: ["absent"],
  }),
  listIssuers: route({
    ...inspect,
    tag: "Organisation",
    path: `${ORG}/v1/issuers`,
    summary: "Intermediates that sign certificates: of each relay its own, and the one that is held here for it",
    query: pageQuery,
    answer: pageOf(weft.issuer),
    faults: ["malformed"],
  }),
  listCertificates: route({
    ...inspect,
    tag: "Organisation",
    path: `${ORG}/v1/certificates`,
    summary: "Issued certificates, those that live longest first, until two weeks after their end",
    query: pageQuery,
    answer: pageOf(weft.certificate),
    faults: ["malformed"],
  }),
  listRevisions: route({
    ...inspect,
    tag: "Organisation",
    path: `${ORG}/v1/revisions`,
    summary: "Committed changes, newest first; contents of secrets withheld",
    query: weft.revisionQuery,
    answer: weft.revisions,
    faults: ["malformed"],
  }),
  createChange: route({
    method: "post",
    path: `${ORG}/v1/changes`,
    auth: "api",
    verb: null,
    tag: "Organisation",
    summary: "Put and delete several resources in one revision, all or none",
    body: weft.change,
    limit: 8 * MIB,
    answer: weft.applied,
    statuses: [200],
    faults: [...writeFaults, "absent"],
  }),
  listDeliveries: route({
    ...inspect,
    tag: "Organisation",
    path: `${ORG}/v1/zones/{zone}/deliveries`,
    summary: "How far the zone's proxies have taken each sequence",
    query: pageQuery,
    answer: pageOf(weft.delivery),
    faults: ["malformed"],
  }),

  listGlobal: route({
    ...get,
    each: "Global",
    path: `${ORG}/{plural}`,
    summary: "List {kinds}",
    query: pageQuery,
    answer: pageOf(kuma.resource),
  }),
  listAcross: route({
    ...get,
    each: "Mesh",
    path: `${ORG}/{plural}`,
    summary: "List {kinds} of all meshes",
    query: pageQuery,
    answer: pageOf(kuma.resource),
  }),
  list: route({
    ...get,
    each: "Mesh",
    path: `${ORG}/meshes/{mesh}/{plural}`,
    summary: "List {kinds} of a mesh",
    query: pageQuery,
    answer: pageOf(kuma.resource),
  }),
  getGlobal: route({
    ...get,
    each: "Global",
    path: `${ORG}/{plural}/{name}`,
    summary: "Get a {kind}",
    query: kuma.formatQuery,
    answer: kuma.resource,
    statuses: [200, 304],
  }),
  get: route({
    ...get,
    each: "Mesh",
    path: `${ORG}/meshes/{mesh}/{plural}/{name}`,
    summary: "Get a {kind}",
    query: kuma.formatQuery,
    answer: kuma.resource,
    statuses: [200, 304],
  }),
  putGlobal: route({
    ...put,
    each: "Global",
    path: `${ORG}/{plural}/{name}`,
    summary: "Create or replace a {kind}",
    body: kuma.resource,
    limit: MIB,
    answer: kuma.written,
    faults: writeFaults,
  }),
  put: route({
    ...put,
    each: "Mesh",
    path: `${ORG}/meshes/{mesh}/{plural}/{name}`,
    summary: "Create or replace a {kind}",
    body: kuma.resource,
    limit: MIB,
    answer: kuma.written,
    faults: writeFaults,
  }),
  deleteGlobal: route({
    ...remove,
    each: "Global",
    path: `${ORG}/{plural}/{name}`,
    summary: "Delete a {kind}",
    answer: kuma.empty,
    faults: writeFaults,
  }),
  delete: route({
    ...remove,
    each: "Mesh",
    path: `${ORG}/meshes/{mesh}/{plural}/{name}`,
    summary: "Delete a {kind}",
    answer: kuma.empty,
    faults: writeFaults,
  }),
} as const;

export type RouteName = keyof typeof ROUTES;

/** A row at work: one concrete path, and the kind where the row holds for each. */
export interface Operation {
  readonly name: RouteName;
  readonly route: Route;
  readonly path: string;
  readonly kind: Kind | null;
  /** The path is an alias: served, not documented. */
  readonly alias: boolean;
}

/** The table with its `each` rows spread over the kinds; in the order of registration. */
export function operations(): readonly Operation[] {
  return (Object.keys(ROUTES) as RouteName[]).flatMap((name): Operation[] => {
    const row = ROUTES[name] as unknown as Route;
    if (row.each === undefined) return [{ name, route: row, path: row.path, kind: null, alias: false }];
    const kinds = ALL_KINDS.filter((kind) => isMeant(kind, row.each));
    return kinds.flatMap((kind) =>
      [kind.path, ...kind.aliases].map((plural) => ({
        name,
        route: row,
        path: row.path.replace("{plural}", plural),
        kind,
        alias: plural !== kind.path,
      })),
    );
  });
}

function isMeant(kind: Kind, each: Route["each"]): boolean {
  return each === "any" || (each === "policy" ? isPolicy(kind) : kind.scope === each);
}

/** Path of a resource below an organisation's address: `meshes/default/dataplanes/web-1`, `zones/east`. */
export function resourcePath(kind: Pick<Kind, "scope" | "path">, mesh: string, name?: string): string {
  const tail = name === undefined ? kind.path : `${kind.path}/${encodeURIComponent(name)}`;
  return kind.scope === "Global" || mesh === "" ? tail : `meshes/${encodeURIComponent(mesh)}/${tail}`;
}
