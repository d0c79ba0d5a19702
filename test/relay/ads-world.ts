// A small world for ADS tests: consistent desired states, and a client that keeps the rules of the protocol.
import { XDS_TYPES, type XdsKind, xdsType } from "#envoy/type-url.ts";
import type { AdsEvent, AdsOutput, AdsRequest, Answer } from "#relay/ads/message.ts";
import type { AdsResource, Desired } from "#relay/ads/resource.ts";
import type { Protocol, Stream } from "#relay/ads/stream.ts";
import { step } from "#relay/ads-machine.ts";

export interface Thing extends AdsResource {
  readonly kind: XdsKind;
}

/** Clusters by name → version (each with endpoints, that have versions of their own), listeners and routes with what they name. */
export interface World {
  readonly clusters: Readonly<Record<string, number>>;
  readonly endpoints: Readonly<Record<string, number>>;
  readonly routes: Readonly<Record<string, { readonly version: number; readonly clusters: readonly string[] }>>;
  readonly listeners: Readonly<
    Record<
      string,
      { readonly version: number; readonly clusters: readonly string[]; readonly routes: readonly string[] }
    >
  >;
}

function thing(kind: XdsKind, name: string, version: number | string, references: Thing["references"] = []): Thing {
  return { kind, name, version: String(version), references };
}

/** The desired state of a world. Names that a listener or route needs and the world lacks are left out of what it names. */
export function desiredOf(world: World, label = "v"): Desired<Thing> {
  const to = (kind: XdsKind, names: readonly string[]) => names.map((name) => ({ kind, name }));
  const sets: Record<XdsKind, Thing[]> = { cluster: [], endpoints: [], secret: [], listener: [], route: [] };
  const there = (names: readonly string[], record: object) => names.filter((name) => name in record);
  for (const [name, version] of Object.entries(world.clusters)) {
    sets.cluster.push(thing("cluster", name, version, to("endpoints", [name])));
    sets.endpoints.push(thing("endpoints", name, world.endpoints[name] ?? 0));
  }
  for (const [name, { version, clusters }] of Object.entries(world.routes)) {
    const used = there(clusters, world.clusters);
    sets.route.push(thing("route", name, `${version}:${used}`, to("cluster", used)));
  }
  for (const [name, { version, clusters, routes }] of Object.entries(world.listeners)) {
    const used = there(clusters, world.clusters);
    const named = there(routes, world.routes);
    sets.listener.push(
      thing("listener", name, `${version}:${used}:${named}`, [...to("cluster", used), ...to("route", named)]),
    );
  }
  const layers = Object.entries(sets).map(([kind, things]) => [
    kind,
    { layers: [new Map(things.map((one) => [one.name, one]))] },
  ]);
  return { label, sets: Object.fromEntries(layers) };
}

export const options = { size: () => 1, lingerMs: 100, warmMs: 50 };

/** Sends one event and returns only the answers. */
export function answersTo(stream: Stream<Thing>, event: AdsEvent<Thing>): Answer<Thing>[] {
  return step(stream, event).filter((output): output is Answer<Thing> => output.kind === "answer");
}

export function delta(kind: XdsKind, more: Partial<Extract<AdsRequest, { protocol: "delta" }>> = {}): AdsRequest {
  const { url } = xdsType(kind);
  return {
    protocol: "delta",
    typeUrl: url,
    node: "",
    nonce: "",
    error: undefined,
    subscribe: [],
    unsubscribe: [],
    initialVersions: new Map(),
    ...more,
  };
}

export function sotw(kind: XdsKind, more: Partial<Extract<AdsRequest, { protocol: "sotw" }>> = {}): AdsRequest {
  return { protocol: "sotw", typeUrl: xdsType(kind).url, node: "", nonce: "", error: undefined, names: [], ...more };
}

/** `CDS a=1 b=2 -c`: an output in one line. */
export function line(output: AdsOutput<Thing>): string {
  if (output.kind === "answer") {
    const short = XDS_TYPES.find(({ url }) => url === output.typeUrl)?.short ?? output.typeUrl;
    return [
      short,
      ...output.resources.map(({ name, version }) => `${name}=${version}`),
      ...output.removed.map((name) => `-${name}`),
    ].join(" ");
  }
  if (output.kind === "end") return `end ${output.status}: ${output.message}`;
  if (output.kind === "acked") return `acked ${output.type.short}`;
  return `nacked ${output.type.short} ${output.refused.map(({ name, version }) => `${name}=${version}`).join(" ")}: ${output.message}`;
}

