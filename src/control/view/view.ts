// Views: each mesh as compilation and relays see it, made again only when something of it has changed.

import type { ViewResponse } from "#api/zone.ts";
import { withClientCertificate } from "#control/authority/client-certificate.ts";
import { withAuthority } from "#control/authority/external-authority.ts";
import { anchorsOf } from "#control/authority/issuer-book.ts";
import { type MeshTrust, readMeshTrust } from "#control/authority/mesh-trust.ts";
import { EXTERNAL_TYPES } from "#control/authority/service-tls.ts";
import type { Vault } from "#control/secret/vault.ts";
import type { MeshState, TenantState } from "#control/state.ts";
import { zoneProxiesOf, zonesOf } from "#control/zone/places.ts";
import { readZoneTrust, type ZoneTrust } from "#control/zone/trust.ts";
import { freeze } from "#model/freeze.ts";
import { kindOfType, type SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { shownAddresses } from "#model/virtual/allot.ts";
import type { ZonePlace } from "#model/zone-place.ts";
import { visible } from "./list.ts";

/** The mesh's trust, read again after a Secret, what may name one, or the Mesh itself has changed. */
export function trustOf(mesh: MeshState, vault: Vault): Promise<MeshTrust> {
  if (mesh.trust !== null) return mesh.trust;
  const reading = readMeshTrust(mesh.own.resource, [...mesh.items.values()], vault);
  mesh.trust = reading;
  reading.catch(() => {
    if (mesh.trust === reading) mesh.trust = null;
  });
  return reading;
}

/** What the zones trust, read again after a GlobalSecret of theirs has changed. */
export function zoneTrustOf(state: TenantState, vault: Vault): Promise<ZoneTrust> {
  if (state.zoneTrust !== null) return state.zoneTrust;
  const reading = readZoneTrust([...state.global.values()], vault);
  state.zoneTrust = reading;
  reading.catch(() => {
    if (state.zoneTrust === reading) state.zoneTrust = null;
  });
  return reading;
}

/** The view with this trust; the same object while nothing has changed. */
export function viewOf(
  mesh: MeshState,
  trust: MeshTrust,
  anchors: readonly string[],
  zones: readonly ZonePlace[],
): View {
  const bundle = mesh.view !== null && isSame(mesh.view.bundle, anchors) ? mesh.view.bundle : anchors;
  if (mesh.view !== null && mesh.view.zones === zones && mesh.view.bundle === bundle) return mesh.view;
  const types = [...mesh.lists.keys()].sort();
  const listOf = (type: string): readonly Resource[] => {
    const list = shownList(type, mesh.lists.get(type) ?? []);
    if (!EXTERNAL_TYPES.has(type)) return list;
    return sameOr(
      list,
      list.map((one) => withClientCertificate(withAuthority(one, trust.authorities), trust.clients)),
    );
  };
  mesh.shown ??= shownAddresses(mesh.addresses.values());
  const view: View = {
    mesh: visible(mesh.own.resource) as Resource<SpecOf<"Mesh">>,
    resources: Object.fromEntries(types.map((type) => [type, listOf(type)])),
    bundle,
    departed: departedOf(mesh),
    zones,
    addresses: mesh.shown,
  };
  mesh.view = view;
  return view;
}

/** The first where the second has the same. */
function sameOr(list: readonly Resource[], made: readonly Resource[]): readonly Resource[] {
  return made.every((one, at) => one === list[at]) ? list : made;
}

const shownLists = new WeakMap<readonly Resource[], readonly Resource[]>();
const shownOnes = new WeakMap<Resource, Resource>();

/** The resources as their kind shows them; the same list for the same list. */
function shownList(type: string, list: readonly Resource[]): readonly Resource[] {
  const show = kindOfType(type)?.shown;
  if (show === undefined) return list;
  const known = shownLists.get(list);
  if (known !== undefined) return known;
  const made = list.map((one) => {
    const shown = shownOnes.get(one) ?? freeze(show(one));
    shownOnes.set(one, shown);
    return shown;
  });
  shownLists.set(list, made);
  return made;
}

export interface TrustedView {
  readonly view: View;
  readonly trust: MeshTrust;
}

/** All views of one moment, sorted by mesh; the state's heads say which when this returns. */
export async function readViews(state: TenantState, vault: Vault): Promise<readonly TrustedView[]> {
  for (;;) {
    const { sequence } = state.heads;
    const meshes = [...state.meshes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const trusts = await Promise.all(meshes.map((mesh) => trustOf(mesh, vault)));
    // Reading opens sealed texts, and a commit may come in between.
    if (state.heads.sequence !== sequence) continue;
    const zones = zonesOf(state);
    return meshes.map((mesh, index) => {
      const trust = trusts[index] as MeshTrust;
      return { view: viewOf(mesh, trust, anchorsOf(state.issuers, mesh.name, trust), zones), trust };
    });
  }
}

/** The views as a relay is given them. */
export async function viewResponse(state: TenantState, vault: Vault): Promise<ViewResponse> {
  const views = await readViews(state, vault);
  const { epoch, sequence } = state.heads;
  return { epoch, sequence, views: views.map(({ view }) => view), zoneProxies: zoneProxiesOf(state) };
}

function departedOf(mesh: MeshState): readonly string[] {
  const gone = [...mesh.registrations.values()].filter(({ owner, online }) => owner === "user" && !online);
  return gone.map(({ name }) => name).sort();
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
