// One tenant's queries, put together; each carries the tenant because none can be had without one.

import { addApproval, dropApproval, listApprovals } from "./approvals.ts";
import { addAuditSeal, auditStanding, listAudit, listAuditSeals, trimAudit } from "./audit-log.ts";
import { commitChange, findWrite } from "./commit.ts";
import { keepContact, keepSeen, listContacts } from "./contacts.ts";
import {
  addCredential,
  findCredential,
  listCredentials,
  noteUse,
  readCredentialNames,
  readLineage,
  revokeCredential,
} from "./credentials.ts";
import { listCertificates, listDeliveries, takeReveals } from "./delivery.ts";
import { listOverwrites, listPassages, listRevisions, oldestRevision } from "./history.ts";
import { listIssuers } from "./issuers.ts";
import { listJoinNotes, noteJoin } from "./join-notes.ts";
import { addSigningKey, listSigningKeys } from "./keys.ts";
import { addEffects, addPlan, countPlans, findPlan, listEffects, listPlans, planParts } from "./plans.ts";
import { pollTenant } from "./poll.ts";
import { purgeTenant } from "./purge.ts";
import type { Tenancy } from "./queries.ts";
import { proofStatus, recordEntry } from "./record.ts";
import { listRegistrations } from "./registrations.ts";
import { closeRelays, enrolRelay, listZoneHeads, revokeRelay } from "./relays.ts";
import { getResource, listResources, mergeStatus, readHeads, readMesh, setStatus } from "./resources.ts";
import { listRevisionDeliveries, listRevisionMoments } from "./revision-delivery.ts";
import { replaceSealed, sealedPage } from "./sealed.ts";
import { missingBlobs, publishSnapshot } from "./snapshots.ts";
import type { TenantStore } from "./store.ts";
import { collectBlobs, noteUnused, storedBlobs, unusedBlobs, unusedSince } from "./unused-blobs.ts";
import { openWebhooks } from "./webhooks.ts";
import { readWhole } from "./whole.ts";

/** The only object that has queries on tenants' tables. */
export function openTenant(tenancy: Tenancy): TenantStore {
  return {
    ...pollTenant(tenancy.database, tenancy.tenant),
    heads: () => readHeads(tenancy),
    get: (key) => getResource(tenancy, key),
    list: (query) => listResources(tenancy, query),
    readWhole: () => readWhole(tenancy),
    readMesh: (mesh) => readMesh(tenancy, mesh),
    commit: (commit) => commitChange(tenancy, commit),
    setStatus: (key, status) => setStatus(tenancy, key, status),
    mergeStatus: (key, patch) => mergeStatus(tenancy, { key, patch }),
    findWrite: (writeId) => findWrite(tenancy, writeId),
    revisions: (query) => listRevisions(tenancy, query),
    passages: (range, page) => listPassages(tenancy, range, page),
    overwrites: (revision) => listOverwrites(tenancy, revision),
    oldestRevision: () => oldestRevision(tenancy),
    addPlan: (row, parts, more) => addPlan(tenancy, row, parts, more),
    plan: (id) => findPlan(tenancy, id),
    approvals: (plan) => listApprovals(tenancy, plan),
    addApproval: (row, audit) => addApproval(tenancy, row, audit),
    dropApproval: (plan, actor, audit) => dropApproval(tenancy, plan, actor, audit),
    planParts: (id) => planParts(tenancy, id),
    plans: ({ size }) => listPlans(tenancy, size),
    countPlans: () => countPlans(tenancy),
    addEffects: (rows) => addEffects(tenancy, rows),
    effects: (revision) => listEffects(tenancy, revision),
    registrations: (query) => listRegistrations(tenancy, query),
    addCredential: (row, audit, most) => addCredential(tenancy, row, audit, most),
    credential: (id) => findCredential(tenancy, id),
    credentialNames: (ids) => readCredentialNames(tenancy, ids),
    lineage: (ids) => readLineage(tenancy, ids),
    listCredentials: (kind) => listCredentials(tenancy, kind),
    noteUse: (id, at, unless) => noteUse(tenancy, id, at, unless),
    revokeCredential: (id, at, audit) => revokeCredential(tenancy, id, at, audit),
    enrol: (tokenId, head, audit) => enrolRelay(tenancy, tokenId, head, audit),
    zoneHeads: (zone) => listZoneHeads(tenancy, zone),
    keepContact: (row) => keepContact(tenancy, row),
    keepSeen: (seen) => keepSeen(tenancy, seen),
    contacts: (zone) => listContacts(tenancy, zone),
    noteJoin: (row, keep) => noteJoin(tenancy, row, keep),
    joinNotes: () => listJoinNotes(tenancy),
    revokeRelay: (zone, relay, audit) => revokeRelay(tenancy, zone, relay, audit),
    closeRelays: (closed, audit) => closeRelays(tenancy, closed, audit),
    publish: (snapshot) => publishSnapshot(tenancy, snapshot),
    missingBlobs: (hashes) => missingBlobs(tenancy, hashes),
    unusedSince: () => unusedSince(tenancy),
    unusedBlobs: (by, size) => unusedBlobs(tenancy, by, size),
    storedBlobs: (behind, size) => storedBlobs(tenancy, behind, size),
    noteUnused: (hashes) => noteUnused(tenancy, hashes),
    collect: (found) => collectBlobs(tenancy, found),
    issuers: (mesh) => listIssuers(tenancy, mesh),
    addSigningKey: (row) => addSigningKey(tenancy, row),
    signingKeys: (purpose, mesh) => listSigningKeys(tenancy, purpose, mesh),
    proofStatus: (id) => proofStatus(tenancy, id),
    recordDelivery: (delivery) => recordEntry(tenancy, { delivery }),
    record: (entry) => recordEntry(tenancy, entry),
    deliveries: (zone) => listDeliveries(tenancy, zone),
    revisionDeliveries: (from) => listRevisionDeliveries(tenancy, from),
    revisionMoments: (range) => listRevisionMoments(tenancy, range),
    certificates: (query) => listCertificates(tenancy, query),
    audit: (query) => listAudit(tenancy, query),
    auditStanding: () => auditStanding(tenancy),
    auditSeals: (range) => listAuditSeals(tenancy, range),
    addAuditSeal: (row) => addAuditSeal(tenancy, row),
    trimAudit: (anchor) => trimAudit(tenancy, anchor),
    webhooks: openWebhooks(tenancy),
    sealedPage: (from) => sealedPage(tenancy, from),
    replaceSealed: (table, changes) => replaceSealed(tenancy, table, changes),
    purge: (most) => purgeTenant(tenancy, most),
    takeReveals: (size, draftOf) => takeReveals(tenancy, size, draftOf),
  };
}