/** What a client asks for by name only; it ignores what comes of these and nobody watches. */
const WATCHED: ReadonlySet<XdsKind> = new Set(["endpoints", "secret", "route"]);

/** A client as Envoy is one: applies what it acknowledges, asks for the endpoints of its clusters and its listeners' routes. */
export class Client {
  readonly applied: Record<XdsKind, Map<string, Thing>> = {
    cluster: new Map(),
    endpoints: new Map(),
    secret: new Map(),
    listener: new Map(),
    route: new Map(),
  };
  readonly watched: Record<XdsKind, Set<string>> = {
    cluster: new Set(),
    endpoints: new Set(),
    secret: new Set(),
    listener: new Set(),
    route: new Set(),
  };
  readonly waiting: Answer<Thing>[] = [];
  /** Clusters that changed and have not had their endpoints since. */
  readonly warming = new Set<string>();
  readonly nonces = new Map<string, string>();
  readonly protocol: Protocol;

  constructor(protocol: Protocol) {
    this.protocol = protocol;
  }

  /** Answers the oldest waiting response; the requests that follow from it. */
  answer(accept: (resource: Thing) => boolean): AdsRequest[] {
    const response = this.waiting.shift();
    if (response === undefined) return [];
    const { kind } = XDS_TYPES.find(({ url }) => url === response.typeUrl)!;
    const bad = response.resources.filter(
      (resource) => !accept(resource) && this.applied[kind].get(resource.name)?.version !== resource.version,
    );
    if (bad.length > 0) {
      const error = `Error adding/updating ${bad.map(({ name }) => `${name}: bad`).join(", ")}`;
      return [this.request(kind, { nonce: response.nonce, error })];
    }
    this.nonces.set(kind, response.nonce);
    if (this.protocol === "sotw" && (kind === "cluster" || kind === "listener")) {
      const names = new Set(response.resources.map(({ name }) => name));
      for (const name of [...this.applied[kind].keys()]) if (!names.has(name)) this.drop(kind, name);
    }
    for (const name of response.removed) this.drop(kind, name);
    for (const resource of response.resources) {
      // Crossed with the request that drops it: nobody is left who would take it.
      if (WATCHED.has(kind) && !this.watched[kind].has(resource.name)) continue;
      if (kind === "cluster" && this.applied.cluster.get(resource.name)?.version !== resource.version)
        this.warming.add(resource.name);
      if (kind === "endpoints") this.warming.delete(resource.name);
      this.applied[kind].set(resource.name, resource);
    }
    const ack = this.request(kind, { nonce: response.nonce });
    if (kind === "cluster") return [ack, ...this.watch("endpoints", new Set(this.applied.cluster.keys()))];
    if (kind !== "listener") return [ack];
    const routes = [...this.applied.listener.values()].flatMap(({ references }) =>
      references.filter((one) => one.kind === "route"),
    );
    return [ack, ...this.watch("route", new Set(routes.map(({ name }) => name)))];
  }

  request(
    kind: XdsKind,
    more: { nonce?: string; error?: string; subscribe?: string[]; unsubscribe?: string[] } = {},
  ): AdsRequest {
    if (this.protocol === "delta") return delta(kind, more);
    const { nonce = this.nonces.get(kind) ?? "", error } = more;
    return sotw(kind, { nonce, error, names: [...this.watched[kind]] });
  }

  private watch(kind: XdsKind, names: ReadonlySet<string>): AdsRequest[] {
    const before = this.watched[kind];
    const subscribe = [...names].filter((name) => !before.has(name));
    const unsubscribe = [...before].filter((name) => !names.has(name));
    for (const name of unsubscribe) {
      before.delete(name);
      this.applied[kind].delete(name);
    }
    for (const name of subscribe) before.add(name);
    return subscribe.length + unsubscribe.length > 0 ? [this.request(kind, { subscribe, unsubscribe })] : [];
  }

  private drop(kind: XdsKind, name: string): void {
    this.applied[kind].delete(name);
    if (kind === "cluster") this.warming.delete(name);
  }
}
