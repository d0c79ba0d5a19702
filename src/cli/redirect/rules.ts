// The rules of a transparent proxy: from settings to chains, the same for every tool.
import type { Chain, Rule, Ruleset } from "./rule.ts";
import type { Flow, Network, RedirectSettings } from "./settings.ts";

/** This machine itself, and where Envoy's connections to applications come from (xds gives clusters these addresses). */
const LOOPBACK: readonly { readonly self: Network; readonly application: Network }[] = [
  { self: { family: "ipv4", text: "127.0.0.1" }, application: { family: "ipv4", text: "127.0.0.6" } },
  { self: { family: "ipv6", text: "::1" }, application: { family: "ipv6", text: "::6" } },
];
const DNS_PORT = [{ from: 53, to: 53 }];
/** Conntrack zones: the proxy's own questions, and those to the proxy. */
const ZONE = { proxy: 1, application: 2 };

/** The chains that redirect as the settings say; empty ones are left out. */
export function rulesOf(settings: RedirectSettings): Ruleset {
  const { inbound, outbound } = settings;
  const toInbound: Rule = { why: "to the inbound side of Envoy", transport: "tcp", verdict: redirect(inbound.port) };
  const chains: readonly Chain[] = [
    { name: "invalid", hook: hook("mangle", "prerouting"), rules: settings.dropInvalid ? [DROP_INVALID] : [] },
    { name: "dns_zone_in", hook: hook("raw", "prerouting"), rules: zonesIn(settings) },
    { name: "dns_zone_out", hook: hook("raw", "output"), rules: zonesOut(settings) },
    { name: "virtual", hook: hook("nat", "prerouting", true), rules: virtual(settings) },
    { name: "dns", hook: hook("nat", "output", true), rules: questions(settings) },
    { name: "to_inbound", rules: inbound.enabled && outbound.enabled ? [toInbound] : [] },
    { name: "inbound", hook: hook("nat", "prerouting", inbound.first), rules: arriving(inbound) },
    { name: "outbound", hook: hook("nat", "output", outbound.first), rules: leaving(settings) },
  ];
  return chains.map((chain) => visible(chain, settings)).filter(({ rules }) => rules.length > 0);
}

const DROP_INVALID: Rule = {
  why: "belongs to no connection",
  transport: "tcp",
  invalid: true,
  verdict: { kind: "drop" },
};

/**
 * The kernel begins to follow connections when it first has rules to change them, and takes a packet of an open one for the
 * first of a new one: redirected, the connection would end.
 */
const UNDERWAY: Rule = { why: "open connections", transport: "tcp", underway: true, verdict: { kind: "leave" } };

function arriving(inbound: Flow): readonly Rule[] {
  if (!inbound.enabled) return [];
  const excluded = inbound.excludeNetworks.map(
    (source): Rule => ({ why: "excluded sources", source, verdict: { kind: "leave" } }),
  );
  const which = included(inbound).map(({ network, ...ports }) => ({ ...ports, ...(network && { source: network }) }));
  return [UNDERWAY, ...excluded, ...excludedPorts(inbound), ...taken("inbound", which, inbound.port)];
}

function leaving(settings: RedirectSettings): readonly Rule[] {
  const { outbound, inbound, uid } = settings;
  if (!outbound.enabled) return [];
  const proxy = { from: uid, to: uid };
  const lo = { transport: "tcp", outInterface: "lo" } as const;
  const which = included(outbound).map(({ network, ...ports }) => ({
    ...ports,
    ...(network && { destination: network }),
  }));
  return [
    UNDERWAY,
    ...LOOPBACK.map(
      ({ application: source }): Rule => ({
        ...lo,
        why: "Envoy to an application",
        source,
        verdict: { kind: "leave" },
      }),
    ),
    // A service that calls itself: Envoy's outbound side has chosen this very machine, so its inbound side is next.
    ...(inbound.enabled
      ? LOOPBACK.map(
          ({ self: notDestination }): Rule => ({
            ...lo,
            why: "a service that calls itself",
            notDestination,
            uids: proxy,
            verdict: { kind: "jump", chain: "to_inbound" },
          }),
        )
      : []),
    { ...lo, why: "an application to this machine", notUid: uid, verdict: { kind: "leave" } },
    { transport: "tcp", why: "Envoy to others", uids: proxy, verdict: { kind: "leave" } },
    ...LOOPBACK.map(
      ({ self: destination }): Rule => ({
        transport: "tcp",
        why: "this machine",
        destination,
        verdict: { kind: "leave" },
      }),
    ),
    ...excludedUsers(settings, ["tcp"]),
    ...excludedDestinations(settings),
    ...excludedPorts(outbound),
    ...taken("outbound", which, outbound.port),
  ];
}

/** DNS questions of applications go to the proxy; its own go out. */
function questions(settings: RedirectSettings): readonly Rule[] {
  const { dns, uid, outbound } = settings;
  if (dns === null) return [];
  const proxy = { from: uid, to: uid };
  return [
    { why: "questions of the proxy", uids: proxy, verdict: { kind: "leave" } },
    ...excludedUsers(settings, ["tcp", "udp"], 53),
    ...excludedDestinations(settings),
    ...(outbound.excludePorts.some(({ from, to }) => from <= 53 && 53 <= to)
      ? [{ why: "excluded ports", transport: "tcp", ports: DNS_PORT, verdict: { kind: "leave" } } as const]
      : []),
    ...(["udp", "tcp"] as const).flatMap((transport) =>
      serversOf(settings).map(
        (server): Rule => ({
          why: "questions of applications",
          transport,
          ...(server && { destination: server }),
          ports: DNS_PORT,
          verdict: redirect(dns.port),
        }),
      ),
    ),
  ];
}

