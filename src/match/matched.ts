// Border 2: what matching hands to generation. Plain, printable values; origins stand beside the value they explain.
import type { Bindings } from "#model/json.ts";
import type { Protocol, Tags } from "#model/tag.ts";

/** Who set a value: a resource (by KRI), which of its lists, and the item's index in it; an older policy has one `conf`, or `sources`. */
export interface Origin {
  readonly kri: string;
  readonly part: "to" | "from" | "rules" | "default" | "conf" | "sources";
  readonly rule: number;
}

/** By JSON pointer of each leaf of the merged conf: the rule that set it, then those that it beat. */
export type Origins = Readonly<Record<string, readonly Origin[]>>;

/** A merged conf with the provenance of each of its values. */
export interface Merged<Conf> {
  readonly conf: Conf;
  readonly origins: Origins;
}

/** A tag that a client must have (or, negated, must not have). */
export interface TagMatcher {
  readonly key: string;
  readonly value: string;
  readonly not: boolean;
}

/** One rule of a `from` policy: which clients, and what holds for them. */
export interface SubsetRule<Conf> extends Merged<Conf> {
  readonly matchers: readonly TagMatcher[];
}

/** One rule of a `rules` policy; no match = all traffic. */
export interface InboundRule<Conf> extends Merged<Conf> {
  readonly match?: {
    readonly spiffeID?: { type: "Exact" | "Prefix"; value: string };
    readonly sni?: { type: "Exact"; value: string };
  };
}

/** What a policy type says of one inbound. */
export interface InboundPolicy<Conf = unknown> {
  /** A client matches one at most; of several of an older policy all act, and of rates the first that matches. */
  readonly subsets: readonly SubsetRule<Conf>[];
  readonly rules: readonly InboundRule<Conf>[];
  /** The `default` of a proxy-wide policy (MeshTrace), those narrowed to this inbound by sectionName among it; else absent. */
  readonly whole?: Merged<Conf>;
}

/** Merged confs by policy type; an absent type means that no policy of it holds here. */
export type Policies = Readonly<Record<string, Merged<unknown>>>;

/** One listener of the proxy itself. Its own address, ports and tags are holes: see `MatchedProxy.bindings`. */
export interface MatchedInbound {
  /** Position among the proxy's generated inbounds: its holes are `<index>.port`, `<index>.servicePort`, `<index>.address`, … */
  readonly index: number;
  readonly protocol: Protocol;
  readonly tls: "off" | "STRICT" | "PERMISSIVE";
  /** By policy type; an absent type means that no policy of it holds here. */
  readonly policies: Readonly<Record<string, InboundPolicy>>;
}

/** How a server outside the mesh proves who it is. */
export interface ExternalPeer {
  /** Said by SNI; null where it is addressed by IP only. */
  readonly serverName: string | null;
  /** Whose signature counts: that of the machine's own CAs, of one CA (an empty PEM trusts nobody), or anyone's. */
  readonly trust: "system" | "any" | { readonly pem: string };
  /** Names that its certificate may have; null where none is asked for. */
  readonly names: readonly { readonly type: "Exact" | "Prefix"; readonly value: string }[] | null;
  readonly version?: { readonly min?: string; readonly max?: string };
  readonly renegotiation: boolean;
  /** The SDS secret of the certificate that the caller shows. */
  readonly client?: string;
}

/** Where a destination outside the mesh is. */
export interface ExternalPlace {
  readonly endpoints: readonly {
    readonly address: string;
    readonly port: number;
    readonly priority: number;
    /** There where each endpoint is judged in its own way. */
    readonly tls?: ExternalPeer | null;
  }[];
  readonly tls: ExternalPeer | null;
}

/** How mesh TLS is spoken to a destination. */
export interface Security {
  readonly sni: string;
  /** SPIFFE IDs that its proxies may have. */
  readonly identities: readonly string[];
}

