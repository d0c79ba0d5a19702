// What is redirected and what is not: the settings that rules are made of.

export const FAMILIES = ["ipv4", "ipv6"] as const;
export type Family = (typeof FAMILIES)[number];
export type Transport = "tcp" | "udp";

/** Both ends belong to it. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Addresses as nft and iptables read them: `10.0.0.0/8`, `fd00::1`. */
export interface Network {
  readonly family: Family;
  readonly text: string;
}

/** Traffic of one direction. Nothing included = everything; what is excluded wins. */
export interface Flow {
  readonly enabled: boolean;
  /** Where Envoy takes it. */
  readonly port: number;
  readonly includePorts: readonly Range[];
  readonly excludePorts: readonly Range[];
  /** Of the peer: an inbound connection's source, an outbound one's destination. */
  readonly includeNetworks: readonly Network[];
  readonly excludeNetworks: readonly Network[];
  /** Before the rules of others, as Docker's. */
  readonly first: boolean;
}

/** What programs of some users open goes directly. */
export interface UserPorts {
  readonly transports: readonly Transport[];
  readonly ports: readonly Range[];
  readonly uids: Range;
}

export interface DnsSettings {
  /** Where the proxy answers, UDP and TCP. */
  readonly port: number;
  /** Only questions to these; null = to any server. */
  readonly servers: readonly Network[] | null;
  /** Keeps the kernel's memory of questions to the proxy apart from that of the proxy's own questions. */
  readonly split: boolean;
}

/** A network of containers or virtual machines on this machine, whose traffic comes in on one interface. */
export interface VirtualNetwork {
  /** A final `+` stands for anything. */
  readonly interface: string;
  readonly network: Network;
}

export interface RedirectSettings {
  /** Of the user that Envoy runs as: its own traffic is not redirected again. */
  readonly uid: number;
  readonly families: readonly Family[];
  readonly inbound: Flow;
  readonly outbound: Flow;
  readonly userPorts: readonly UserPorts[];
  /** Null = not redirected. */
  readonly dns: DnsSettings | null;
  readonly virtualNetworks: readonly VirtualNetwork[];
  /** Packets that belong to no connection are dropped before a program could answer them. */
  readonly dropInvalid: boolean;
}
