// What a writer remembers of its tenant: a copy of the store at one sequence, patched by each commit, loaded again when in doubt.

import { isZoneProxyKind, ZONE_PROXY_KINDS } from "#model/proxy-kind.ts";
import { keyText, type Resource, type ResourceKey } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import type { View } from "#model/view.ts";
import type { AddressRow } from "#model/virtual/allot.ts";
import type { VirtualAddress } from "#model/virtual/name.ts";
import type { ZonePlace } from "#model/zone-place.ts";
import type { Commit, Committed } from "#store/face/commit.ts";
import type { Registration } from "#store/face/registration.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import type { Heads, StoredResource } from "#store/face/resource.ts";
import type { TenantStore } from "#store/store.ts";
import { IssuerBook, patchIssuers } from "./authority/issuer-book.ts";
import type { MeshTrust } from "./authority/mesh-trust.ts";
import { EXTERNAL_TYPES } from "./authority/service-tls.ts";
import { ResourceTable } from "./resource-table.ts";
import { type Lists, removeFrom, setIn, visible } from "./view/list.ts";
import { isZoneTrusted, type ZoneTrust } from "./zone/trust.ts";

export interface MeshState {
  readonly name: string;
  /** The Mesh resource. */
  own: StoredResource;
  /** Resources of mesh scope by their keyText. */
  readonly items: ResourceTable;
  /** The last registration of each dataplane, by its name. */
  readonly registrations: Map<string, Registration>;
  /** Virtual addresses, those at rest too, by the address. */
  readonly addresses: Map<string, AddressRow>;
  /** Those that a view shows; null = to be made again. */
  shown: readonly VirtualAddress[] | null;
  /** Dataplanes that a leaf was issued to; some may have expired since. */
  readonly certified: Set<string>;
  /** What a relay may see, by type. */
  readonly lists: Lists;
  /** Null = to be made again. */
  view: View | null;
  /** Null = to be read again. */
  trust: Promise<MeshTrust> | null;
}

export interface TenantState {
  heads: Heads;
  /** Resources of global scope by their keyText, Meshes included. */
  readonly global: ResourceTable;
  readonly meshes: Map<string, MeshState>;
  /** The last registration of each zone ingress and egress, by its name. */
  readonly registrations: Map<string, Registration>;
  /** The zones as views show them, and whether they have to be looked at again. */
  readonly placed: { zones: readonly ZonePlace[]; stale: boolean };
  /** Null = to be read again. */
  zoneTrust: Promise<ZoneTrust> | null;
  /** Relays by `<zone>/<relay>`. */
  readonly relays: Map<string, ZoneHead>;
  readonly issuers: IssuerBook;
}

/** Reads everything of a tenant. What did not change since `before` keeps its identity. */
export async function loadState(store: TenantStore, before: TenantState | null): Promise<TenantState> {
  for (;;) {
    // Relays first: an event number may be older than the resources beside it, and never newer.
    const relays = await store.zoneHeads();
    const whole = await store.readWhole();
    const issuers = await store.issuers();
    // A revocation that came meanwhile would not be seen.
    if (whole === null || !sameHeads(await store.heads(), whole.heads)) continue;
    const state: TenantState = {
      heads: whole.heads,
      global: new ResourceTable(),
      meshes: new Map(),
      registrations: new Map(),
      placed: { zones: before?.placed.zones ?? [], stale: true },
      zoneTrust: null,
      relays: new Map(relays.map((head) => [relayKey(head), head])),
      issuers: new IssuerBook(issuers),
    };
    const scoped: StoredResource[] = [];
    for (const item of whole.items) {
      const { resource } = item;
      if (resource.mesh !== "") {
        scoped.push(item);
        continue;
      }
      const stored = kept(findIn(before, resource), item);
      state.global.set(keyText(resource), stored);
      if (resource.type === "Mesh") state.meshes.set(resource.name, newMesh(resource.name, stored));
    }
    fillMeshes(state, scoped, before);
    for (const one of whole.registrations)
      (one.mesh === "" ? state : state.meshes.get(one.mesh))?.registrations.set(one.name, one);
    for (const { mesh, name } of whole.certified) state.meshes.get(mesh)?.certified.add(name);
    for (const { mesh, ...row } of whole.addresses) state.meshes.get(mesh)?.addresses.set(row.address, row);
    for (const [name, mesh] of state.meshes) {
      const old = before?.meshes.get(name);
      if (old !== undefined && sameJson([...mesh.addresses.values()], [...old.addresses.values()]))
        mesh.shown = old.shown;
    }
    return state;
  }
}

