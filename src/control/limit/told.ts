// What all zones are told of the meshes has to fit into an envelope: counted before a change that tells more is committed.
import { anchorsOf } from "#control/authority/issuer-book.ts";
import { type MeshTrust, readMeshTrust } from "#control/authority/mesh-trust.ts";
import { meshSaid, zonesSaid } from "#control/publisher/said.ts";
import type { TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { trustOf, zoneTrustOf } from "#control/view/view.ts";
import { isZoneTrusted, readZoneTrust } from "#control/zone/trust.ts";
import { LIMITS } from "#model/limit/limit.ts";
import { overTold } from "#model/limit/over.ts";
import { keyText, type Resource } from "#model/resource.ts";
import type { Commit, Write } from "#store/face/commit.ts";
import { utf8 } from "#trust/bytes.ts";

/** Of a mesh beside what is in its Secrets and its own resource: names of members, its name, commas. */
const AROUND = 1000;

type Vaulted = Pick<Tenant, "vault">;
type Item = { readonly resource: Resource };

/** Fault `too-large` where more would be told than an envelope holds, and more than now. */
export async function refuseUntold({ vault }: Vaulted, state: TenantState, commit: Commit): Promise<void> {
  const { dropMeshes = [] } = commit;
  const telling = commit.writes.filter(tells);
  if (telling.every(({ after }) => after === null)) return;
  const most = LIMITS["told-bytes"].most.free;
  const sizes = new Map<string, number>();
  for (const mesh of state.meshes.values()) {
    const trust = await trustOf(mesh, vault);
    sizes.set(mesh.name, sizeOf(mesh.name, trust, anchorsOf(state.issuers, mesh.name, trust)));
  }
  const zones = bytes(zonesSaid(await zoneTrustOf(state, vault)));
  const used = sum(sizes.values()) + zones;
  // What is told of a Secret is a part of it, and opening them takes longer than this.
  const more = telling.map(({ after }) => (after === null ? 0 : bytes(after.spec) + AROUND));
  if (used + sum(more) <= most) return;
  for (const mesh of dropMeshes) sizes.delete(mesh);
  for (const name of new Set(telling.map(meshOf))) {
    const size = name === "" ? null : await sizeAfter(state, name, telling, vault);
    if (size === null) sizes.delete(name);
    else sizes.set(name, size);
  }
  const global = itemsAfter(
    state.global.values(),
    telling.filter((one) => meshOf(one) === ""),
  );
  const after = sum(sizes.values()) + bytes(zonesSaid(await readZoneTrust(global, vault)));
  if (after > most && after > used) throw overTold(most, used, after);
}

/** Whether what is written is a part of what zones are told. */
function tells({ key }: Write): boolean {
  return key.type === "Mesh" || key.type === "Secret" || isZoneTrusted(key);
}

function meshOf({ key }: Write): string {
  return key.type === "Mesh" ? key.name : key.mesh;
}

/** Null = there is no such mesh any more. */
async function sizeAfter(
  { meshes, issuers }: TenantState,
  name: string,
  telling: readonly Write[],
  vault: Tenant["vault"],
): Promise<number | null> {
  const mesh = meshes.get(name);
  const own = telling.find(({ key }) => key.type === "Mesh" && key.name === name);
  const resource = own === undefined ? mesh?.own.resource : own.after;
  if (resource === undefined || resource === null) return null;
  const secrets = telling.filter(({ key }) => key.mesh === name);
  const trust = await readMeshTrust(resource, itemsAfter(mesh?.items.values() ?? [], secrets), vault);
  return sizeOf(name, trust, anchorsOf(issuers, name, trust));
}

function itemsAfter(items: Iterable<Item>, writes: readonly Write[]): readonly Item[] {
  const all = new Map([...items].map((one) => [keyText(one.resource), one]));
  for (const { key, after } of writes) {
    if (after === null) all.delete(keyText(key));
    else all.set(keyText(key), { resource: after });
  }
  return [...all.values()];
}

function sizeOf(name: string, trust: MeshTrust, bundle: readonly string[]): number {
  return bytes(meshSaid(name, trust, bundle));
}

function bytes(value: unknown): number {
  return utf8(JSON.stringify(value)).length;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
