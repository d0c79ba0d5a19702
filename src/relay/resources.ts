// What each proxy should have at one moment, in layers that all streams share: the snapshot, newcomers, and later events.
import type { XdsKind } from "#envoy/type-url.ts";
import { canonical } from "#model/canonical.ts";
import { isClientSecret } from "#model/client-secret.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import type { Digest, Json } from "#model/json.ts";
import { clusterLoadAssignment, hostNamesOf, type Resolve } from "#snapshot/endpoints.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { endpointSetsOf } from "#snapshot/opened.ts";
import {
  type NodeValues,
  type ProxyPart,
  type ProxyView,
  resourcesOfEntry,
  resourcesOfProxy,
  secretsOfEntry,
  secretsOfMesh,
} from "#snapshot/proxy.ts";
import type { AdsResource, Desired, ResourceSet } from "./ads/resource.ts";
import type { Encodable } from "./encoder.ts";
import { type Identity, type ProxyKey, proxyPath, type Served } from "./zone.ts";

export interface ServedResource extends AdsResource, Encodable {}

export interface ResourceBook {
  /**
   * What the proxy should have of `served`; undefined when nothing is known of it. `identityOf` gives its identity in a mesh: a
   * zone's egress has one in each mesh that it serves. `node` stays the same function for a stream.
   */
  of(served: Served, proxy: ProxyKey, identityOf: IdentityOf, node?: NodeValues): Desired<ServedResource> | undefined;
}

/** A proxy's identity in a mesh; undefined while there is none. */
export type IdentityOf = (mesh: string) => Identity | undefined;

/** Of an Envoy that tells nothing of its node. */
const NO_NODE: NodeValues = () => undefined;

type Layer = ReadonlyMap<string, ServedResource>;

/** What all proxies of a mesh share. */
interface MeshLayers {
  readonly endpoints: readonly Layer[];
  readonly secrets: Layer;
}

/**
 * Keeps the layers of the last moment, so that what did not change stays the same object and streams need not look at it.
 * `resolve` gives addresses of endpoints that are host names; `resolutions()` changes whenever it would answer otherwise;
 * `clientOf` gives the certificate that a proxy which names such a secret shows to a service outside.
 */
