// When relays were last heard of: one row a relay.
import { and, asc, eq, sql } from "drizzle-orm";
import type { ContactRow } from "./face/relay.ts";
import { ask, type Tenancy } from "./queries.ts";
import { relayContact } from "./schema/relay.ts";

/** One row is written, whatever stood there; only when it was heard of never goes back, as several processes hear. */
export async function keepContact({ queries, tenant }: Tenancy, row: ContactRow): Promise<void> {
  const { zone, relay, ...told } = row;
  const seenAt = sql`max(${relayContact.seenAt}, excluded.seen_at)`;
  const query = queries
    .insert(relayContact)
    .values({ tenantId: tenant, zone, relay, ...told })
    .onConflictDoUpdate({
      target: [relayContact.tenantId, relayContact.zone, relayContact.relay],
      set: { ...told, seenAt },
    });
  await ask(queries, query);
}

/** Of all relays that were heard of, or of those of one zone, by zone then relay. */
export async function listContacts({ queries, tenant }: Tenancy, zone?: string): Promise<readonly ContactRow[]> {
  const query = queries
    .select({
      zone: relayContact.zone,
      relay: relayContact.relay,
      connectedAt: relayContact.connectedAt,
      seenAt: relayContact.seenAt,
      leftAt: relayContact.leftAt,
      way: relayContact.way,
      lostAt: relayContact.lostAt,
    })
    .from(relayContact)
    .where(and(eq(relayContact.tenantId, tenant), zone === undefined ? undefined : eq(relayContact.zone, zone)))
    .orderBy(asc(relayContact.zone), asc(relayContact.relay));
  return ask(queries, query);
}
