// A network namespace with one wire to this machine, in which an application's traffic is redirected to its Envoy.
import { execFile, spawnSync } from "node:child_process";
import { createServer, connect as dial, type Server } from "node:net";
import { type Child, startChild } from "./child.ts";
import { freeThird } from "./network.ts";

export interface Namespace {
  readonly name: string;
  /** This machine, as seen from inside. */
  readonly host: string;
  /** The inside, as seen from this machine. */
  readonly inside: string;
  /** The command that runs another one inside. */
  readonly enter: readonly string[];
  /** Makes a port of this machine's loopback the same port of the inside's loopback. */
  forward(port: number): Promise<void>;
  /** Redirects what the application's user opens to a port of the inside. */
  redirect(port: number): void;
  /** Runs curl as the application's user; its standard output, or null where the connection ended without an answer. Throws where it does not end. */
  curl(...args: readonly string[]): Promise<string | null>;
  close(): Promise<void>;
}

/** The user whose traffic is redirected; Envoy runs as another one. */
const APPLICATION = "65534";

/** What curl exits with where its time was over. */
const TIMED_OUT = 28;

/** Why there can be none here; null where there can. */
export function namespaceLack(): string | null {
  if (process.getuid?.() !== 0) return "needs root";
  const missing = ["ip", "nft", "curl", "setpriv"].filter((tool) => spawnSync("which", [tool]).status !== 0);
  return missing.length === 0 ? null : `needs ${missing.join(", ")}`;
}

/** Opens a namespace; it is gone at the latest when this process ends. */
export async function openNamespace(): Promise<Namespace> {
  const id = freeThird(213);
  const name = `weft-${process.pid}`;
  const [host, inside] = [`10.213.${id}.1`, `10.213.${id}.2`];
  const [near, far] = [`wn${process.pid}`, `wf${process.pid}`];
  const enter = ["ip", "netns", "exec", name];
  const children: Child[] = [];
  const servers: Server[] = [];
  const remove = (): void => {
    spawnSync("ip", ["netns", "del", name]);
    spawnSync("ip", ["link", "del", near]);
  };
  process.once("exit", remove);
  try {
    run("ip", "netns", "add", name);
    run("ip", "link", "add", near, "type", "veth", "peer", "name", far, "netns", name);
    run("ip", "addr", "add", `${host}/24`, "dev", near);
    run("ip", "link", "set", near, "up");
    run(...enter, "ip", "addr", "add", `${inside}/24`, "dev", far);
    run(...enter, "ip", "link", "set", far, "up");
    run(...enter, "ip", "link", "set", "lo", "up");
    run(...enter, "ip", "route", "add", "default", "via", host);
  } catch (error) {
    remove();
    throw error;
  }
  return {
    name,
    host,
    inside,
    enter,
    async forward(port) {
      servers.push(await relayed({ host, port }, { host: "127.0.0.1", port }));
      const script = `require("node:net").createServer((a) => { const b = require("node:net").connect(${port}, "${host}"); a.pipe(b); b.pipe(a); a.on("error", () => b.destroy()); b.on("error", () => a.destroy()); }).listen(${port}, "127.0.0.1")`;
      const [command = "", ...args] = enter;
      children.push(startChild(command, [...args, process.execPath, "-e", script]));
    },
    redirect(port) {
      const rule = `table ip weft { chain output { type nat hook output priority -100; meta skuid ${APPLICATION} ip daddr != 127.0.0.0/8 meta l4proto tcp redirect to :${port}; }; }`;
      run(...enter, "nft", rule);
    },
    curl(...args) {
      const [command = "", ...rest] = enter;
      const user = ["setpriv", `--reuid=${APPLICATION}`, "--clear-groups"];
      const all = [...rest, ...user, "curl", "-s", "--max-time", "20", ...args];
      return new Promise((resolve, reject) => {
        execFile(command, all, (error, stdout) => {
          if (error?.code === TIMED_OUT) reject(new Error(`curl ${args.join(" ")}: no answer and no end within 20 s`));
          else resolve(error === null ? stdout : null);
        });
      });
    },
    async close() {
      for (const child of children) await child.stop();
      for (const server of servers) server.close();
      remove();
      process.removeListener("exit", remove);
    },
  };
}

interface Socket {
  readonly host: string;
  readonly port: number;
}

async function relayed(from: Socket, to: Socket): Promise<Server> {
  const server = createServer((client) => {
    const upstream = dial(to.port, to.host);
    client.pipe(upstream);
    upstream.pipe(client);
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(from.port, from.host, resolve));
  return server;
}

function run(...[command = "", ...args]: readonly string[]): void {
  const done = spawnSync(command, args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.stderr}`);
}
