// Networks of a test's zones: this machine's loopback, or for each zone a namespace that others enter at one address only.
import { spawnSync } from "node:child_process";
import { createServer, connect as dial, type Server } from "node:net";
import { take } from "./taken.ts";

export interface Network {
  /** The command that runs another one inside; empty for this machine. */
  readonly enter: readonly string[];
  /** This machine, as its programs are reached from inside. */
  readonly host: string;
  /** A new address that only the inside reaches (in a namespace), or that nobody else has. */
  inner(): string;
  /** An address that this machine and other zones reach. */
  readonly outer: string;
  /** Makes a port of this machine's loopback that port of `host`. */
  offer(port: number): Promise<void>;
  /** Nobody outside reaches the zone any more, and it nobody, until `join`; only a namespace can. */
  cut(): void;
  join(): void;
}

/**
 * Loopback addresses that nobody else of this run has. Envoys share an address without a word: those of another test would be
 * given each other's connections.
 */
export function loopbackAddresses(): () => string {
  let network: string;
  do network = `127.${64 + Math.floor(Math.random() * 190)}.${Math.floor(Math.random() * 256)}`;
  while (!take(`network-${network}`));
  let last = 1;
  return () => {
    last++;
    if (last > 254) throw new Error("a test's own network has 253 addresses");
    return `${network}.${last}`;
  };
}

/** This machine, with loopback addresses of one zone alone. */
export function loopback(): Network {
  const inner = loopbackAddresses();
  const never = (): void => {
    throw new Error("zones on one loopback cannot be cut off: ask for namespaces");
  };
  return { enter: [], host: "127.0.0.1", inner, outer: inner(), offer: async () => {}, cut: never, join: never };
}

/** Why there can be no namespaces here; null where there can. */
export function networksLack(): string | null {
  if (process.getuid?.() !== 0) return "needs root";
  const missing = ["ip", "curl"].filter((tool) => spawnSync("which", [tool]).status !== 0);
  return missing.length === 0 ? null : `needs ${missing.join(", ")}`;
}

/** The wire between the namespaces of one test; all of it is gone at the latest when this process ends. */
export interface Wire {
  network(name: string): Network;
  close(): void;
}

/** The third part of 10.<second>.<third>.0/24, which nobody on this machine has: files that run at once meet nowhere. */
export function freeThird(second: number): number {
  for (let tries = 0; tries < 250; tries++) {
    const third = (process.pid + tries) % 250;
    if (ip("-o", "addr", "show", "to", `10.${second}.${third}.0/24`) === "") return third;
  }
  throw new Error(`this machine has all networks of 10.${second}.0.0/16`);
}

/** A bridge on which this machine has one address and each zone one more. Inside a zone, everything else is loopback. */
export function layWire(): Wire {
  const id = freeThird(215);
  const bridge = `wz${process.pid}`;
  const host = `10.215.${id}.1`;
  const names: string[] = [];
  const servers = new Map<number, Server>();
  const remove = (): void => {
    for (const name of names) spawnSync("ip", ["netns", "del", name]);
    spawnSync("ip", ["link", "del", bridge]);
  };
  process.once("exit", remove);
  try {
    ip("link", "add", bridge, "type", "bridge");
    ip("addr", "add", `${host}/24`, "dev", bridge);
    ip("link", "set", bridge, "up");
  } catch (error) {
    remove();
    throw error;
  }
  return {
    network(zone) {
      const number = names.length + 2;
      const name = `weft-${process.pid}-${zone}`;
      const [near, far] = [`wn${process.pid}z${number}`, `wf${process.pid}z${number}`];
      names.push(name);
      ip("netns", "add", name);
      ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", name);
      ip("link", "set", near, "master", bridge, "up");
      const outer = `10.215.${id}.${number}`;
      ip("-n", name, "link", "set", "lo", "up");
      ip("-n", name, "addr", "add", `${outer}/24`, "dev", far);
      ip("-n", name, "link", "set", far, "up");
      let last = 1;
      return {
        enter: ["ip", "netns", "exec", name],
        host,
        outer,
        // A namespace's loopback is its own, so that zones may well have the same addresses.
        inner: () => `127.0.1.${last++}`,
        async offer(port) {
          if (!servers.has(port)) servers.set(port, await relayed(host, port));
        },
        cut: () => ip("link", "set", near, "down"),
        join: () => ip("link", "set", near, "up"),
      };
    },
    close() {
      for (const server of servers.values()) server.close();
      remove();
      process.removeListener("exit", remove);
    },
  };
}

/** A server at that address that hands connections to the same port of the loopback. */
export async function relayed(host: string, port: number): Promise<Server> {
  const server = createServer((client) => {
    const upstream = dial(port, "127.0.0.1");
    client.pipe(upstream);
    upstream.pipe(client);
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return server;
}

/** Runs the system's `ip`, and returns what it prints; throws with what it says. */
export function ip(...args: readonly string[]): string {
  const done = spawnSync("ip", args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`ip ${args.join(" ")}: ${done.stderr}`);
  return done.stdout;
}
