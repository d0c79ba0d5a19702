// What one proxy is made of: its resources by kind and name, each with the version of its filling.

import { canonical } from "#model/canonical.ts";
import type { Bindings, Digest, Hash, Json } from "#model/json.ts";
import { isNodeHole } from "#model/node-hole.ts";
import type { Snapshot } from "./manifest.ts";
import {
  type OpenGroups,
  type OpenTemplate,
  openEntry,
  openedOf,
  openTemplates,
  proxyEntry,
  rowsOf,
} from "./opened.ts";
import { type ReferenceKind, referencesOf } from "./reference.ts";
import { type EnvoyKind, entriesOf, fill, fillPartly, type Group, type ProxyEntry } from "./template.ts";

/** One filling of a template; shared by all proxies that get the same. */
export interface ProxyResource {
  readonly kind: EnvoyKind;
  readonly name: string;
  /** Hash of the template and of the values that fill it: equal content, equal version. */
  readonly version: Hash;
  /** Endpoint set that a cluster gets by EDS. */
  readonly endpoints: string | undefined;
  /** What it names: clusters, routes, endpoint sets and secrets. */
  readonly references: readonly { readonly kind: ReferenceKind; readonly name: string }[];
  /** The filled body, made anew at each call. */
  readonly body: () => Json;
}

/** By kind and name; one object for all proxies that share it, also across snapshots, so that `===` means unchanged. */
export type ProxyPart = Readonly<Record<EnvoyKind, ReadonlyMap<string, ProxyResource>>>;

/** A proxy's parts: what its groups share, then what is its own. Later parts win where names collide. */
export interface ProxyView {
  readonly parts: readonly ProxyPart[];
}

/** What one Envoy tells of its node, by hole; undefined for holes that are not the node's. The same function for a stream. */
export type NodeValues = (hole: string) => Json | undefined;

const NO_NODE: NodeValues = () => undefined;

/** The resources of a proxy whose Envoy tells this of its node; undefined when the snapshot does not know it. */
export function resourcesOfProxy(
  snapshot: Snapshot,
  mesh: string,
  name: string,
  digest: Digest,
  node: NodeValues = NO_NODE,
): ProxyView | undefined {
  const opened = openedOf(snapshot);
  const entry = proxyEntry(opened, mesh, name);
  return entry === undefined ? undefined : viewOf(opened, entry, digest, node);
}

/**
 * The resources of an entry that no snapshot holds: a newcomer, compiled in its zone. `blob` gives the text of its groups
 * and templates; they come from the zone's own compiler, so a missing or malformed one is a TypeError.
 */
export function resourcesOfEntry(
  entry: ProxyEntry,
  blob: (hash: Hash) => string | undefined,
  digest: Digest,
  node: NodeValues = NO_NODE,
): ProxyView {
  const opened = openEntry(entry, blob);
  if ("corrupt" in opened) throw new TypeError(`a newcomer that does not open: ${opened.corrupt}`);
  return viewOf(opened, entry, digest, node);
}

/** Secrets by SDS name, from hashes of templates among the blobs. */
export function secretsOfEntry(
  secrets: ReadonlyMap<string, Hash>,
  blob: (hash: Hash) => string | undefined,
  digest: Digest,
): ReadonlyMap<string, ProxyResource> {
  const templates = openTemplates(secrets.values(), blob);
  return new Map([...secrets].map(([name, hash]) => [name, resourceOf(hash, templates.get(hash)!, {}, digest)]));
}

/** The secrets that the snapshot itself holds for a mesh (its trust bundle), by SDS name. */
export function secretsOfMesh(snapshot: Snapshot, mesh: string, digest: Digest): ReadonlyMap<string, ProxyResource> {
  const opened = openedOf(snapshot);
  const secrets = new Map<string, ProxyResource>();
  for (const [name, hash] of rowsOf(opened, "secrets", mesh)) {
    secrets.set(name, resourceOf(hash, opened.templates.get(hash)!, {}, digest));
  }
  return secrets;
}

