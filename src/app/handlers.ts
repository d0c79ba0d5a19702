// The handler of each route of the table.
import type { ROUTES, RouteName } from "#api/routes.ts";
import type { Handler } from "./call.ts";
import { createChange } from "./change.ts";
import * as controlPlane from "./control-plane.ts";
import * as insight from "./insight.ts";
import * as organisation from "./organisation.ts";
import * as overview from "./overview.ts";
import * as resource from "./resource.ts";
import * as zone from "./zone.ts";

/** One for each row; its type says what kind of caller it gets. */
export const HANDLERS: { readonly [N in RouteName]: Handler<(typeof ROUTES)[N]["auth"]> } = {
  health: controlPlane.health,
  openapi: controlPlane.openapi,
  listOrganisations: organisation.listOrganisations,
  createOrganisation: organisation.createOrganisation,

  enrol: zone.enrol,
  snapshot: zone.snapshot,
  view: zone.view,
  certificates: zone.certificates,
  issuer: zone.issuer,
  report: zone.report,

  index: controlPlane.index,
  resourceTypes: controlPlane.resourceTypes,
  policies: controlPlane.policies,
  whoAmI: controlPlane.whoAmI,
  config: controlPlane.config,
  organisationOpenapi: controlPlane.openapi,
  globalInsight: insight.globalInsight,
  meshInsights: insight.meshInsights,
  meshInsight: insight.meshInsight,
  serviceInsights: insight.serviceInsights,
  allServiceInsights: insight.serviceInsights,
  serviceInsight: insight.serviceInsight,
  dataplaneOverviews: overview.dataplaneOverviews,
  dataplaneOverview: overview.dataplaneOverview,
  allDataplaneOverviews: overview.dataplaneOverviews,
  olderDataplaneOverviews: overview.dataplaneOverviews,
  olderDataplaneOverview: overview.dataplaneOverview,
  zoneOverviews: overview.zoneOverviews,
  zoneOverview: overview.zoneOverview,
  olderZoneOverviews: overview.zoneOverviews,
  olderZoneOverview: overview.zoneOverview,
  kri: resource.getByKri,
  createDataplaneToken: controlPlane.createDataplaneToken,

  listTokens: organisation.listTokens,
  createToken: organisation.createToken,
  revokeToken: organisation.revokeToken,
  createEnrolment: organisation.createEnrolment,
  listRelays: organisation.listRelays,
  listZoneRelays: organisation.listRelays,
  revokeRelay: organisation.revokeRelay,
  listRevisions: organisation.listRevisions,
  createChange,
  listDeliveries: organisation.listDeliveries,

  listGlobal: resource.listResources,
  listAcross: resource.listResources,
  list: resource.listResources,
  getGlobal: resource.getResource,
  get: resource.getResource,
  putGlobal: resource.putResource,
  put: resource.putResource,
  deleteGlobal: resource.deleteResource,
  delete: resource.deleteResource,
};
