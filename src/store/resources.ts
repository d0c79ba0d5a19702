// Reading resources and heads, and writing a status.
import { and, asc, count, eq, type SQL, sql } from "drizzle-orm";
import { later } from "#model/later.ts";
import type { ResourceKey } from "#model/resource.ts";
import type { AddressRow } from "#model/virtual/allot.ts";
import { mergeStatements } from "./commit-batch.ts";
import type { StatusWrite } from "./face/commit.ts";
import type { Registration } from "./face/registration.ts";
import type { Heads, ListQuery, StoredResource } from "./face/resource.ts";
import { checkResourceSizes } from "./limit.ts";
import { ask, type Tenancy } from "./queries.ts";
import { registrationColumns, registrationsOf } from "./registrations.ts";
import { storedOf } from "./row.ts";
import { heads } from "./schema/head.ts";
import { registration, resource, virtualAddress } from "./schema/resource.ts";

/** Heads of a tenant that has committed nothing yet. */
export const FIRST: Heads = { epoch: 1, revision: 0, sequence: 0 };

const columns = later(() => ({
  type: resource.type,
  mesh: resource.mesh,
  name: resource.name,
  labels: resource.labels,
  spec: resource.spec,
  status: resource.status,
  etag: resource.etag,
  revision: resource.revision,
  creationTime: resource.creationTime,
  modificationTime: resource.modificationTime,
}));

export function selectHeads({ queries, tenant }: Pick<Tenancy, "queries" | "tenant">) {
  return queries
    .select({ epoch: heads.epoch, revision: heads.revision, sequence: heads.sequence })
    .from(heads)
    .where(eq(heads.tenantId, tenant));
}

/** Where the tenant stands. */
export async function readHeads(tenancy: Tenancy): Promise<Heads> {
  const [now] = await ask(tenancy.queries, selectHeads(tenancy));
  return now ?? FIRST;
}

function has({ tenant }: Tenancy, { type, mesh, name }: ResourceKey): SQL | undefined {
  return and(eq(resource.tenantId, tenant), eq(resource.type, type), eq(resource.mesh, mesh), eq(resource.name, name));
}

/** One resource; null when there is none. */
export async function getResource(tenancy: Tenancy, key: ResourceKey): Promise<StoredResource | null> {
  const [row] = await ask(tenancy.queries, tenancy.queries.select(columns).from(resource).where(has(tenancy, key)));
  return row === undefined ? null : storedOf(row);
}

/** A page of one type, by mesh then name, and how many there are in all. */
export async function listResources(
  { queries, tenant }: Tenancy,
  { type, mesh, nameContains, labels, offset, size }: ListQuery,
): Promise<{ readonly total: number; readonly items: readonly StoredResource[] }> {
  const wanted = and(
    eq(resource.tenantId, tenant),
    eq(resource.type, type),
    mesh === undefined ? undefined : eq(resource.mesh, mesh),
    // Not LIKE: `%` and `_` in a name are themselves.
    nameContains === undefined ? undefined : sql`instr(${resource.name}, ${nameContains}) > 0`,
    labels === undefined || Object.keys(labels).length === 0 ? undefined : hasLabels(labels),
  );
  const [[total], rows] = await queries.batch([
    queries.select({ total: count() }).from(resource).where(wanted),
    queries
      .select(columns)
      .from(resource)
      .where(wanted)
      .orderBy(asc(resource.mesh), asc(resource.name))
      .limit(size)
      .offset(offset),
  ]);
  return { total: total?.total ?? 0, items: rows.map(storedOf) };
}

/** Whether the row has every one of these labels. */
function hasLabels(labels: Readonly<Record<string, string>>): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM json_each(${JSON.stringify(labels)}) wanted WHERE wanted.value IS NOT
    (SELECT own.value FROM json_each(${resource.labels}) own WHERE own.key = wanted.key))`;
}

export const addressColumns = later(() => ({
  name: virtualAddress.name,
  address: virtualAddress.address,
  givenAt: virtualAddress.givenAt,
  goneAt: virtualAddress.goneAt,
}));

/** All of one mesh, its Mesh first, then by type and name; or all of global scope for the empty mesh, at one moment. */
export async function readMesh(
  tenancy: Tenancy,
  mesh: string,
): Promise<{
  readonly heads: Heads;
  readonly items: readonly StoredResource[];
  readonly registrations: readonly Registration[];
  readonly addresses: readonly AddressRow[];
}> {
  const { queries, tenant } = tenancy;
  // Two statements and not one with OR: each is found by its key, and the engine reads no other mesh's rows.
  const [[now], own, rest, lives, addresses] = await queries.batch([
    selectHeads(tenancy),
    queries
      .select(columns)
      .from(resource)
      .where(has(tenancy, { type: "Mesh", mesh: "", name: mesh })),
    queries
      .select(columns)
      .from(resource)
      .where(and(eq(resource.tenantId, tenant), eq(resource.mesh, mesh)))
      .orderBy(asc(resource.type), asc(resource.name)),
    queries
      .select(registrationColumns)
      .from(registration)
      .where(and(eq(registration.tenantId, tenant), eq(registration.mesh, mesh)))
      .orderBy(asc(registration.name)),
    queries
      .select(addressColumns)
      .from(virtualAddress)
      .where(and(eq(virtualAddress.tenantId, tenant), eq(virtualAddress.mesh, mesh)))
      .orderBy(asc(virtualAddress.address)),
  ]);
  const registrations = registrationsOf(lives);
  return { heads: now ?? FIRST, items: [...own, ...rest].map(storedOf), registrations, addresses };
}

/** Nothing happens when the resource is gone meanwhile. */
export async function setStatus(tenancy: Tenancy, key: ResourceKey, status: unknown): Promise<void> {
  const text = JSON.stringify(status ?? null);
  checkResourceSizes([{ key, texts: [text] }]);
  await ask(tenancy.queries, tenancy.queries.update(resource).set({ status: text }).where(has(tenancy, key)));
}

/** Merges members into a status; nothing happens when the resource is gone meanwhile. */
export async function mergeStatus({ database, tenant }: Tenancy, write: StatusWrite): Promise<void> {
  checkResourceSizes([{ key: write.key, texts: [JSON.stringify(write.patch)] }]);
  await database.batch(mergeStatements(tenant, [write]));
}
