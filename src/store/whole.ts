// Reading a whole tenant, as its writer remembers it: in as few queries as its rows need, however many meshes it has.
import { and, asc, eq, gt } from "drizzle-orm";
import type { StoredResource, WholeTenant } from "./face/resource.ts";
import type { Tenancy } from "./queries.ts";
import { registrationColumns, registrationsOf } from "./registrations.ts";
import { addressColumns, FIRST, selectHeads } from "./resources.ts";
import { RESOURCE_COLUMNS, rowOf, storedOf } from "./row.ts";
import { certificate } from "./schema/certificate.ts";
import { registration, virtualAddress } from "./schema/resource.ts";

/** Resources of one query: a few megabytes, and D1 allows a thousand queries where a tenant may have a thousand meshes. */
const PAGE = 5000;

const NEXT = `SELECT ${RESOURCE_COLUMNS} FROM resource r
WHERE r.tenant_id = ?1 AND (r.type, r.mesh, r.name) > (?2, ?3, ?4) ORDER BY r.type, r.mesh, r.name LIMIT ${PAGE}`;
const HEADS = "SELECT epoch, revision, sequence FROM heads WHERE tenant_id = ?1";

/** Everything at one moment; null where something was committed between two pages. */
export async function readWhole({ database, queries, tenant, now }: Tenancy): Promise<WholeTenant | null> {
  const [[heads = FIRST], lives, addresses, certified] = await queries.batch([
    selectHeads({ queries, tenant }),
    queries
      .select(registrationColumns)
      .from(registration)
      .where(eq(registration.tenantId, tenant))
      .orderBy(asc(registration.mesh), asc(registration.name)),
    queries
      .select({ mesh: virtualAddress.mesh, ...addressColumns })
      .from(virtualAddress)
      .where(eq(virtualAddress.tenantId, tenant))
      .orderBy(asc(virtualAddress.mesh), asc(virtualAddress.address)),
    queries
      .selectDistinct({ mesh: certificate.mesh, name: certificate.name })
      .from(certificate)
      .where(and(eq(certificate.tenantId, tenant), gt(certificate.notAfter, now()))),
  ]);
  const items: StoredResource[] = [];
  for (let after = ["", "", ""], more = true; more; ) {
    const [page, still] = await database.batch([
      { sql: NEXT, params: [tenant, ...after] },
      { sql: HEADS, params: [tenant] },
    ]);
    const [epoch = FIRST.epoch, , sequence = FIRST.sequence] = (still?.rows[0] ?? []) as readonly number[];
    if (epoch !== heads.epoch || sequence !== heads.sequence) return null;
    const rows = page?.rows ?? [];
    for (const row of rows) items.push(storedOf(rowOf(row)));
    const last = items.at(-1)?.resource;
    if (last !== undefined) after = [last.type, last.mesh, last.name];
    more = rows.length === PAGE;
  }
  return { heads, items, registrations: registrationsOf(lives), addresses, certified };
}
