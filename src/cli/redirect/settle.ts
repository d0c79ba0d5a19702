// From what was said and what the machine has to the settings that rules are made of.
import { Failure } from "#cli/failure.ts";
import type { Given } from "./given.ts";
import { networkIn } from "./network-text.ts";
import type { SettingPath } from "./setting-rows.ts";
import type { DnsSettings, Flow, Network, Range, RedirectSettings, UserPorts, VirtualNetwork } from "./settings.ts";

export interface Machine {
  /** Of the user that Envoy runs as. */
  readonly uid: number;
  readonly hasIpv6: boolean;
  /** Text of a resolv.conf(5). */
  readonly resolvConf: (path: string) => string;
}

/** The settings. Throws Failure where DNS is to be redirected and no server is known. */
export function settle(given: Given, machine: Machine): RedirectSettings {
  const value = <T>(path: SettingPath): T => given.get(path) as T;
  const list = <T>(path: SettingPath): readonly T[] => (given.get(path) ?? []) as readonly T[];
  const flow = (side: "inbound" | "outbound"): Flow => ({
    enabled: value(`redirect.${side}.enabled`),
    port: value(`redirect.${side}.port`),
    includePorts: list<Range>(`redirect.${side}.includePorts`),
    excludePorts: list<Range>(`redirect.${side}.excludePorts`),
    includeNetworks: list<Network>(`redirect.${side}.includePortsForIPs`),
    excludeNetworks: list<Network>(`redirect.${side}.excludePortsForIPs`),
    first: value(`redirect.${side}.insertRedirectInsteadOfAppend`),
  });
  const dualstack = value<string>("ipFamilyMode") === "dualstack" && machine.hasIpv6;
  return {
    uid: machine.uid,
    families: dualstack ? ["ipv4", "ipv6"] : ["ipv4"],
    inbound: flow("inbound"),
    outbound: flow("outbound"),
    userPorts: list<UserPorts>("redirect.outbound.excludePortsForUIDs"),
    dns: dnsOf(value, machine),
    virtualNetworks: list<VirtualNetwork>("redirect.vnet.networks"),
    dropInvalid: value("dropInvalidPackets"),
  };
}

function dnsOf(value: <T>(path: SettingPath) => T, { resolvConf }: Machine): DnsSettings | null {
  const all = value<boolean>("redirect.dns.captureAll");
  if (!all && !value<boolean>("redirect.dns.enabled")) return null;
  const own = {
    port: value<number>("redirect.dns.port"),
    split: !value<boolean>("redirect.dns.skipConntrackZoneSplit"),
  };
  if (all) return { ...own, servers: null };
  const path = value<string>("redirect.dns.resolvConfigPath");
  const servers = nameServers(resolvConf(path));
  if (servers.length > 0) return { ...own, servers };
  throw new Failure("absent", {
    what: "there are no name servers whose questions could be redirected",
    where: path,
    why: "it has no line `nameserver ADDRESS`",
    fix: "--redirect-all-dns-traffic redirects questions to any server; --resolv-conf names another file",
  });
}

/** The servers of a resolv.conf(5), each once. */
export function nameServers(text: string): readonly Network[] {
  const texts = [...text.matchAll(/^[ \t]*nameserver[ \t]+([^\s%#;]+)/gm)].map(([, address = ""]) => address);
  return [...new Set(texts)].flatMap((address) => networkIn(address) ?? []);
}