/** Something that outbound traffic can go to: a Kuma service tag (with other tags) or a real resource's port. */
export interface Destination {
  /** Envoy's cluster name and the key of its endpoint set (Kuma 2.14, section 3.1 of the reference). */
  readonly cluster: string;
  /** Name of the route configuration, and of its virtual host. */
  readonly routeConfig: string;
  readonly virtualHost: string;
  readonly protocol: Protocol;
  /** Present where mTLS protects the hop. */
  readonly tls: Security | null;
  /** Where `tls` is null in a mesh with mTLS: what holds for endpoints of these other zones all the same. */
  readonly acrossZones?: Security & { readonly zones: readonly string[] };
  /** Endpoints of other zones stand beside the own zone's, for the mesh is not aware of localities. */
  readonly spread?: true;
  /** Present for what is outside the mesh and reached without an egress: its endpoints stand in its cluster. */
  readonly external?: ExternalPlace;
  /** Outside the mesh, and reached through the zone's egresses. */
  readonly viaEgress?: true;
  /** `{"kuma.io/service": "backend", "version": "v1"}`, or `{"kuma.io/unified-name": KRI}` for a real resource. */
  readonly tags: Tags;
}

export interface MatchedOutbound {
  readonly address: string;
  readonly port: number;
  /** The same in IPv6, where traffic comes by redirection and has a virtual address. */
  readonly address6?: string;
  /** Traffic comes by redirection: the address is nobody's to listen on. */
  readonly redirected?: true;
  readonly destination: Destination;
  /** There and true where the proxy must say its own tags in a header: no certificate does. */
  readonly tellsTags?: true;
  /** What holds for the destination; proxy-wide policies too. */
  readonly policies: Policies;
  /** Where the routes' backendRefs lead, each key once, sorted by it; a reference to nothing is absent. */
  readonly backends?: readonly MatchedBackend[];
  /** KRIs of the MeshHTTPRoutes that the rules of the merged one come from; there where some of them has policies of its own. */
  readonly ruleRoutes?: readonly string[];
  /** What holds for the routes of one MeshHTTPRoute only, by its KRI; there in place of `policies`, type by type. */
  readonly routePolicies?: Readonly<Record<string, Policies>>;
}

/** A destination that routes of an outbound name. */
export interface MatchedBackend {
  /** `backendKey` of the reference (model/backend-ref.ts). */
  readonly key: string;
  readonly destination: Destination;
  readonly policies: Policies;
}

/** How a proxy's traffic is redirected to it. The ports are the holes `proxy.redirectInbound` and `proxy.redirectOutbound`. */
export interface Redirect {
  /** Inbound traffic too. */
  readonly inbound: boolean;
  /** Listen on IPv6 beside IPv4. */
  readonly ipv6: boolean;
  /** What goes to nothing in the mesh passes, unless a policy says otherwise. */
  readonly passthrough: boolean;
}

/** A host name, and its addresses. */
export interface NameRecord {
  readonly name: string;
  readonly ips: readonly string[];
}

export interface MatchedProxy {
  readonly mesh: string;
  readonly name: string;
  readonly gateway: boolean;
  readonly tls: "off" | "STRICT" | "PERMISSIVE";
  /** Absent = applications talk to the proxy's own sockets. */
  readonly redirect?: Redirect;
  /** Host names that it tells its applications, sorted; there where it is reached for names, and the same list for alike proxies. */
  readonly names?: readonly NameRecord[];
  readonly inbounds: readonly MatchedInbound[];
  readonly outbounds: readonly MatchedOutbound[];
  /** Proxy-wide policies (MeshMetric), without those narrowed to an inbound. Shared by reference among alike proxies. */
  readonly policies: Policies;
  /** What holds for redirected traffic that leads to nothing in the mesh, proxy-wide policies too; there with `redirect`. */
  readonly passing?: Policies;
  /** `proxy.name`, `proxy.service`, `proxy.zone`, `proxy.workload`, `address`, `<i>.address`, `<i>.port`, `<i>.serviceAddress`, `<i>.servicePort`, `<i>.service`, `<i>.tags`. */
  readonly bindings: Bindings;
}
