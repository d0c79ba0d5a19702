// Rows of the route table. The control plane itself, and its organisations.
import * as copy from "#api/copy.ts";
import * as kuma from "#api/kuma.ts";
import * as limit from "#api/limit.ts";
import { pageOf, pageQuery } from "#api/page.ts";
import * as reseal from "#api/reseal.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import * as weft from "#api/weft.ts";
import { bodyFaults, MIB, openTo } from "./base.ts";

const operate = { path: "/v1/organisations", auth: "operator", verb: null, tag: "Control plane" } as const;

export const PLANE = {
  health: { ...openTo, method: "get", path: "/healthy" },
  openapi: { ...openTo, method: "get", path: "/openapi.json" },
  listOrganisations: { ...operate, method: "get" },
  limits: { ...openTo, method: "get", path: "/v1/limits" },
  getTier: { ...operate, path: "/v1/organisations/{organisation}/tier", method: "get" },
  setTier: { ...operate, path: "/v1/organisations/{organisation}/tier", method: "put", limit: 4096 },
  listDatabases: { ...operate, path: "/v1/databases", method: "get" },
  backup: { ...operate, path: "/v1/organisations/{organisation}/backup", method: "get" },
  endBackup: { ...operate, path: "/v1/organisations/{organisation}/backup", method: "delete" },
  moveOrganisation: {
    ...operate,
    path: "/v1/organisations/{organisation}/move",
    method: "post",
    limit: 4096,
  },
  restore: { ...operate, path: "/v1/restores", method: "post", limit: 8 * MIB },
  backupDirectory: { ...operate, path: "/v1/directory/backup", method: "get" },
  restoreDirectory: { ...operate, path: "/v1/directory/restores", method: "post", limit: 8 * MIB },
  reseal: { ...operate, path: "/v1/reseals", method: "post", limit: 64 * 1024 },
  createOrganisation: { ...operate, auth: "founder", method: "post", limit: 4096 },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellPlane() {
  return {
    health: {
      tag: "Control plane",
      summary: "Whether the control plane answers",
      answer: "text",
      statuses: [200],
    },
    openapi: {
      tag: "Control plane",
      summary: "This description, as OpenAPI 3.1",
      answer: kuma.insight,
      statuses: [200],
    },
    listOrganisations: {
      summary: "Organisations of this control plane",
      query: pageQuery,
      answer: pageOf(weft.organisation),
      statuses: [200],
      faults: ["malformed"],
    },
    limits: {
      tag: "Control plane",
      summary: "What organisations of each tier may have and do",
      answer: limit.limits,
      statuses: [200],
    },
    getTier: {
      summary: "The tier of an organisation, and what differs from it",
      answer: limit.organisationTier,
      statuses: [200],
      faults: ["absent"],
    },
    setTier: {
      summary: "Give an organisation a tier, and limits that differ from it",
      body: limit.newTier,
      answer: limit.organisationTier,
      statuses: [200],
      faults: [...bodyFaults, "invalid", "absent"],
    },
    listDatabases: {
      summary: "The databases that organisations are spread over, and how many are in each",
      query: pageQuery,
      answer: pageOf(weft.database),
      statuses: [200],
      faults: ["malformed"],
    },
    backup: {
      summary: "A page of an organisation's backup; secrets stay sealed",
      query: copy.backupQuery,
      answer: copy.backupPage,
      statuses: [200],
      faults: ["invalid", "absent", "conflict"],
    },
    endBackup: {
      summary: "End the freeze of a backup",
      answer: null,
      statuses: [204],
      faults: ["absent"],
    },
    moveOrganisation: {
      summary: "Move an organisation to another database, or go on with its move",
      body: copy.newMove,
      answer: copy.move,
      statuses: [200],
      faults: [...bodyFaults, "invalid", "absent", "conflict"],
    },
    restore: {
      summary: "A step of the restore of an organisation, which has a higher epoch afterwards",
      body: copy.restoreStep,
      answer: copy.restored,
      statuses: [200],
      faults: [...bodyFaults, "invalid", "conflict"],
    },
    backupDirectory: {
      summary: "A page of the directory, for a backup of everything; secrets stay sealed",
      query: copy.directoryQuery,
      answer: copy.directoryPage,
      statuses: [200],
      faults: ["invalid"],
    },
    restoreDirectory: {
      summary: "A step of the restore of everything, into a control plane that is empty",
      body: copy.wholeStep,
      answer: copy.wholeRestored,
      statuses: [200],
      faults: [...bodyFaults, "invalid", "conflict"],
    },
    reseal: {
      summary: "A step of sealing all secrets again, under the key-encryption key that is current",
      body: reseal.resealStep,
      answer: reseal.resealed,
      statuses: [200],
      faults: [...bodyFaults, "invalid"],
    },
    createOrganisation: {
      summary:
        "Create an organisation, with its first admin token for the operator, or as its owner by a signed-in person",
      body: weft.newOrganisation,
      answer: weft.createdOrganisation,
      statuses: [201],
      faults: [...bodyFaults, "invalid", "conflict"],
    },
  } as const satisfies ToldOf<typeof PLANE>;
}
