// Bodies of the audit log's routes.
import * as z from "#model/lazy-zod.ts";

const may = z.exactOptional;

export const NDJSON = "application/x-ndjson";

/** One entry of the chain (model/audit/entry.ts); its hash is SHA-256 over the RFC 8785 JSON of all other members. */
export const auditEntry = z.object(() => ({
  /** Id of the organisation. */
  organisation: z.string(),
  number: z.int(),
  time: z.string(),
  actor: z.string(),
  /** Id of the API token; null where none was used. */
  token: z.nullable(z.string()),
  action: z.string(),
  subject: z.string(),
  /** Null = it changed no resource. */
  revision: z.nullable(z.int()),
  details: z.looseObject({}),
  previous: z.string(),
  hash: z.string(),
}));
export type AuditEntryBody = z.infer<typeof auditEntry>;

/** `next` is the query of the following page; `names` of the actors that are known: people and tokens. */
export const auditPage = z.object(() => ({
  items: z.array(auditEntry),
  next: z.nullable(z.string()),
  names: z.record(z.string(), z.string()),
}));
export type AuditPageBody = z.infer<typeof auditPage>;

export const auditQuery = z.object(() => ({
  size: may(z.string()),
  /** Numbers below and above, themselves not included. */
  before: may(z.string()),
  after: may(z.string()),
  actor: may(z.string()),
  action: may(z.string()),
  /** Part of the subject or of the details. */
  subject: may(z.string()),
  /** RFC 3339; `until` itself not included. */
  since: may(z.string()),
  until: may(z.string()),
}));

/** JWK set: public halves of the keys that sign exports and checkpoints. */
export const auditKeys = z.object(() => ({ keys: z.array(z.record(z.string(), z.string())) }));

export const auditRetention = z.strictObject({ days: z.int() });
