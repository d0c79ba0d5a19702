// The tenants' tables, each once: how its rows go at the end of their tenant, and what moves, backups and restores make of them.
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { later } from "#model/later.ts";
import * as audit from "./schema/audit.ts";
import * as certificate from "./schema/certificate.ts";
import * as credential from "./schema/credential.ts";
import * as delivery from "./schema/delivery.ts";
import * as head from "./schema/head.ts";
import * as joinNote from "./schema/join-note.ts";
import * as move from "./schema/move.ts";
import * as plan from "./schema/plan.ts";
import * as relay from "./schema/relay.ts";
import * as resource from "./schema/resource.ts";
import * as revision from "./schema/revision.ts";
import * as snapshot from "./schema/snapshot.ts";
import * as webhook from "./schema/webhook.ts";

/** A table as it is copied. */
export interface TenantTable {
  readonly name: string;
  /** Columns of the key behind the tenant; none where a tenant has one row. */
  readonly key: readonly string[];
  /** All columns but the tenant. */
  readonly columns: readonly string[];
}

/** Who could come in by a row goes first, the log last. */
type Goes = "first" | "between" | "last";
/** Large rows may have megabytes. */
type Size = "small" | "large";
/**
 * All but `none` go along when the tenant moves. Backups hold what is `kept`; the rest is made again, or passes within minutes.
 * A restore first empties all but what `stays`: snapshots, as relays may ask for their parts, and proofs that were used.
 */
type Copy = "kept" | "emptied" | "stays" | "none";

/** In the order in which tables are copied: a copy under way goes on by a table's name, so that a new one stands at the end. */
const ROWS = (): readonly (readonly [table: SQLiteTable, goes: Goes, size: Size, copy: Copy])[] => [
  [audit.audit, "last", "small", "kept"],
  [audit.auditSeal, "last", "small", "kept"],
  [audit.auditSetting, "last", "small", "kept"],
  [audit.reveal, "last", "small", "kept"],
  [certificate.certificate, "between", "small", "kept"],
  [certificate.issuer, "between", "small", "kept"],
  [credential.credential, "first", "small", "kept"],
  [credential.signingKey, "first", "small", "kept"],
  [delivery.delivery, "between", "small", "kept"],
  [delivery.revisionDelivery, "between", "small", "kept"],
  [head.heads, "last", "small", "kept"],
  [head.proof, "between", "small", "stays"],
  [head.step, "between", "small", "emptied"],
  [joinNote.joinNote, "between", "small", "kept"],
  [plan.plan, "between", "large", "kept"],
  [plan.planApproval, "between", "small", "kept"],
  [plan.planPart, "between", "large", "kept"],
  [relay.relayContact, "between", "small", "kept"],
  [relay.zoneHead, "first", "small", "kept"],
  [resource.registration, "between", "small", "kept"],
  [resource.resource, "between", "large", "kept"],
  [resource.virtualAddress, "between", "small", "kept"],
  [revision.revision, "between", "small", "kept"],
  [revision.revisionChange, "between", "large", "kept"],
  [revision.revisionEffect, "between", "large", "kept"],
  [snapshot.blob, "between", "large", "stays"],
  [snapshot.manifest, "between", "large", "stays"],
  [snapshot.unusedBlob, "between", "small", "stays"],
  [webhook.webhook, "between", "small", "kept"],
  [webhook.webhookDelivery, "between", "small", "kept"],
  [webhook.webhookEvent, "between", "small", "kept"],
  [webhook.webhookMark, "between", "small", "kept"],
  [move.tenantMove, "last", "small", "none"],
  // As long as heads name them.
  [snapshot.envelopePart, "between", "large", "kept"],
];

interface OwnedTable extends TenantTable {
  readonly goes: Goes;
  readonly size: Size;
  readonly copy: Copy;
}

/** Every table that has rows of tenants: all of the schema but the guard. */
export const TENANT_TABLES: readonly OwnedTable[] = later(
  () => ROWS().map(([table, goes, size, copy]) => ({ ...tableOf(table), goes, size, copy })),
  [],
);

/** What goes along when a tenant moves: all but what a database says of the move. */
export const MOVED_TABLES: readonly TenantTable[] = tablesThat("kept", "emptied", "stays");

/** What backups hold. */
export const KEPT_TABLES: readonly TenantTable[] = tablesThat("kept");

/** What a restore empties first. */
export const EMPTIED_TABLES: readonly TenantTable[] = tablesThat("kept", "emptied");

function tablesThat(...copies: readonly Copy[]): readonly TenantTable[] {
  return later(() => TENANT_TABLES.filter(({ copy }) => copies.includes(copy)), []);
}

const TENANT = "tenant_id";

/** A table of the schema as it is copied. */
export function tableOf(table: SQLiteTable): TenantTable {
  const { name, columns, primaryKeys } = getTableConfig(table);
  const key = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary);
  const own = (list: readonly { readonly name: string }[]): readonly string[] =>
    list.map((column) => column.name).filter((column) => column !== TENANT);
  return { name, key: own(key), columns: own(columns) };
}
