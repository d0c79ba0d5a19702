// A dataplane that joins while the control plane is out of reach: its own part, to be laid over the signed snapshot.
import { endpointOf, indexView } from "#match/match.ts";
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import type { Digest, Hash } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import type { ProxyEntry } from "#snapshot/template.ts";
import { bundleSecret } from "#xds/names.ts";
import { type CompileFault, type CompileInput, type CompileMemo, meshMemo, sortedFaults } from "./compile.ts";
import { setsFor } from "./endpoint-set.ts";
import { createGroupMaker } from "./group.ts";
import { bundleOf, withoutBundle } from "./mesh.ts";
import { compileProxy } from "./roster.ts";

export interface NewcomerInput extends CompileInput {
  readonly mesh: string;
  readonly dataplane: Resource<DataplaneSpec>;
}

export interface Newcomer {
  readonly entry: ProxyEntry;
  /** Text of every blob that the entry and the secrets reach, also of those that the snapshot has. */
  readonly blobs: ReadonlyMap<Hash, string>;
  /** The endpoints that it gives, and the cluster of each: the overlay shows them to its peers. */
  readonly memberships: readonly { readonly cluster: string; readonly endpoint: Endpoint }[];
  /** Sets of the clusters that it calls, without itself: for those that no other proxy of the zone calls yet. */
  readonly endpoints: readonly EndpointSet[];
  /** SDS name → template, as in a section `secrets/<mesh>`. */
  readonly secrets: ReadonlyMap<string, Hash>;
  readonly faults: readonly CompileFault[];
}

/**
 * Compiles one dataplane that the views do not hold (or hold in another form). Null where the zone has no such mesh.
 * With the memo of a compile of the same views it costs one proxy, else one index of the mesh.
 */
export function compileNewcomer(input: NewcomerInput, digest: Digest, previous?: CompileMemo): Newcomer | null {
  const base = input.views.find((view) => view.mesh.name === input.mesh);
  if (base === undefined) return null;
  const view = joinedView(base, input.dataplane);
  const memo = meshMemo(input, digest, previous);
  const index = indexView(view, input.zone, digest, memo?.index);
  const maker = memo?.maker ?? createGroupMaker(input.mesh, digest, input.native ?? null);
  const proxy = compileProxy(index, maker, input.dataplane);
  const bundle = proxy.secured ? bundleOf(view, digest) : null;
  const locked = proxy.secured && bundle === null;
  const { groups, blobs: made } = locked ? { groups: [], blobs: [] } : proxy;
  const memberships = endpointOf(index, input.dataplane);
  const blobs = new Map<Hash, string>();
  for (const { hash, text, templates } of made) {
    blobs.set(hash, text);
    for (const template of templates) blobs.set(template.hash, template.text);
  }
  const secrets = new Map<string, Hash>();
  if (bundle !== null) {
    blobs.set(bundle.hash, bundle.text);
    secrets.set(bundleSecret(input.mesh), bundle.hash);
  }
  const endpoints = setsFor(index, { groups, blobs: made }).map((set) => ({
    ...set,
    endpoints: set.endpoints.filter(({ dataplane }) => dataplane !== input.dataplane.name),
  }));
  const faults = [...proxy.faults, ...(locked ? [withoutBundle(view)] : [])];
  return { entry: { groups }, blobs, memberships, endpoints, secrets, faults: sortedFaults([{ faults }]) };
}

/** The view as it will be once the control plane knows the newcomer. */
function joinedView(view: View, dataplane: Resource<DataplaneSpec>): View {
  const others = (view.resources.Dataplane ?? []).filter(({ name }) => name !== dataplane.name);
  const at = others.findIndex(({ name }) => name > dataplane.name);
  const Dataplane = at === -1 ? [...others, dataplane] : [...others.slice(0, at), dataplane, ...others.slice(at)];
  const departed = view.departed.filter((name) => name !== dataplane.name);
  return { ...view, resources: { ...view.resources, Dataplane }, departed };
}
