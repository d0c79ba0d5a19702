// Rows of the route table. The audit log.
import * as audit from "#api/audit.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import { bodyFaults, ORG } from "./base.ts";

const read = { method: "get", auth: "api", verb: "read-audit", tag: "Organisation", statuses: [200] } as const;

export const AUDIT = {
  listAudit: { ...read, path: `${ORG}/v1/audit` },
  auditKeys: { ...read, path: `${ORG}/v1/audit/keys` },
  auditRetention: { ...read, path: `${ORG}/v1/audit/retention` },
  setAuditRetention: {
    method: "put",
    path: `${ORG}/v1/audit/retention`,
    auth: "api",
    verb: "manage-audit",
    limit: 4096,
  },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellAudit() {
  return {
    listAudit: {
      summary: `Who did what, newest first; with accept ${audit.NDJSON} the log itself, oldest first, signed, to be verified offline`,
      query: audit.auditQuery,
      answer: audit.auditPage,
      faults: ["malformed"],
    },
    auditKeys: {
      summary: "Public keys that verify exports of the audit log",
      answer: audit.auditKeys,
      faults: [],
    },
    auditRetention: {
      summary: "How many days audit entries are kept",
      answer: audit.auditRetention,
      faults: [],
    },
    setAuditRetention: {
      tag: "Organisation",
      summary: "Say how many days audit entries are kept, 1 to 3650",
      body: audit.auditRetention,
      answer: audit.auditRetention,
      statuses: [200],
      faults: [...bodyFaults, "invalid"],
    },
  } as const satisfies ToldOf<typeof AUDIT>;
}
