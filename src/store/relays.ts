// Relays: enrolment, heads of zones, revocation.
import { and, asc, eq } from "drizzle-orm";
import type { AuditDraft } from "#model/audit/entry.ts";
import { Fault } from "#model/fault.ts";
import { later } from "#model/later.ts";
import { runAudited, statementOf } from "./audit.ts";
import { Conflict } from "./conflict.ts";
import type { SqlValue, Statement } from "./database.ts";
import type { ZoneHead } from "./face/relay.ts";
import { zoneHeadOf } from "./poll.ts";
import { ask, type Tenancy } from "./queries.ts";
import { zoneHead } from "./schema/relay.ts";

const TOKEN = "SELECT 1 FROM credential c WHERE c.tenant_id = ?1 AND c.id = ?2";

/** The token must be an enrolment token of this zone that still holds. */
const TOKEN_HOLDS = `INSERT INTO guard (reason) SELECT 'token' WHERE NOT EXISTS (${TOKEN}
AND c.kind = 'enrolment' AND c.zone = ?3 AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > ?4 OR c.used_by IS NOT NULL))`;
/** A used token admits only the relay that used it, known by its keys. */
const TOKEN_FREE = `INSERT INTO guard (reason) SELECT 'token-used' FROM credential c
WHERE c.tenant_id = ?1 AND c.id = ?2 AND c.used_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM zone_head z
  WHERE z.tenant_id = ?1 AND z.zone = ?3 AND z.relay = c.used_by AND z.signing_key = ?4 AND z.encryption_key = ?5 AND z.revoked = 0)`;
const ADD_HEAD = `INSERT INTO zone_head
(tenant_id, zone, relay, signing_key, encryption_key, revoked, epoch, sequence, version, envelope, last_event, enrolled_at)
SELECT ?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, '', ?11, ?12 WHERE EXISTS (${TOKEN} AND c.used_by IS NULL)`;
const USE_TOKEN = "UPDATE credential SET used_by = ?3 WHERE tenant_id = ?1 AND id = ?2 AND used_by IS NULL";
const ADMITTED = `SELECT z.zone, z.relay, z.signing_key, z.encryption_key, z.revoked, z.epoch, z.sequence, z.version,
  z.last_event, z.enrolled_at, z.address, z.ca, z.closed FROM credential c JOIN zone_head z ON z.tenant_id = ?1 AND z.zone = ?3 AND z.relay = c.used_by
WHERE c.tenant_id = ?1 AND c.id = ?2`;

/**
 * Uses the token for this relay and adds its head, in one batch. The same token and keys again give the head that was added first.
 * Fault `forbidden` when the token does not hold or another relay used it; Fault `conflict` when the zone has a relay of this id.
 */
export async function enrolRelay(
  tenancy: Tenancy,
  tokenId: string,
  head: ZoneHead,
  audit: readonly AuditDraft[] = [],
): Promise<ZoneHead> {
  const { tenant, now } = tenancy;
  const on = (sql: string, ...params: readonly SqlValue[]): Statement => ({
    sql,
    params: [tenant, tokenId, ...params],
  });
  const { zone, relay, signingKey, encryptionKey, revoked, epoch, sequence, version } = head;
  const values = [signingKey, encryptionKey, revoked ? 1 : 0, epoch, sequence, version, head.lastEvent];
  try {
    const statements = [
      on(TOKEN_HOLDS, zone, now()),
      on(TOKEN_FREE, zone, signingKey, encryptionKey),
      on(ADD_HEAD, zone, relay, ...values, head.enrolledAt),
      on(USE_TOKEN, relay),
      on(ADMITTED, zone),
    ];
    const answers = await runAudited(tenancy, statements, audit);
    return zoneHeadOf(answers.at(-1)?.rows[0] ?? []);
  } catch (error) {
    throw error instanceof Conflict ? refusal(error, head) : error;
  }
}

function refusal(cause: Conflict, { zone, relay }: ZoneHead): Fault {
  switch (cause.constraint) {
    case "token_refused":
      return new Fault(
        "forbidden",
        `This enrolment token does not admit a relay to zone ${zone}: it is unknown, revoked, expired or another zone's. Make a new one for this zone.`,
        { cause },
      );
    case "token_used":
      return new Fault(
        "forbidden",
        `This enrolment token has admitted another relay to zone ${zone}: each token admits one. Make a new one.`,
        { cause },
      );
    default:
      return new Fault("conflict", `Zone ${zone} has a relay ${relay} already; choose another id.`, { cause });
  }
}

const columns = later(() => ({
  zone: zoneHead.zone,
  relay: zoneHead.relay,
  signingKey: zoneHead.signingKey,
  encryptionKey: zoneHead.encryptionKey,
  revoked: zoneHead.revoked,
  epoch: zoneHead.epoch,
  sequence: zoneHead.sequence,
  version: zoneHead.version,
  lastEvent: zoneHead.lastEvent,
  enrolledAt: zoneHead.enrolledAt,
  address: zoneHead.address,
  ca: zoneHead.ca,
  closed: zoneHead.closed,
}));

/** All relays, or those of one zone, by zone then relay; revoked ones too. */
export async function listZoneHeads({ queries, tenant }: Tenancy, zone?: string): Promise<readonly ZoneHead[]> {
  const query = queries
    .select(columns)
    .from(zoneHead)
    .where(and(eq(zoneHead.tenantId, tenant), zone === undefined ? undefined : eq(zoneHead.zone, zone)))
    .orderBy(asc(zoneHead.zone), asc(zoneHead.relay));
  return (await ask(queries, query)).map(({ closed, ...head }) => ({ ...head, ...(closed && { closed }) }));
}

/** False when there is no such relay. */
export async function revokeRelay(
  tenancy: Tenancy,
  zone: string,
  relay: string,
  audit: readonly AuditDraft[] = [],
): Promise<boolean> {
  const { queries, tenant } = tenancy;
  const query = queries
    .update(zoneHead)
    .set({ revoked: true })
    .where(and(eq(zoneHead.tenantId, tenant), eq(zoneHead.zone, zone), eq(zoneHead.relay, relay)))
    .returning({ relay: zoneHead.relay });
  const [revoked] = await runAudited(tenancy, [statementOf(query)], audit);
  return revoked !== undefined && revoked.rows.length > 0;
}

/** All relays of the tenant at once. */
export async function closeRelays(tenancy: Tenancy, closed: boolean, audit: readonly AuditDraft[] = []): Promise<void> {
  const { queries, tenant } = tenancy;
  const query = queries.update(zoneHead).set({ closed }).where(eq(zoneHead.tenantId, tenant));
  await runAudited(tenancy, [statementOf(query)], audit);
}
