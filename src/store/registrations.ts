// Reading registrations.
import { and, asc, eq } from "drizzle-orm";
import { ask, type Tenancy } from "./queries.ts";
import { registration } from "./schema.ts";
import type { Registration } from "./store.ts";

export const registrationColumns = {
  mesh: registration.mesh,
  name: registration.name,
  id: registration.id,
  zone: registration.zone,
  relay: registration.relay,
  owner: registration.owner,
  online: registration.online,
  since: registration.since,
  tokenId: registration.tokenId,
  ready: registration.ready,
};

/** Current registrations, by mesh then name. */
export async function listRegistrations(
  { queries, tenant }: Tenancy,
  { mesh, zone }: { readonly mesh?: string; readonly zone?: string },
): Promise<readonly Registration[]> {
  const query = queries
    .select(registrationColumns)
    .from(registration)
    .where(
      and(
        eq(registration.tenantId, tenant),
        mesh === undefined ? undefined : eq(registration.mesh, mesh),
        zone === undefined ? undefined : eq(registration.zone, zone),
      ),
    )
    .orderBy(asc(registration.mesh), asc(registration.name));
  return ask(queries, query);
}