export function createResourceBook(
  digest: Digest,
  resolve: Resolve = () => [],
  resolutions: () => number = () => 0,
  clientOf: (name: string) => Identity | undefined = () => undefined,
): ResourceBook {
  const meshes = new Map<string, { served: Served; resolved: number; layers: MeshLayers }>();

  const endpointsResource = (set: EndpointSet, version: string): ServedResource => {
    const names = hostNamesOf(set);
    if (names.length === 0)
      return { name: set.cluster, version, references: [], body: () => clusterLoadAssignment(set) };
    const answers = new Map(names.map((name) => [name, resolve(name)]));
    const whole = digest(canonical([version, [...answers].map(([name, addresses]) => [name, addresses])]));
    return {
      name: set.cluster,
      version: whole,
      references: [],
      body: () => clusterLoadAssignment(set, (name) => answers.get(name) ?? []),
    };
  };

  /** The layer of these sets; the old one, or the old resources in it, where nothing differs. */
  const layerOf = (sets: Iterable<readonly [string, EndpointSet]>, before: Layer | undefined): Layer => {
    const layer = new Map<string, ServedResource>();
    let same = true;
    for (const [version, set] of sets) {
      const resource = endpointsResource(set, version);
      const old = before?.get(set.cluster);
      same &&= old?.version === resource.version;
      layer.set(set.cluster, old?.version === resource.version ? old : resource);
    }
    return before !== undefined && same && layer.size === before.size ? before : layer;
  };

  const meshLayers = (served: Served, snapshot: Snapshot, mesh: string): MeshLayers => {
    const known = meshes.get(mesh);
    const resolved = resolutions();
    if (known?.served === served && known.resolved === resolved) return known.layers;
    const before = known?.layers;
    const sameNewcomers = known?.served.newcomers === served.newcomers && known.resolved === resolved;
    const newcomers = [...served.newcomers]
      .filter(([key]) => key.startsWith(`${mesh}/`))
      .map(([, newcomer]) => newcomer);
    const hashed = (sets: Iterable<EndpointSet>) =>
      [...sets].map((set) => [digest(canonical(set as unknown as Json)), set] as const);
    const sameBase = known?.served.snapshot === snapshot && known.resolved === resolved;
    const base = sameBase ? before!.endpoints[1]! : layerOf(endpointSetsOf(snapshot, mesh), before?.endpoints[1]);
    const made: MeshLayers = {
      endpoints: [
        // Sets that newcomers call and nobody else does: where the snapshot has one, the snapshot wins.
        sameNewcomers
          ? before!.endpoints[0]!
          : layerOf(hashed(newcomers.flatMap(({ endpoints }) => endpoints)), before?.endpoints[0]),
        base,
        layerOf(hashed(served.changedSets(mesh).values()), before?.endpoints[2]),
      ],
      secrets: sameBase && sameNewcomers ? before!.secrets : secretLayer(served, snapshot, mesh, before?.secrets),
    };
    const same = made.secrets === before?.secrets && made.endpoints.every((one, at) => one === before.endpoints[at]);
    const layers = same && before !== undefined ? before : made;
    meshes.set(mesh, { served, resolved, layers });
    return layers;
  };

  const secretLayer = (served: Served, snapshot: Snapshot, mesh: string, before: Layer | undefined): Layer => {
    const layer = new Map<string, ServedResource>();
    for (const [key, { secrets, blobs }] of served.newcomers) {
      if (!key.startsWith(`${mesh}/`)) continue;
      for (const [name, resource] of secretsOfEntry(secrets, (hash) => blobs.get(hash), digest))
        layer.set(name, resource);
    }
    for (const [name, resource] of secretsOfMesh(snapshot, mesh, digest)) layer.set(name, resource);
    const same =
      before !== undefined &&
      before.size === layer.size &&
      [...layer].every(([name, { version }]) => before.get(name)?.version === version);
    return same ? before : layer;
  };

  return {
    of(served, proxy, identityOf, node = NO_NODE) {
      const { snapshot } = served;
      if (snapshot === null) return undefined;
      const view = viewOf(served, snapshot, proxy, digest, node);
      if (view === undefined) return undefined;
      const { endpoints, secrets } = meshLayers(served, snapshot, proxy.mesh);
      const own = ownOf(view, proxy);
      const layers = [secrets, ...own.secrets];
      for (const mesh of own.meshes) layers.push(identityLayer(`${IDENTITY}${mesh}`, identityOf(mesh)));
      for (const name of own.clients) layers.push(identityLayer(name, clientOf(name)));
      const { cluster, listener, route } = own;
      const sets: Record<XdsKind, ResourceSet<ServedResource>> = {
        cluster,
        listener,
        route,
        endpoints: { layers: endpoints, only: own.endpointNames },
        secret: { layers, only: own.secretNames },
      };
      return { label: snapshot.version, sets };
    },
  };
}

/** The snapshot's word on a proxy wins over what was compiled here. */
function viewOf(
  { newcomers }: Served,
  snapshot: Snapshot,
  proxy: ProxyKey,
  digest: Digest,
  node: NodeValues,
): ProxyView | undefined {
  const signed = resourcesOfProxy(snapshot, proxy.mesh, proxy.name, digest, node);
  const newcomer = newcomers.get(proxyPath(proxy));
  return signed ?? (newcomer && resourcesOfEntry(newcomer.entry, (hash) => newcomer.blobs.get(hash), digest, node));
}

