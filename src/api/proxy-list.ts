// Bodies of lists of proxies, and of search.
import * as z from "#model/lazy-zod.ts";
import { PROGRAM_NAMES } from "#model/proxy-version.ts";
import { proxyTally } from "./proxy-tally.ts";

const may = z.exactOptional;

/** `name`: part of the name or address. `refuses`: `true` or `false`. `envoy`: a version, `old` or `unknown`. `sort`: name, state, zone, service, since, certificate or envoy, with `-` before it in descending order. */
export const proxyQuery = z.object(() => ({
  type: may(z.string()),
  mesh: may(z.string()),
  zone: may(z.string()),
  state: may(z.string()),
  service: may(z.string()),
  name: may(z.string()),
  refuses: may(z.string()),
  envoy: may(z.string()),
  sort: may(z.string()),
  size: may(z.string()),
  offset: may(z.string()),
}));

/** `unknown`: its zone is out of contact. */
export const PROXY_STATES = ["online", "degraded", "offline", "unknown"] as const;

/** What a proxy runs as: beside a workload, as a gateway of somebody's own, as one of Weft's, as a gate of its zone. */
export const PROXY_ROLES = ["sidecar", "gateway", "builtin", "ingress", "egress"] as const;

export const proxyPage = z.object(() => ({
  total: z.int(),
  /** Of all that the filters but `state` let through. */
  states: proxyTally,
  /** How many have which Envoy, of all that the filters but `envoy` and `state` let through, the oldest first; `""` = not told. */
  envoys: z.array(z.object({ version: z.string(), count: z.int(), supported: z.boolean() })),
  items: z.array(
    z.object({
      /** Dataplane, ZoneIngress or ZoneEgress. */
      type: z.string(),
      /** Empty for ingresses and egresses. */
      mesh: z.string(),
      name: z.string(),
      zone: z.string(),
      state: z.enum(PROXY_STATES),
      role: z.enum(PROXY_ROLES),
      services: z.array(z.string()),
      address: z.string(),
      /** Null where it lives at no relay. */
      relay: z.nullable(z.string()),
      since: z.nullable(z.string()),
      /** When its newest certificate ends, as it was at most a minute ago; null = it has none. */
      certificateEnds: z.nullable(z.string()),
      /** Envoy's words and the revision with which it began; null = nothing, as far as relays name those that do. */
      refuses: z.nullable(z.object({ words: z.string(), revision: z.nullable(z.int()) })),
      /** What its Envoy said when it connected; null = nothing. `old`: what of it is older than this release supports. */
      versions: z.nullable(
        z.object({
          envoy: z.string(),
          program: z.object({ name: z.enum(PROGRAM_NAMES), version: z.string() }),
          old: z.enum(["envoy", "program", ""]),
        }),
      ),
    }),
  ),
  next: z.nullable(z.string()),
}));
export type ProxyPageBody = z.infer<typeof proxyPage>;

/** `q`: parts of names, all of which must be found; `size` at most 100. */
export const searchQuery = z.object(() => ({ q: z.string(), size: may(z.string()) }));

export const searchResults = z.object(() => ({
  /** All that was found; `items` are the best. */
  total: z.int(),
  items: z.array(
    z.object({
      kind: z.enum(["mesh", "zone", "service", "proxy", "resource", "revision", "token"]),
      type: z.string(),
      mesh: z.string(),
      /** A resource's or service's name, a revision's number, a token's name. */
      name: z.string(),
      kri: z.string(),
      /** Of a token. */
      id: z.string(),
      /** What people call it, a revision's reason, a proxy's zone. */
      detail: z.string(),
    }),
  ),
}));
export type SearchBody = z.infer<typeof searchResults>;
