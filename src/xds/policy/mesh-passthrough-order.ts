// The filter chains that matches of MeshPassthrough ask for, in Kuma's order.
import { isIPv6 } from "#model/address.ts";
import type { PassthroughConf, PassthroughMatch } from "#model/policy/mesh-passthrough.ts";

/** Weakest first. */
const TYPES = ["wildcard", "domain", "cidr", "cidr6", "ip", "ip6"] as const;
export type PassType = (typeof TYPES)[number];
export type PassProtocol = NonNullable<PassthroughMatch["protocol"]>;

const PROTOCOLS: readonly PassProtocol[] = ["mysql", "tls", "tcp", "http", "http2", "grpc"];

/** One filter chain. */
export interface Pass {
  readonly protocol: PassProtocol;
  /** Null = any. */
  readonly port: number | null;
  readonly type: PassType;
  /** Empty where several domains share the chain. */
  readonly value: string;
  /** Domains whose requests share the chain, wildcards last. */
  readonly domains: readonly string[];
  /** Index of the match in the conf. */
  readonly index: number;
  /** The match names no port; the chain stands at one that another match names. */
  readonly copied: boolean;
}

/** A pass that would get the same chain as an earlier one; Envoy refuses a listener with two such. */
export interface Twin {
  readonly pass: Pass;
  readonly first: Pass;
}

/** Chains in the order of their precedence, and those that cannot stand beside an earlier one. */
export function passesOf({ appendMatch = [] }: PassthroughConf): {
  readonly passes: readonly Pass[];
  readonly twins: readonly Twin[];
} {
  const ports = new Set(appendMatch.flatMap(({ port }) => port ?? []));
  const single: Pass[] = [];
  const shared = new Map<string, { readonly pass: Pass; readonly domains: Map<string, PassType> }>();
  appendMatch.forEach((match, index) => {
    const { value, protocol = "tcp" } = match;
    const type = typeOf(match);
    // Envoy looks at ports before anything else: a match without one would never be asked where another names the port.
    for (const port of match.port === undefined ? [null, ...ports] : [match.port]) {
      const copied = match.port === undefined && port !== null;
      if (!isRequest(protocol) || !isDomain(type)) {
        single.push({ protocol, port, type, value, domains: [], index, copied });
        continue;
      }
      const key = `${protocol} ${port}`;
      const one = shared.get(key) ?? {
        pass: { protocol, port, type: "domain", value: "", domains: [], index, copied },
        domains: new Map(),
      };
      shared.set(key, one);
      one.domains.set(value, type);
      if (!copied && one.pass.copied) shared.set(key, { ...one, pass: { ...one.pass, index, copied } });
    }
  });
  const grouped = [...shared.values()].map(({ pass, domains }) => ({ ...pass, domains: ordered(domains) }));
  return apart([...single, ...grouped].sort(byPrecedence));
}

function apart(all: readonly Pass[]): { readonly passes: readonly Pass[]; readonly twins: readonly Twin[] } {
  const seen = new Map<string, Pass>();
  const twins: Twin[] = [];
  // A match that names the port goes before one that names none.
  for (const pass of [...all.filter(({ copied }) => !copied), ...all.filter(({ copied }) => copied)]) {
    const key = chainKey(pass);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, pass);
    else if (first.protocol !== pass.protocol) twins.push({ pass, first });
  }
  const kept = new Set(seen.values());
  return { passes: all.filter((pass) => kept.has(pass)), twins };
}

/** Equal for chains that match the same connections. */
function chainKey({ protocol, port, type, value }: Pass): string {
  const kind = isRequest(protocol) ? "request" : protocol === "tls" ? "tls" : "bytes";
  return `${kind} ${port} ${isDomain(type) ? "domain" : "address"} ${value}`;
}

/** Whether Envoy reads the protocol's requests. */
export function isRequest(protocol: PassProtocol): boolean {
  return protocol === "http" || protocol === "http2" || protocol === "grpc";
}

export function isDomain(type: PassType): boolean {
  return type === "domain" || type === "wildcard";
}

function typeOf({ type, value }: PassthroughMatch): PassType {
  if (type === "Domain") return value.startsWith("*") ? "wildcard" : "domain";
  if (type === "IP") return isIPv6(value) ? "ip6" : "ip";
  return isIPv6(value.split("/")[0] ?? "") ? "cidr6" : "cidr";
}

function byPrecedence(a: Pass, b: Pass): number {
  return (
    PROTOCOLS.indexOf(a.protocol) - PROTOCOLS.indexOf(b.protocol) ||
    TYPES.indexOf(b.type) - TYPES.indexOf(a.type) ||
    (b.port ?? 0) - (a.port ?? 0) ||
    lengthOf(b) - lengthOf(a) ||
    (a.value < b.value ? -1 : a.value > b.value ? 1 : a.index - b.index)
  );
}

/** More labels, or a longer prefix, say more. */
function lengthOf({ type, value }: Pass): number {
  if (type === "cidr" || type === "cidr6") return Number(value.split("/")[1]);
  return isDomain(type) ? value.split(".").length : 0;
}

function ordered(domains: ReadonlyMap<string, PassType>): readonly string[] {
  const sorted = [...domains].sort(
    ([a, typeA], [b, typeB]) =>
      TYPES.indexOf(typeB) - TYPES.indexOf(typeA) || b.split(".").length - a.split(".").length || (a < b ? -1 : 1),
  );
  return sorted.map(([domain]) => domain);
}
