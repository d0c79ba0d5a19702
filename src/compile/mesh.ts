// One mesh's part of a zone: each proxy's entry, the endpoint sets and the trust bundle, reused where nothing changed.
import { endpointSets, faultsOf, indexView, matchProxy, type ViewIndex } from "#match/match.ts";
import type { MatchedProxy } from "#match/matched.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import type { Digest, Hash, Json } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import type { MeshContent } from "#snapshot/build.ts";
import { canonical } from "#snapshot/canonical.ts";
import type { ProxyEntry } from "#snapshot/template.ts";
import type { PolicyFault } from "#xds/explain.ts";
import { proxyBindings } from "#xds/inbound.ts";
import { bundleSecret } from "#xds/names.ts";
import { bundleTemplate } from "#xds/secret.ts";
import type { Blob, GroupBlob } from "./blob.ts";
import { createGroupMaker, type GroupMaker } from "./group.ts";
import { soundPart } from "./sound.ts";

/** What is kept of a proxy: its match, and what it was made into. */
export interface ProxyMemo {
  readonly matched: MatchedProxy;
  readonly entry: ProxyEntry;
  readonly groups: readonly GroupBlob[];
}

export interface MeshMemo {
  readonly index: ViewIndex;
  readonly maker: GroupMaker;
  readonly proxies: ReadonlyMap<string, ProxyMemo>;
  readonly content: MeshContent;
  readonly bundle: Blob | null;
  readonly faults: readonly PolicyFault[];
}

/**
 * Compiles one mesh for a zone; what `previous` holds of the same mesh and zone is reused by identity. Stored resources have
 * been validated, so shapes are looked at only where something could not be read at all; then those that are broken are left
 * out, and at the worst the mesh, and other meshes never notice.
 */
export function compileMesh(view: View, zone: string, digest: Digest, previous?: MeshMemo): MeshMemo {
  try {
    return compileSound(view, zone, digest, previous);
  } catch {
    const sound = soundPart(view);
    try {
      const mesh = compileSound(sound.view, zone, digest);
      return { ...mesh, faults: [...mesh.faults, ...sound.faults] };
    } catch (error) {
      const reason = `${error instanceof Error ? error.message : "it could not be read"}; the mesh is left out`;
      const nobody = compileSound({ ...view, resources: {}, bundle: [] }, zone, digest);
      return { ...nobody, faults: [...sound.faults, { kri: kriOf(view.mesh), field: "", reason }] };
    }
  }
}

function compileSound(view: View, zone: string, digest: Digest, previous?: MeshMemo): MeshMemo {
  const index = indexView(view, zone, previous?.index);
  const maker = previous?.maker ?? createGroupMaker(view.mesh.name, digest);
  const bundle = bundleOf(view, digest, previous);
  const faults: PolicyFault[] = [];
  const proxies = new Map<string, ProxyMemo>();
  let changed = previous === undefined;
  let secured = false;
  let clashed = false;
  for (const dataplane of index.dataplanes) {
    const before = previous?.proxies.get(dataplane.name);
    const proxy = compileProxy(index, maker, dataplane, before);
    if (proxy.groups.some((group) => group.secured)) {
      secured = true;
      if (bundle === null) continue;
    }
    if (proxy.entry !== before?.entry) changed = true;
    proxies.set(dataplane.name, proxy);
    clashed ||= proxy.groups.some(({ clashes }) => clashes.length > 0);
    faults.push(...proxyFaults(dataplane, proxy.groups));
  }
  if (secured && bundle === null) faults.push(withoutBundle(view));
  faults.push(...faultsOf(index));
  changed ||= proxies.size !== previous?.proxies.size;
  const entries = changed || previous === undefined ? entriesOf(proxies) : previous.content.proxies;
  const all = endpointSets(index);
  const sets = clashed || (secured && bundle === null) ? namedSets(all, proxies) : all;
  const content = { proxies: entries, endpoints: sets, secrets: secretsOf(view, secured ? bundle : null, previous) };
  return { index, maker, proxies, content, bundle, faults };
}

/** The sets that something served still names, where something was left out. */
function namedSets(
  sets: ReadonlyMap<string, EndpointSet>,
  proxies: ReadonlyMap<string, ProxyMemo>,
): ReadonlyMap<string, EndpointSet> {
  const named = new Set<string>();
  for (const { groups } of proxies.values())
    for (const group of groups) for (const name of group.clusters) named.add(name);
  return new Map([...sets].filter(([cluster]) => named.has(cluster)));
}

/** One proxy's entry; the one before where matching found nothing new. */
export function compileProxy(
  index: ViewIndex,
  maker: GroupMaker,
  dataplane: Resource<DataplaneSpec>,
  before?: ProxyMemo,
): ProxyMemo {
  const matched = matchProxy(index, dataplane);
  if (before !== undefined && before.matched === matched) return before;
  const inbound = maker.inbound(matched);
  const outbound = maker.outbound(matched);
  const groups: [Hash, ProxyEntry["groups"][number][1]][] = [];
  if (inbound !== null) groups.push([inbound.hash, proxyBindings(matched, inbound.holes)]);
  if (outbound !== null) groups.push([outbound.hash, {}]);
  const made = [inbound, outbound].filter((group) => group !== null);
  const entry: ProxyEntry = { groups };
  return { matched, entry, groups: made };
}

/** Mistakes in the proxy's policies and in the dataplane itself. */
export function proxyFaults(dataplane: Resource<DataplaneSpec>, groups: readonly GroupBlob[]): PolicyFault[] {
  return groups.flatMap(({ faults, clashes }) =>
    clashes.length === 0 ? faults : [...faults, ...clashes.map((clash) => ({ kri: kriOf(dataplane), ...clash }))],
  );
}

function entriesOf(proxies: ReadonlyMap<string, ProxyMemo>): Map<string, ProxyEntry> {
  const entries = new Map<string, ProxyEntry>();
  for (const [name, { entry }] of proxies) entries.set(name, entry);
  return entries;
}

/** The template of what the mesh trusts. */
export function bundleOf(view: View, digest: Digest, previous?: MeshMemo): Blob | null {
  if (previous !== undefined && previous.index.view.bundle === view.bundle) return previous.bundle;
  const template = bundleTemplate(view.mesh.name, view.bundle);
  if (template === null) return null;
  const text = canonical(template as unknown as Json);
  return { hash: digest(text), text };
}

function secretsOf(view: View, bundle: Blob | null, previous: MeshMemo | undefined): ReadonlyMap<string, Hash> {
  const name = bundleSecret(view.mesh.name);
  const before = previous?.content.secrets;
  if (before !== undefined && before.get(name) === bundle?.hash) return before;
  return new Map(bundle === null ? [] : [[name, bundle.hash]]);
}

/** Plaintext in its place would be a hole in the wall, and a reference to a missing secret would stop every mesh of the zone. */
export function withoutBundle(view: View): PolicyFault {
  return {
    kri: kriOf(view.mesh),
    field: "mtls.enabledBackend",
    reason: "mTLS is on and the backend has no CA certificate: the mesh's proxies are left out until it has one",
  };
}