/** What follows from a proxy's view alone: asked for by its stream at every change of the zone. */
interface Own {
  readonly mesh: string;
  readonly cluster: ResourceSet<ServedResource>;
  readonly listener: ResourceSet<ServedResource>;
  readonly route: ResourceSet<ServedResource>;
  readonly secrets: readonly Layer[];
  readonly endpointNames: readonly ReadonlySet<string>[];
  readonly secretNames: readonly ReadonlySet<string>[];
  /** In which it has an identity. */
  readonly meshes: readonly string[];
  /** Secrets that are certificates for services outside. */
  readonly clients: readonly string[];
}

const owns = new WeakMap<ProxyView, Own>();

function ownOf(view: ProxyView, proxy: ProxyKey): Own {
  const before = owns.get(view);
  if (before?.mesh === proxy.mesh) return before;
  const { parts } = view;
  const only = parts.map(namesOf);
  const made: Own = {
    mesh: proxy.mesh,
    cluster: { layers: parts.map(({ cluster }) => cluster) },
    listener: { layers: parts.map(({ listener }) => listener) },
    route: { layers: parts.map(({ route }) => route) },
    secrets: parts.map(({ secret }) => secret),
    endpointNames: only.map(({ endpoints }) => endpoints),
    secretNames: only.map(({ secret }) => secret),
    meshes: meshesOf(proxy, only),
    clients: clientsOf(only),
  };
  owns.set(view, made);
  return made;
}

const NO_REFERENCES: AdsResource["references"] = [];
const identityLayers = new WeakMap<Identity, Layer>();
const absentLayers = new Map<string, Layer>();

const IDENTITY = "identity_cert:secret:";

/** The meshes in which a proxy has an identity: its own, or of a zone's proxy those whose identities it names. */
function meshesOf({ mesh }: ProxyKey, only: readonly { readonly secret: ReadonlySet<string> }[]): readonly string[] {
  if (mesh !== "") return [mesh];
  const named = new Set(only.flatMap(({ secret }) => [...secret].filter((name) => name.startsWith(IDENTITY))));
  return [...named].map((name) => name.slice(IDENTITY.length)).sort();
}

/** The certificates that it shows to services outside; nobody is given one that its own resources do not name. */
function clientsOf(only: readonly { readonly secret: ReadonlySet<string> }[]): readonly string[] {
  return [...new Set(only.flatMap(({ secret }) => [...secret].filter(isClientSecret)))].sort();
}

/** One secret of a proxy's own; the layer lives as long as the certificate does. */
function identityLayer(name: string, identity: Identity | undefined): Layer {
  const known = identity === undefined ? absentLayers.get(name) : identityLayers.get(identity);
  if (known !== undefined) return known;
  const layer = new Map([[name, identity === undefined ? absent(name) : identityResource(name, identity)]]);
  if (identity === undefined) absentLayers.set(name, layer);
  else identityLayers.set(identity, layer);
  return layer;
}

const named = new WeakMap<
  ProxyPart,
  { readonly endpoints: ReadonlySet<string>; readonly secret: ReadonlySet<string> }
>();

/** Endpoint sets and secrets that a part names: a proxy is given these and no others of its mesh. */
function namesOf(part: ProxyPart): { readonly endpoints: ReadonlySet<string>; readonly secret: ReadonlySet<string> } {
  const before = named.get(part);
  if (before !== undefined) return before;
  const names = { endpoints: new Set<string>(), secret: new Set<string>() };
  for (const resources of Object.values(part)) {
    for (const { references } of resources.values()) {
      for (const { kind, name } of references) if (kind === "endpoints" || kind === "secret") names[kind].add(name);
    }
  }
  named.set(part, names);
  return names;
}

function absent(name: string): ServedResource {
  return { name, version: "", pending: true, references: NO_REFERENCES, body: () => ({ name }) };
}

function identityResource(name: string, identity: Identity): ServedResource {
  const body = () => ({
    name,
    tlsCertificate: {
      certificateChain: { inlineString: identity.chainPem },
      privateKey: { inlineString: identity.keyPem.reveal() },
    },
  });
  return { name, version: identity.version, own: true, references: NO_REFERENCES, body };
}
