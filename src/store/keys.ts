// Certificate authorities and signing keys; their private halves come sealed and stay so.
import { and, desc, eq } from "drizzle-orm";
import { taken } from "./credentials.ts";
import { ask, type Tenancy } from "./queries.ts";
import { authority, signingKey } from "./schema.ts";
import type { AuthorityRow, SigningKeyRow } from "./store.ts";

/** Fault `conflict` when the backend has an authority of this id. */
export async function addAuthority({ queries, tenant }: Tenancy, row: AuthorityRow): Promise<void> {
  try {
    await ask(queries, queries.insert(authority).values({ tenantId: tenant, ...row }));
  } catch (error) {
    throw taken(error, `Mesh ${row.mesh} has an authority ${row.id} of backend ${row.backend} already.`);
  }
}

/** Newest first. */
export async function listAuthorities({ queries, tenant }: Tenancy, mesh?: string): Promise<readonly AuthorityRow[]> {
  const query = queries
    .select({
      mesh: authority.mesh,
      backend: authority.backend,
      id: authority.id,
      certificatePem: authority.certificatePem,
      sealedKey: authority.sealedKey,
      createdAt: authority.createdAt,
    })
    .from(authority)
    .where(and(eq(authority.tenantId, tenant), mesh === undefined ? undefined : eq(authority.mesh, mesh)))
    .orderBy(desc(authority.createdAt), desc(authority.id));
  return ask(queries, query);
}

/** Fault `conflict` when the purpose has a key of this id in this mesh. */
export async function addSigningKey({ queries, tenant }: Tenancy, row: SigningKeyRow): Promise<void> {
  try {
    await ask(queries, queries.insert(signingKey).values({ tenantId: tenant, ...row }));
  } catch (error) {
    throw taken(error, `There is a ${row.purpose} key ${row.kid} already.`);
  }
}

/** Newest first; without mesh, those of all meshes and of the whole tenant. */
export async function listSigningKeys(
  { queries, tenant }: Tenancy,
  purpose: string,
  mesh?: string,
): Promise<readonly SigningKeyRow[]> {
  const query = queries
    .select({
      purpose: signingKey.purpose,
      mesh: signingKey.mesh,
      kid: signingKey.kid,
      publicJwk: signingKey.publicJwk,
      sealedKey: signingKey.sealedKey,
      createdAt: signingKey.createdAt,
    })
    .from(signingKey)
    .where(
      and(
        eq(signingKey.tenantId, tenant),
        eq(signingKey.purpose, purpose),
        mesh === undefined ? undefined : eq(signingKey.mesh, mesh),
      ),
    )
    .orderBy(desc(signingKey.createdAt), desc(signingKey.kid));
  return ask(queries, query);
}