function zonesOut(settings: RedirectSettings): readonly Rule[] {
  const { dns, uid } = settings;
  if (dns === null || !dns.split) return [];
  const udp = { transport: "udp" } as const;
  const proxy = { ...udp, uids: { from: uid, to: uid } };
  return [
    { ...proxy, why: "the proxy asks", ports: DNS_PORT, verdict: zone(ZONE.proxy) },
    { ...proxy, why: "the proxy answers", sourcePort: dns.port, verdict: zone(ZONE.application) },
    ...serversOf(settings).map(
      (server): Rule => ({
        ...udp,
        why: "an application asks",
        ...(server && { destination: server }),
        ports: DNS_PORT,
        verdict: zone(ZONE.application),
      }),
    ),
  ];
}

function zonesIn(settings: RedirectSettings): readonly Rule[] {
  const { dns, virtualNetworks } = settings;
  if (dns === null || !dns.split) return [];
  const udp = { transport: "udp" } as const;
  return [
    ...virtualNetworks.map(
      ({ interface: inInterface, network }): Rule => ({
        ...udp,
        why: "a container asks",
        inInterface,
        source: network,
        ports: DNS_PORT,
        verdict: zone(ZONE.application),
      }),
    ),
    ...serversOf(settings).map(
      (server): Rule => ({
        ...udp,
        why: "a server answers the proxy",
        ...(server && { source: server }),
        sourcePort: 53,
        verdict: zone(ZONE.proxy),
      }),
    ),
  ];
}

/** What containers open is this machine's outbound traffic, though the kernel sees it arrive. */
function virtual({ virtualNetworks, dns, outbound }: RedirectSettings): readonly Rule[] {
  const rules = virtualNetworks.flatMap(({ interface: inInterface, network }): readonly Rule[] => [
    ...(dns === null
      ? []
      : (["udp", "tcp"] as const).map(
          (transport): Rule => ({
            why: "questions of containers",
            transport,
            inInterface,
            source: network,
            ports: DNS_PORT,
            verdict: redirect(dns.port),
          }),
        )),
    ...(outbound.enabled
      ? [
          {
            why: "outbound traffic of containers",
            transport: "tcp",
            inInterface,
            notDestination: network,
            verdict: redirect(outbound.port),
          } as const,
        ]
      : []),
  ]);
  return rules.length === 0 ? [] : [UNDERWAY, ...rules];
}

function excludedUsers({ userPorts }: RedirectSettings, transports: readonly string[], port?: number): readonly Rule[] {
  return userPorts
    .filter(({ ports }) => port === undefined || ports.length === 0 || ports.some(has(port)))
    .flatMap(({ transports: own, ports, uids }) =>
      own
        .filter((transport) => transports.includes(transport))
        .map(
          (transport): Rule => ({
            why: "excluded users",
            transport,
            uids,
            ...(ports.length > 0 && { ports }),
            verdict: { kind: "leave" },
          }),
        ),
    );
}

function has(port: number): (range: { readonly from: number; readonly to: number }) => boolean {
  return ({ from, to }) => from <= port && port <= to;
}

function excludedDestinations({ outbound }: RedirectSettings): readonly Rule[] {
  return outbound.excludeNetworks.map(
    (destination): Rule => ({ why: "excluded destinations", destination, verdict: { kind: "leave" } }),
  );
}

function excludedPorts({ excludePorts: ports }: Flow): readonly Rule[] {
  return ports.length === 0 ? [] : [{ why: "excluded ports", transport: "tcp", ports, verdict: { kind: "leave" } }];
}

type Included = Pick<Rule, "ports"> & { readonly network?: Network };

function included({ includeNetworks, includePorts }: Flow): readonly Included[] {
  const ports = includePorts.length === 0 ? {} : { ports: includePorts };
  return includeNetworks.length === 0 ? [ports] : includeNetworks.map((network) => ({ ...ports, network }));
}

function taken(why: string, which: readonly Partial<Rule>[], port: number): readonly Rule[] {
  return which.map((match) => ({ ...match, why: `${why} traffic`, transport: "tcp", verdict: redirect(port) }));
}

/** One entry without an address where any server is meant. */
function serversOf({ dns }: RedirectSettings): readonly (Network | undefined)[] {
  return dns?.servers ?? [undefined];
}

function redirect(port: number): Rule["verdict"] {
  return { kind: "redirect", port };
}

function zone(number: number): Rule["verdict"] {
  return { kind: "zone", zone: number };
}

function hook(
  table: "raw" | "mangle" | "nat",
  point: "prerouting" | "output",
  first = false,
): NonNullable<Chain["hook"]> {
  return { table, point, first };
}

/** Without the rules of families that are left alone. */
function visible(chain: Chain, { families }: RedirectSettings): Chain {
  return {
    ...chain,
    rules: chain.rules.filter((rule) => {
      const family = familyOf(rule);
      return family === undefined || families.includes(family);
    }),
  };
}

/** The family that a rule is for; undefined = every one. */
export function familyOf({ source, destination, notDestination }: Rule): Network["family"] | undefined {
  return (source ?? destination ?? notDestination)?.family;
}
