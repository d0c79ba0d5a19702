// Templates: Envoy resources as JSON with holes, stored once for all proxies that are alike, and filled per proxy.

import type { Bindings, Digest, Hash, Json } from "#model/json.ts";

/** The kinds of Envoy resources that a snapshot carries; endpoints have a form of their own (endpoints.ts). */
export type EnvoyKind = "listener" | "cluster" | "route" | "secret";

/** A hole stands as `{"$": "name"}` where a value belongs; `{"$": ["inbound:", {"$": "address"}]}` joins text. */
export interface Template {
  readonly kind: EnvoyKind;
  /** The resource's name: text, or a hole or joined text in the same notation as the body. */
  readonly name: Json;
  readonly body: Json;
}

/** A template with the values of the holes that do not come from the proxy. */
export type Entry = readonly [template: Hash, bindings: Bindings];

/** A list of entries that many proxies share, stored under its own hash. */
export type Group = readonly Entry[];

/** What a proxy is made of: groups with the values of its own holes. At most two. */
export interface ProxyEntry {
  readonly groups: readonly (readonly [group: Hash, bindings: Bindings])[];
}
