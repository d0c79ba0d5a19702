// The handler of each route of the table.
import type { ROUTES, RouteName } from "#api/routes.ts";
import * as access from "./access.ts";
import { accessDraft } from "./access-draft.ts";
import { accessMatrix } from "./access-matrix.ts";
import { accessTests } from "./access-test.ts";
import * as account from "./account.ts";
import * as audit from "./audit.ts";
import type { Handler } from "./call.ts";
import { createChange } from "./change.ts";
import * as controlPlane from "./control-plane.ts";
import * as copy from "./copy.ts";
import * as ending from "./ending.ts";
import * as envoyPage from "./envoy-page.ts";
import { events } from "./event.ts";
import { graph } from "./graph.ts";
import * as history from "./history.ts";
import { hostnames } from "./hostnames.ts";
import * as insight from "./insight.ts";
import * as inspection from "./inspection.ts";
import { listJoins } from "./join.ts";
import * as limit from "./limit.ts";
import * as lint from "./lint.ts";
import * as member from "./member.ts";
import * as olderInspection from "./older-inspection.ts";
import * as organisation from "./organisation.ts";
import { organisationOverview } from "./organisation-overview.ts";
import * as overview from "./overview.ts";
import * as ownAccount from "./own-account.ts";
import * as passkey from "./passkey.ts";
import * as passkeyEntry from "./passkey-entry.ts";
import * as plan from "./plan.ts";
import * as provider from "./provider.ts";
import * as proxyList from "./proxy-list.ts";
import { reseal } from "./reseal.ts";
import * as resource from "./resource.ts";
import * as resourceHistory from "./resource-history.ts";
import { getRevisionDelivery, listRevisionDeliveries } from "./revision-delivery.ts";
import * as session from "./session.ts";
import { usage } from "./usage.ts";
import * as webhook from "./webhook.ts";
import { dataplaneWhy } from "./why.ts";
import * as zone from "./zone.ts";
import * as zoneProxy from "./zone-proxy.ts";