/** Lists are made whole: one that is changed resource by resource is copied each time. */
function fillMeshes(state: TenantState, items: readonly StoredResource[], before: TenantState | null): void {
  for (const item of items) {
    const { resource } = item;
    const mesh = state.meshes.get(resource.mesh);
    if (mesh === undefined) continue;
    const stored = kept(findIn(before, resource), item);
    mesh.items.set(keyText(resource), stored);
    const shown = visible(stored.resource);
    if (shown === null) continue;
    const list = mesh.lists.get(shown.type) as Resource[] | undefined;
    if (list === undefined) mesh.lists.set(shown.type, [shown]);
    else list.push(shown);
  }
  for (const { lists } of state.meshes.values()) {
    for (const list of lists.values()) (list as Resource[]).sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function findIn(state: TenantState | null, key: ResourceKey): StoredResource | undefined {
  return (state === null ? null : findStored(state, key)) ?? undefined;
}

/** Brings the state to where the commit left the store. False when something else was committed between: load again. */
export function patchState(state: TenantState, commit: Commit, done: Committed): boolean {
  if (done.epoch !== state.heads.epoch || done.sequence !== state.heads.sequence + 1) return false;
  state.heads = { epoch: done.epoch, revision: done.revision, sequence: done.sequence };
  for (const name of commit.dropMeshes ?? []) {
    state.meshes.delete(name);
    state.global.delete(keyText({ type: "Mesh", mesh: "", name }));
    patchIssuers(state.issuers, { drop: [...state.issuers.of(name)] });
  }
  patchIssuers(state.issuers, commit.issuers ?? {});
  const { writes, derived = [], statuses = [] } = commit;
  [...writes, ...derived, ...statuses].forEach(({ key }, index) => {
    patchItem(state, key, done.resources[index] ?? null);
  });
  for (const write of commit.registrations ?? []) {
    const one = "set" in write ? write.set : write.gone;
    const mesh = state.meshes.get(one.mesh);
    const registrations = one.mesh === "" ? state.registrations : mesh?.registrations;
    if (registrations === undefined) continue;
    if (mesh !== undefined) mesh.view = null;
    else state.placed.stale = true;
    const current = registrations.get(one.name);
    if ("set" in write) registrations.set(one.name, write.set);
    else if (current?.id === one.id) endRegistration(registrations, current);
  }
  for (const { mesh: name, ...row } of commit.addresses ?? []) {
    const mesh = state.meshes.get(name);
    if (mesh === undefined) continue;
    mesh.addresses.set(row.address, row);
    Object.assign(mesh, { shown: null, view: null });
  }
  for (const { mesh, name } of commit.certificates ?? []) state.meshes.get(mesh)?.certified.add(name);
  for (const { zone, relay, number } of commit.events ?? []) {
    const key = relayKey({ zone, relay });
    const head = state.relays.get(key);
    if (head !== undefined) state.relays.set(key, { ...head, lastEvent: number });
  }
  if (commit.reach !== undefined) {
    const { zone, relay, address, ca } = commit.reach;
    const head = state.relays.get(relayKey({ zone, relay }));
    if (head !== undefined) state.relays.set(relayKey(head), { ...head, address, ca });
  }
  return true;
}

/** Kinds that a mesh's trust is read from, beside the Mesh. */
const TRUSTED: ReadonlySet<string> = new Set(["Secret", ...EXTERNAL_TYPES]);

/** What the zones of a view are made of. */
const ZONAL: ReadonlySet<string> = new Set(["Zone", ...ZONE_PROXY_KINDS]);

/** A user-owned dataplane stays and shows offline; a stream takes its registration along. */
function endRegistration(registrations: Map<string, Registration>, current: Registration): void {
  if (current.owner === "user") registrations.set(current.name, { ...current, online: false });
  else registrations.delete(current.name);
}

function patchItem(state: TenantState, key: ResourceKey, item: StoredResource | null): void {
  const text = keyText(key);
  if (key.mesh === "") {
    if (item === null) state.global.delete(text);
    else state.global.set(text, item);
    if (isZoneTrusted(key)) state.zoneTrust = null;
    if (ZONAL.has(key.type)) state.placed.stale = true;
    if (item === null && isZoneProxyKind(key.type)) state.registrations.delete(key.name);
    if (key.type !== "Mesh") return;
    const mesh = state.meshes.get(key.name);
    if (item === null) state.meshes.delete(key.name);
    else if (mesh === undefined) state.meshes.set(key.name, newMesh(key.name, item));
    else Object.assign(mesh, { own: item, view: null, trust: null });
    return;
  }
  const mesh = state.meshes.get(key.mesh);
  if (mesh === undefined) return;
  if (item !== null) {
    setItem(mesh, item);
    return;
  }
  mesh.items.delete(text);
  if (TRUSTED.has(key.type)) mesh.trust = null;
  removeFrom(mesh.lists, key);
  if (key.type === "Dataplane") {
    mesh.registrations.delete(key.name);
    mesh.certified.delete(key.name);
  }
  mesh.view = null;
}

function setItem(mesh: MeshState, item: StoredResource): void {
  mesh.items.set(keyText(item.resource), item);
  if (TRUSTED.has(item.resource.type)) mesh.trust = null;
  const shown = visible(item.resource);
  if (shown !== null) setIn(mesh.lists, shown);
  mesh.view = null;
}

function newMesh(name: string, own: StoredResource): MeshState {
  return {
    name,
    own,
    items: new ResourceTable(),
    registrations: new Map(),
    certified: new Set(),
    addresses: new Map(),
    shown: null,
    lists: new Map(),
    view: null,
    trust: null,
  };
}

/** The resource with this key, or null. */
export function findStored(state: TenantState, key: ResourceKey): StoredResource | null {
  const items = key.mesh === "" ? state.global : state.meshes.get(key.mesh)?.items;
  return items?.get(keyText(key)) ?? null;
}

/** Resources of one type, of one mesh or (mesh empty) of global scope, in no particular order. */
export function storedOf(state: TenantState, type: string, mesh: string): readonly Resource[] {
  const items = mesh === "" ? state.global : state.meshes.get(mesh)?.items;
  return items?.ofType(type) ?? [];
}

/** `<zone>/<relay>`: neither holds a slash. */
export function relayKey({ zone, relay }: { readonly zone: string; readonly relay: string }): string {
  return `${zone}/${relay}`;
}

function sameHeads(one: Heads, other: Heads): boolean {
  return one.epoch === other.epoch && one.sequence === other.sequence;
}

/** The earlier object where nothing differs; a status changes without a new ETag. */
function kept(before: StoredResource | undefined, now: StoredResource): StoredResource {
  if (before === undefined || before.etag !== now.etag) return now;
  if (before.resource.modificationTime !== now.resource.modificationTime) return now;
  const status = (of: StoredResource): string | undefined => JSON.stringify(of.resource.status);
  return status(before) === status(now) ? before : now;
}
