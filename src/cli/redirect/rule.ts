// A rule of the kernel's packet filter, as both nft and iptables can say it.
import type { Network, Range, Transport } from "./settings.ts";

export interface Rule {
  /** A few words for whoever lists the rules. */
  readonly why: string;
  readonly transport?: Transport;
  readonly source?: Network;
  readonly destination?: Network;
  readonly notDestination?: Network;
  /** Of the destination; any of them. */
  readonly ports?: readonly Range[];
  readonly sourcePort?: number;
  readonly inInterface?: string;
  readonly outInterface?: string;
  /** Of the program that opened the connection. */
  readonly uids?: Range;
  readonly notUid?: number;
  readonly invalid?: true;
  /** Of TCP: not the first packet of a connection. */
  readonly underway?: true;
  readonly verdict: Verdict;
}

export type Verdict =
  /** Ends the chain: the connection goes where it wanted. */
  | { readonly kind: "leave" }
  | { readonly kind: "drop" }
  | { readonly kind: "redirect"; readonly port: number }
  | { readonly kind: "jump"; readonly chain: string }
  | { readonly kind: "zone"; readonly zone: number };

export type Table = "raw" | "mangle" | "nat";

export interface Chain {
  /** Lower case, words joined by `_`. */
  readonly name: string;
  /** Where packets enter it; absent = only by a jump from another chain. */
  readonly hook?: {
    readonly table: Table;
    readonly point: "prerouting" | "output";
    /** Before the rules of others at this point. */
    readonly first: boolean;
  };
  readonly rules: readonly Rule[];
}

/** In the order in which they are made; a jump leads to an earlier one. */
export type Ruleset = readonly Chain[];
