// Signing keys; their private halves come sealed and stay so.
import { and, desc, eq } from "drizzle-orm";
import { taken } from "./credentials.ts";
import type { SigningKeyRow } from "./face/credential.ts";
import { ask, type Tenancy } from "./queries.ts";
import { signingKey } from "./schema/credential.ts";

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
