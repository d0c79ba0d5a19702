// What a relay says of itself and its proxies at /status.
import { readFileSync } from "node:fs";
import { callRelay } from "#cli/proxy/relay-call.ts";

export interface RelayStatus {
  readonly zone: string;
  /** Its id. */
  readonly relay: string;
  readonly controlPlane: string;
  readonly snapshot: {
    readonly sequence: number;
    readonly revision: number;
    readonly version: string;
    readonly meshes: readonly string[];
  } | null;
  /** By which way it hears of changes, and why the bell is not heard; absent in earlier releases. */
  readonly news?: {
    readonly way: "bell" | "held" | "plain";
    readonly bell: "shut" | "knocking" | "open";
    readonly reason: string;
  };
  /** Files of its state folder that were damaged when it started. */
  readonly damagedFiles: number;
  readonly proxies: readonly RelayProxy[];
}

export interface RelayProxy {
  readonly mesh: string;
  readonly name: string;
  readonly owner: "stream" | "user";
  readonly streams: number;
  /** Whether its config is in the signed snapshot, or was compiled by the relay while cut off. */
  readonly source: string;
  readonly certificate: {
    /** Milliseconds since the epoch. */
    readonly until: number | null;
    readonly by: "control plane" | "zone" | null;
    /** Why there is none, or which names it lacks. */
    readonly problem: string | null;
  };
}

/** Undefined when it gives no answer, names no proxies (to another machine it does not), or its CA cannot be read (yet). */
export async function readRelayStatus(relay: {
  readonly url: string;
  readonly ca: string;
}): Promise<RelayStatus | undefined> {
  try {
    const address = { url: new URL(relay.url), ca: readFileSync(relay.ca, "utf8") };
    const answer = await callRelay(address, { method: "GET", path: "/status", timeoutMs: 2_000 });
    if (answer.status !== 200) return undefined;
    const status = JSON.parse(answer.body) as RelayStatus | Omit<RelayStatus, "proxies">;
    return "proxies" in status ? status : undefined;
  } catch {
    return undefined;
  }
}