/** One for each row; its type says what kind of caller it gets. */
export const HANDLERS: { readonly [N in RouteName]: Handler<(typeof ROUTES)[N]["auth"]> } = {
  health: controlPlane.health,
  openapi: controlPlane.openapi,
  listOrganisations: organisation.listOrganisations,
  limits: limit.limits,
  getTier: limit.getTier,
  setTier: limit.setTier,
  listDatabases: organisation.listDatabases,
  backup: copy.backup,
  endBackup: copy.endBackup,
  moveOrganisation: copy.moveOrganisation,
  restore: copy.restore,
  backupDirectory: copy.backupDirectory,
  restoreDirectory: copy.restoreDirectory,
  reseal,
  createOrganisation: organisation.createOrganisation,
  openSession: session.openSession,
  readSession: session.readSession,
  closeSession: session.closeSession,
  passkeyOptions: passkey.passkeyOptions,
  addPasskey: passkey.addPasskey,
  listPasskeys: passkey.listPasskeys,
  renamePasskey: passkey.renamePasskey,
  deletePasskey: passkey.deletePasskey,
  listLogins: passkey.listLogins,
  deleteLogin: passkey.deleteLogin,
  passkeySignInOptions: passkeyEntry.passkeySignInOptions,
  passkeySignIn: passkeyEntry.passkeySignIn,
  passkeySignUpOptions: passkeyEntry.passkeySignUpOptions,
  passkeySignUp: passkeyEntry.passkeySignUp,
  accountWays: account.accountWays,
  signUp: account.signUp,
  signIn: account.signIn,
  accountSecondFactor: account.accountSecondFactor,
  requestReset: account.requestReset,
  confirmReset: account.confirmReset,
  confirmVerification: ownAccount.confirmVerification,
  startProvider: provider.startProvider,
  finishProvider: provider.finishProvider,
  sendVerification: ownAccount.sendVerification,
  changeAccount: ownAccount.changeAccount,
  readFarewell: ownAccount.readFarewell,
  deleteAccount: ownAccount.deleteAccount,
  changePassword: ownAccount.changePassword,
  startTotp: ownAccount.startTotp,
  confirmTotp: ownAccount.confirmTotp,
  stopTotp: ownAccount.stopTotp,
  renewRecoveryCodes: ownAccount.renewRecoveryCodes,
  listSessions: ownAccount.listSessions,
  listSignIns: ownAccount.listSignIns,
  endSession: ownAccount.endSession,
  endOtherSessions: ownAccount.endOtherSessions,

  enrol: zone.enrol,
  snapshot: zone.snapshot,
  bell: zone.bell,
  view: zone.view,
  certificates: zone.certificates,
  issuer: zone.issuer,
  secrets: zone.secrets,
  report: zone.report,

  index: controlPlane.index,
  resourceTypes: controlPlane.resourceTypes,
  resourceSchema: controlPlane.resourceSchema,
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
  zoneInsights: overview.zoneInsights,
  zoneInsight: overview.zoneInsight,
  zoneIngressOverviews: zoneProxy.zoneIngressOverviews,
  zoneIngressOverview: zoneProxy.zoneIngressOverview,
  olderZoneIngressOverviews: zoneProxy.zoneIngressOverviews,
  olderZoneIngressOverview: zoneProxy.zoneIngressOverview,
  zoneIngressInsights: zoneProxy.zoneIngressInsights,
  zoneIngressInsight: zoneProxy.zoneIngressInsight,
  zoneEgressOverviews: zoneProxy.zoneEgressOverviews,
  zoneEgressOverview: zoneProxy.zoneEgressOverview,
  olderZoneEgressOverviews: zoneProxy.zoneEgressOverviews,
  olderZoneEgressOverview: zoneProxy.zoneEgressOverview,
  zoneEgressInsights: zoneProxy.zoneEgressInsights,
  zoneEgressInsight: zoneProxy.zoneEgressInsight,
  reach: access.reach,
  access: access.access,
  accessDraft,
  accessMatrix,
  accessTests,
  lint: lint.lint,
  lintChange: lint.lintChange,
  kri: resource.getByKri,
  dataplaneRules: inspection.dataplaneRules,
  dataplanePolicies: inspection.dataplanePolicies,
  dataplaneInboundPolicies: inspection.dataplaneInboundPolicies,
  dataplaneOutboundPolicies: inspection.dataplaneOutboundPolicies,
  dataplaneOutboundRoutes: inspection.dataplaneOutboundRoutes,
  dataplaneRoutePolicies: inspection.dataplaneRoutePolicies,
  dataplaneLayout: inspection.dataplaneLayout,
  dataplaneConfig: inspection.dataplaneConfig,
  dataplaneXds: envoyPage.dataplanePages.xds,
  dataplaneClusters: envoyPage.dataplanePages.clusters,
  dataplaneStats: envoyPage.dataplanePages.stats,
  zoneIngressXds: envoyPage.zoneIngressPages.xds,
  zoneIngressClusters: envoyPage.zoneIngressPages.clusters,
  zoneIngressStats: envoyPage.zoneIngressPages.stats,
  zoneEgressXds: envoyPage.zoneEgressPages.xds,
  zoneEgressClusters: envoyPage.zoneEgressPages.clusters,
  zoneEgressStats: envoyPage.zoneEgressPages.stats,
  dataplaneWhy,
  olderDataplanePolicies: olderInspection.olderDataplanePolicies,
  olderDataplaneRules: olderInspection.olderDataplaneRules,
  policyDataplanes: inspection.selectedDataplanes,
  olderPolicyDataplanes: olderInspection.olderPolicyDataplanes,
  serviceDataplanes: inspection.selectedDataplanes,
  olderServiceDataplanes: inspection.selectedDataplanes,
  hostnames,
  createDataplaneToken: controlPlane.createDataplaneToken,
  createZoneToken: controlPlane.createZoneToken,

  listTokens: organisation.listTokens,
  createToken: organisation.createToken,
  revokeToken: organisation.revokeToken,
  createEnrolment: organisation.createEnrolment,
  listRelays: organisation.listRelays,
  listZoneRelays: organisation.listRelays,
  revokeRelay: organisation.revokeRelay,
  revokeZone: organisation.revokeZone,
  listIssuers: organisation.listIssuers,
  listCertificates: organisation.listCertificates,
  listRevisions: history.listRevisions,
  getRevision: history.getRevision,
  diff: history.diff,
  resourceHistoryGlobal: resourceHistory.history,
  resourceHistory: resourceHistory.history,
  blameGlobal: resourceHistory.blame,
  blame: resourceHistory.blame,
  createChange,
  createPlan: plan.createPlan,
  listPlans: plan.listPlans,
  getPlan: plan.getPlan,
  approvePlan: plan.approvePlan,
  withdrawApproval: plan.withdrawApproval,
  listDeliveries: organisation.listDeliveries,
  getRevisionDelivery,
  listRevisionDeliveries,

  listAudit: audit.listAudit,
  auditKeys: audit.auditKeys,
  auditRetention: audit.auditRetention,
  setAuditRetention: audit.setAuditRetention,
  listWebhooks: webhook.listWebhooks,
  createWebhook: webhook.createWebhook,
  deleteWebhook: webhook.deleteWebhook,
  rotateWebhook: webhook.rotateWebhook,
  testWebhook: webhook.testWebhook,
  replayWebhook: webhook.replayWebhook,
  webhookDeliveries: webhook.webhookDeliveries,
  readDeletion: ending.readDeletion,
  endOrganisation: ending.endOrganisation,
  restoreOrganisation: ending.restoreOrganisation,
  listMembers: member.listMembers,
  changeMember: member.changeMember,
  removeMember: member.removeMember,
  listInvitations: member.listInvitations,
  createInvitation: member.createInvitation,
  revokeInvitation: member.revokeInvitation,
  readInvitation: member.readInvitation,
  acceptInvitation: member.acceptInvitation,
  events,
  listJoins,
  organisationOverview,
  usage,
  listProxies: proxyList.listProxies,
  graph,
  search: proxyList.search,

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
