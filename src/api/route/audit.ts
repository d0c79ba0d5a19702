// Rows of the route table. The audit log.
import * as audit from "#api/audit.ts";
import { route } from "#api/route.ts";
import { bodyFaults, ORG } from "./base.ts";

const read = { method: "get", auth: "api", verb: "read-audit", tag: "Organisation", statuses: [200] } as const;

export const AUDIT = {
  listAudit: route({ ...read, path: `${ORG}/v1/audit` }, () => ({
    summary: `Who did what, newest first; with accept ${audit.NDJSON} the log itself, oldest first, signed, to be verified offline`,
    query: audit.auditQuery,
    answer: audit.auditPage,
    faults: ["malformed"],
  })),
  auditKeys: route({ ...read, path: `${ORG}/v1/audit/keys` }, () => ({
    summary: "Public keys that verify exports of the audit log",
    answer: audit.auditKeys,
    faults: [],
  })),
  auditRetention: route({ ...read, path: `${ORG}/v1/audit/retention` }, () => ({
    summary: "How many days audit entries are kept",
    answer: audit.auditRetention,
    faults: [],
  })),
  setAuditRetention: route(
    {
      method: "put",
      path: `${ORG}/v1/audit/retention`,
      auth: "api",
      verb: "manage-audit",
      limit: 4096,
    },
    () => ({
      tag: "Organisation",
      summary: "Say how many days audit entries are kept, 1 to 3650",
      body: audit.auditRetention,
      answer: audit.auditRetention,
      statuses: [200],
      faults: [...bodyFaults, "invalid"],
    }),
  ),
} as const;
