// When relays were last heard of: one row a relay.
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { ContactRow, Seen } from "./face/relay.ts";
import { ask, type Tenancy } from "./queries.ts";
import { relayContact } from "./schema/relay.ts";

/** Several processes hear: of two times the later one stands. */
const seenAt = sql`max(${relayContact.seenAt}, excluded.seen_at)`;
/** What was heard before a good-bye was written came before it, whatever its process's clock says. SQL's max of null is null. */
const leftAt = sql`max(${relayContact.seenAt}, excluded.left_at)`;

/** One row is written, whatever stood there; only when it was heard of never goes back. */
export async function keepContact({ queries, tenant }: Tenancy, row: ContactRow): Promise<void> {
  const { zone, relay, ...told } = row;
  const query = queries
    .insert(relayContact)
    .values({ tenantId: tenant, zone, relay, ...told })
    .onConflictDoUpdate({
      target: [relayContact.tenantId, relayContact.zone, relayContact.relay],
      set: { ...told, seenAt, leftAt },
    });
  await ask(queries, query);
}

/** Its time alone, and no later than a good-bye. */
export async function keepSeen({ queries, tenant }: Tenancy, at: Seen): Promise<void> {
  const { zone, relay, seenAt: later } = at;
  const query = queries
    .update(relayContact)
    .set({ seenAt: sql`max(${relayContact.seenAt}, ${later})` })
    .where(
      and(
        eq(relayContact.tenantId, tenant),
        eq(relayContact.zone, zone),
        eq(relayContact.relay, relay),
        isNull(relayContact.leftAt),
      ),
    );
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
