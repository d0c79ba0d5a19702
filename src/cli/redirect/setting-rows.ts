// The table of settings: one row each, with its place in a file (Kuma's own) and its flag (kumactl's own).

export type SettingKind = "boolean" | "port" | "ports" | "networks" | "users" | "virtual" | "path" | "text" | "family";

export interface SettingRow {
  /** In a configuration file. */
  readonly path: string;
  readonly flags: string;
  readonly help: string;
  readonly kind: SettingKind;
  readonly fallback?: boolean | number | string;
}

export const SETTING_ROWS = [
  {
    path: "kumaDPUser",
    flags: "--proxy-user <user>",
    kind: "text",
    help: "name or number of the user that Envoy runs as; its traffic is not redirected (kuma-dp unless given)",
  },
  {
    path: "ipFamilyMode",
    flags: "--ip-family-mode <mode>",
    kind: "family",
    fallback: "dualstack",
    help: "families whose traffic is redirected: dualstack or ipv4",
  },
  {
    path: "redirect.inbound.enabled",
    flags: "--redirect-inbound [boolean]",
    kind: "boolean",
    fallback: true,
    help: "redirect what arrives; false for gateways",
  },
  {
    path: "redirect.inbound.port",
    flags: "--redirect-inbound-port <port>",
    kind: "port",
    fallback: 15_006,
    help: "where Envoy takes what arrives",
  },
  {
    path: "redirect.inbound.includePorts",
    flags: "--include-inbound-ports <ports>",
    kind: "ports",
    help: "redirect only what arrives at these: 80,8000-8100",
  },
  {
    path: "redirect.inbound.excludePorts",
    flags: "--exclude-inbound-ports <ports>",
    kind: "ports",
    help: "what arrives at these goes directly: 22",
  },
  {
    path: "redirect.inbound.includePortsForIPs",
    flags: "--include-inbound-ips <ips>",
    kind: "networks",
    help: "redirect only what comes from these: 10.0.0.0/8,fd00::/8",
  },
  {
    path: "redirect.inbound.excludePortsForIPs",
    flags: "--exclude-inbound-ips <ips>",
    kind: "networks",
    help: "what comes from these goes directly",
  },
  {
    path: "redirect.inbound.insertRedirectInsteadOfAppend",
    flags: "--redirect-inbound-insert-instead-of-append [boolean]",
    kind: "boolean",
    fallback: false,
    help: "inbound redirection before other rules of this machine",
  },
  {
    path: "redirect.outbound.enabled",
    flags: "--redirect-outbound [boolean]",
    kind: "boolean",
    fallback: true,
    help: "redirect what leaves",
  },
  {
    path: "redirect.outbound.port",
    flags: "--redirect-outbound-port <port>",
    kind: "port",
    fallback: 15_001,
    help: "where Envoy takes what leaves",
  },
  {
    path: "redirect.outbound.includePorts",
    flags: "--include-outbound-ports <ports>",
    kind: "ports",
    help: "redirect only what leaves for these",
  },
  {
    path: "redirect.outbound.excludePorts",
    flags: "--exclude-outbound-ports <ports>",
    kind: "ports",
    help: "what leaves for these goes directly: 5432",
  },
  {
    path: "redirect.outbound.includePortsForIPs",
    flags: "--include-outbound-ips <ips>",
    kind: "networks",
    help: "redirect only what leaves for these: 240.0.0.0/4",
  },
  {
    path: "redirect.outbound.excludePortsForIPs",
    flags: "--exclude-outbound-ips <ips>",
    kind: "networks",
    help: "what leaves for these goes directly",
  },
  {
    path: "redirect.outbound.excludePortsForUIDs",
    flags: "--exclude-outbound-ports-for-uids <rule>",
    kind: "users",
    help: "what these users open goes directly: PROTOCOL:PORTS:UIDS, PORTS:UIDS or UIDS, as in tcp:5432:106-108",
  },
  {
    path: "redirect.outbound.insertRedirectInsteadOfAppend",
    flags: "--redirect-outbound-insert-instead-of-append [boolean]",
    kind: "boolean",
    fallback: false,
    help: "outbound redirection before other rules of this machine",
  },
  {
    path: "redirect.dns.enabled",
    flags: "--redirect-dns [boolean]",
    kind: "boolean",
    fallback: false,
    help: "the proxy answers questions to the name servers of resolv.conf",
  },
  {
    path: "redirect.dns.captureAll",
    flags: "--redirect-all-dns-traffic [boolean]",
    kind: "boolean",
    fallback: false,
    help: "the proxy answers questions to any name server",
  },
  {
    path: "redirect.dns.port",
    flags: "--redirect-dns-port <port>",
    kind: "port",
    fallback: 15_053,
    help: "where the proxy answers",
  },
  {
    path: "redirect.dns.resolvConfigPath",
    flags: "--resolv-conf <file>",
    kind: "path",
    fallback: "/etc/resolv.conf",
    help: "the file that lists the name servers",
  },
  {
    path: "redirect.dns.skipConntrackZoneSplit",
    flags: "--skip-dns-conntrack-zone-split [boolean]",
    kind: "boolean",
    fallback: false,
    help: "for kernels without connection tracking zones",
  },
  {
    path: "redirect.vnet.networks",
    flags: "--vnet <network>",
    kind: "virtual",
    help: "containers and virtual machines whose traffic leaves through Envoy: docker0:172.17.0.0/16",
  },
  {
    path: "dropInvalidPackets",
    flags: "--drop-invalid-packets [boolean]",
    kind: "boolean",
    fallback: false,
    help: "drop packets that belong to no connection before a program resets it for them",
  },
] as const satisfies readonly SettingRow[];

export type SettingPath = (typeof SETTING_ROWS)[number]["path"];

/** Kinds of which several may be given. */
export const LISTS: ReadonlySet<SettingKind> = new Set(["ports", "networks", "users", "virtual"]);

/** Parts of Kuma's file that say how kumactl works, not what is redirected; a stock file may have them. */
export const OTHERS = [
  "dryRun",
  "verbose",
  "wait",
  "waitInterval",
  "retry",
  "log",
  "comments",
  "storeFirewalld",
  "ebpf",
  "iptablesExecutables",
];
