// Machines of a test: network namespaces on one wire with this one, each with an address of either family.
import { execFile, spawnSync } from "node:child_process";
import { chmodSync, constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Child, startChild, until } from "./child.ts";
import { freeThird, ip, relayed } from "./network.ts";

export interface Wire {
  /** This machine's addresses on it. */
  readonly ipv4: string;
  readonly ipv6: string;
  /** Further IPv4 addresses of this machine. */
  readonly others: readonly string[];
  /** A folder that every user may enter; gone with the wire. */
  readonly folder: string;
  /** `resolvers` are in its /etc/resolv.conf; this machine's own unless given. */
  machine(name: string, resolvers?: readonly string[]): Promise<Machine>;
  close(): Promise<void>;
}

export interface Machine {
  readonly ipv4: string;
  readonly ipv6: string;
  /** Runs a program to its end as a user; what it printed on both outputs, and its exit code. */
  run(user: number, command: string, ...args: readonly string[]): Promise<Ran>;
  /** Starts one that lasts; it ends with the machine. */
  start(user: number, command: string, args: readonly string[], env?: Readonly<Record<string, string>>): Child;
  /** Makes a port of the wire's machine (its loopback) the same port of this machine's loopback, for `user` alone to carry. */
  reach(port: number, user: number): Promise<void>;
  /** A server of HTTP that answers with its name and what it saw; it counts requests. */
  program(name: string, port: number, user?: number): Promise<CountedProgram>;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CountedProgram {
  count(): number;
}

/** What a counted program answers. */
export interface Seen {
  readonly name: string;
  /** Where the connection came from. */
  readonly from: string;
  /** Whom Envoy took the client for; empty where no Envoy stood before it. */
  readonly client: string;
}

const NETNS = "/etc/netns";

/** Of programs where nothing else is said. */
export const APPLICATION = 65_534;

const PROGRAM = `const [name, port] = process.argv.slice(1);
const { createServer } = require("node:http");
const answer = (call, reply) => {
  const client = /URI=([^;,]*)/.exec(call.headers["x-forwarded-client-cert"] ?? "")?.[1] ?? "";
  console.log("request");
  reply.setHeader("connection", "close");
  reply.end(JSON.stringify({ name, from: call.socket.remoteAddress, client }));
};
createServer(answer).listen(Number(port), "::", () => console.log("listens"));`;

const RELAY = `const [port, host] = process.argv.slice(1);
const { createServer, connect } = require("node:net");
createServer((a) => { const b = connect(Number(port), host); a.pipe(b); b.pipe(a); a.on("error", () => b.destroy()); b.on("error", () => a.destroy()); })
  .listen(Number(port), "127.0.0.1", () => console.log("listens"));`;

/** Why there can be none here; null where there can. */
export function machinesLack(...more: readonly string[]): string | null {
  if (process.getuid?.() !== 0) return "needs root";
  const missing = ["ip", "curl", "setpriv", ...more].filter((tool) => spawnSync("which", [tool]).status !== 0);
  return missing.length === 0 ? null : `needs ${missing.join(", ")}`;
}

/** Lays a wire; it is gone at the latest when this process ends. */
export function layWire(): Wire {
  const id = freeThird(214);
  const bridge = `wb${process.pid}`;
  const [ipv4, ipv6] = [`10.214.${id}.1`, `fd00:214:${id}::1`];
  const others = [`10.214.${id}.101`, `10.214.${id}.102`];
  const folder = mkdtempSync(join(tmpdir(), "weft-machines-"));
  chmodSync(folder, 0o711);
  const names: string[] = [];
  const children: Child[] = [];
  const servers = new Map<number, Server>();
  const remove = (): void => {
    for (const name of names) {
      spawnSync("ip", ["netns", "del", name]);
      rmSync(join(NETNS, name), { recursive: true, force: true });
    }
    spawnSync("ip", ["link", "del", bridge]);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", remove);
  try {
    ip("link", "add", bridge, "type", "bridge");
    for (const address of [ipv4, ...others]) ip("addr", "add", `${address}/24`, "dev", bridge);
    ip("addr", "add", `${ipv6}/64`, "dev", bridge, "nodad");
    ip("link", "set", bridge, "up");
  } catch (error) {
    remove();
    throw error;
  }
  return {
    ...{ ipv4, ipv6, others, folder },
    async machine(name, resolvers = []) {
      const number = names.length + 2;
      const netns = `weft-${process.pid}-${name}`;
      names.push(netns);
      const own = { ipv4: `10.214.${id}.${number}`, ipv6: `fd00:214:${id}::${number}` };
      const [near, far] = [`wn${process.pid}x${number}`, `wf${process.pid}x${number}`];
      if (resolvers.length > 0) {
        // `ip netns exec` mounts it in its place.
        mkdirSync(join(NETNS, netns), { recursive: true });
        writeFileSync(join(NETNS, netns, "resolv.conf"), resolvers.map((one) => `nameserver ${one}\n`).join(""));
      }
      ip("netns", "add", netns);
      ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", netns);
      ip("link", "set", near, "master", bridge, "up");
      const inside = (...args: readonly string[]): string => ip("-n", netns, ...args);
      inside("link", "set", "lo", "up");
      inside("addr", "add", `${own.ipv4}/24`, "dev", far);
      inside("addr", "add", `${own.ipv6}/64`, "dev", far, "nodad");
      inside("link", "set", far, "up");
      inside("route", "add", "default", "via", ipv4);
      inside("-6", "route", "add", "default", "via", ipv6);
      const enter = (user: number): readonly string[] =>
        user === 0
          ? ["netns", "exec", netns]
          : ["netns", "exec", netns, "setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
      const machine: Machine = {
        ...own,
        run: (user, command, ...args) =>
          new Promise((resolve) => {
            execFile("ip", [...enter(user), command, ...args], { timeout: 30_000 }, (error, out, err) =>
              resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
            );
          }),
        start(user, command, args, env) {
          const child = startChild("ip", [...enter(user), command, ...args], env);
          children.push(child);
          return child;
        },
        async reach(port, user) {
          if (!servers.has(port)) servers.set(port, await relayed(ipv4, port));
          await listens(machine.start(user, process.execPath, ["-e", RELAY, String(port), ipv4]));
        },
        async program(title, port, user = APPLICATION) {
          const child = machine.start(user, process.execPath, ["-e", PROGRAM, title, String(port)]);
          await listens(child);
          return { count: () => child.output().match(/^request$/gm)?.length ?? 0 };
        },
      };
      return machine;
    },
    async close() {
      for (const child of [...children].reverse()) await child.stop();
      for (const server of servers.values()) server.close();
      remove();
      process.removeListener("exit", remove);
    },
  };
}

/** A copy where every user may read it: the way to the real one may be closed to others. */
export function copyFor(wire: Wire, file: string): string {
  const target = join(wire.folder, `copy-${basename(file)}`);
  if (!existsSync(target)) copyFileSync(file, target, constants.COPYFILE_EXCL);
  return target;
}

async function listens(child: Child): Promise<void> {
  await until("a program to listen", () => child.output().includes("listens"), { explain: child.output });
}
