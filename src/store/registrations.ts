// Reading registrations.
import { and, asc, eq } from "drizzle-orm";
import { later } from "#model/later.ts";
import type { ProxyVersions } from "#model/proxy-version.ts";
import type { Registration } from "./face/registration.ts";
import { ask, type Tenancy } from "./queries.ts";
import { registration } from "./schema/resource.ts";

export const registrationColumns = later(() => ({
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
  versions: registration.versions,
}));

type Row = Omit<Registration, "versions"> & { readonly versions: string | null };

/** What rows say. Proxies of equal versions, which most are, share one value. */
export function registrationsOf(rows: readonly Row[]): readonly Registration[] {
  const known = new Map<string, ProxyVersions>();
  return rows.map(({ versions: text, ...life }) => {
    if (text === null) return life;
    const versions = known.get(text) ?? (JSON.parse(text) as ProxyVersions);
    known.set(text, versions);
    return { ...life, versions };
  });
}

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
  return registrationsOf(await ask(queries, query));
}