// Content never changes under a hash, so what was made of a parsed group or entry holds as long as the object does.
const sharedParts = new WeakMap<Group, SharedPart>();
const views = new WeakMap<ProxyEntry, { readonly view: ProxyView; readonly node: NodeValues | null }>();

interface SharedPart {
  readonly part: ProxyPart;
  /** Entries that need the proxy's own values. */
  readonly own: readonly (readonly [Hash, Bindings])[];
}

function viewOf(opened: OpenGroups, entry: ProxyEntry, digest: Digest, node: NodeValues): ProxyView {
  const before = views.get(entry);
  if (before !== undefined && (before.node === null || before.node === node)) return before.view;
  let asksNode = false;
  const parts: ProxyPart[] = [];
  const own: ProxyResource[] = [];
  for (const [hash, bindings] of entry.groups) {
    const shared = sharedPart(opened, opened.groups.get(hash)!, digest);
    parts.push(shared.part);
    for (const [template, values] of shared.own) {
      const open = opened.templates.get(template)!;
      const asked = open.holes.filter(isNodeHole).flatMap((name): [string, Json][] => {
        const value = node(name);
        return value === undefined ? [] : [[name, value]];
      });
      asksNode ||= open.holes.some(isNodeHole);
      own.push(resourceOf(template, open, { ...Object.fromEntries(asked), ...bindings, ...values }, digest));
    }
  }
  if (own.length > 0) parts.push(partOf(own));
  const view: ProxyView = { parts };
  views.set(entry, { view, node: asksNode ? node : null });
  return view;
}

function sharedPart({ templates }: OpenGroups, group: Group, digest: Digest): SharedPart {
  const before = sharedParts.get(group);
  if (before !== undefined) return before;
  const shared: ProxyResource[] = [];
  const own: (readonly [Hash, Bindings])[] = [];
  for (const [hash, bindings] of entriesOf(group)) {
    const open = templates.get(hash)!;
    if (open.holes.every((name) => Object.hasOwn(bindings, name)))
      shared.push(resourceOf(hash, open, bindings, digest));
    else own.push([hash, bindings]);
  }
  const made: SharedPart = { part: partOf(shared), own };
  sharedParts.set(group, made);
  return made;
}

function partOf(resources: readonly ProxyResource[]): ProxyPart {
  const byKind = { listener: new Map(), cluster: new Map(), route: new Map(), secret: new Map() };
  for (const resource of resources) byKind[resource.kind].set(resource.name, resource);
  return byKind;
}

/** What a template was filled as last: many proxies in turn ask for the same, as of the table of a mesh's names. */
const lastFilled = new WeakMap<OpenTemplate, ProxyResource>();

function resourceOf(hash: Hash, open: OpenTemplate, bindings: Bindings, digest: Digest): ProxyResource {
  const { template, holes } = open;
  // Only the values that this template uses count, so that two proxies that differ elsewhere share the filling.
  const used = Object.fromEntries(
    holes.filter((name) => Object.hasOwn(bindings, name)).map((name) => [name, bindings[name]!]),
  );
  const version = holes.length === 0 ? hash : digest(canonical([hash, used]));
  const last = lastFilled.get(open);
  if (last?.version === version) return last;
  const name = fillPartly(template.name, used);
  if (typeof name !== "string")
    throw new TypeError(`the name of a ${template.kind} has a hole without a value: ${canonical(name)}`);
  const references = referencesOf(template.kind, name, fillPartly(template.body, used)).flatMap((one) =>
    typeof one.name === "string" ? [{ kind: one.kind, name: one.name }] : [],
  );
  const made: ProxyResource = {
    kind: template.kind,
    name,
    version,
    endpoints: references.find(({ kind }) => kind === "endpoints")?.name,
    references,
    body: () => fill(template, used).body,
  };
  lastFilled.set(open, made);
  return made;
}
