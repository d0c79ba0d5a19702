// The end of a tenant: all of its rows in every table, in pieces that any engine takes, and that may stop after each.
import type { Tenancy } from "./queries.ts";

/** Rows that go with one statement: of small ones, and of those that may have megabytes. */
const ROWS = { small: 500, large: 20 } as const;

/** Every table of tenants → what follows the tenant in its key, and the size of a row. Who could come in by a row goes first, the log last. */
export const TENANT_TABLES: Readonly<Record<string, readonly [key: string, rows: keyof typeof ROWS]>> = {
  credential: ["id", "small"],
  zone_head: ["zone, relay", "small"],
  signing_key: ["purpose, mesh, kid", "small"],
  webhook: ["id", "small"],
  webhook_event: ["id", "small"],
  webhook_delivery: ["webhook, event", "small"],
  webhook_mark: ["name", "small"],
  relay_contact: ["zone, relay", "small"],
  join_note: ["zone, subject, code", "small"],
  proof: ["id", "small"],
  registration: ["mesh, name", "small"],
  virtual_address: ["mesh, address", "small"],
  certificate: ["issuer, serial", "small"],
  issuer: ["mesh, key_id", "small"],
  delivery: ["zone, relay, epoch, sequence", "small"],
  revision_delivery: ["epoch, revision, zone, relay", "small"],
  plan_approval: ["plan, actor", "small"],
  plan_part: ["plan, part", "large"],
  plan: ["id", "large"],
  blob: ["hash", "large"],
  unused_blob: ["hash", "small"],
  manifest: ["zone, version", "large"],
  resource: ["type, mesh, name", "large"],
  revision_effect: ["revision, zone", "large"],
  revision_change: ["revision, type, mesh, name", "large"],
  revision: ["revision", "small"],
  step: ["sequence", "small"],
  reveal: ["time, actor, type, mesh, name", "small"],
  audit_seal: ["kind, number", "small"],
  audit_setting: ["", "small"],
  audit: ["number", "small"],
  heads: ["", "small"],
  tenant_move: ["", "small"],
};

/** See `TenantStore.purge`. */
export async function purgeTenant({ database, tenant }: Tenancy, statements: number): Promise<boolean> {
  let left = statements;
  for (const [table, [key, size]] of Object.entries(TENANT_TABLES)) {
    const rows = ROWS[size];
    const some = key === "" ? "" : ` AND (${key}) IN (SELECT ${key} FROM ${table} WHERE tenant_id = ?1 LIMIT ${rows})`;
    for (let gone: number = rows; gone >= rows; left--) {
      if (left <= 0) return false;
      const sql = `DELETE FROM ${table} WHERE tenant_id = ?1${some} RETURNING 1`;
      const [answer] = await database.batch([{ sql, params: [tenant] }]);
      gone = answer?.rows.length ?? 0;
    }
  }
  return true;
}
