// Real Redis and PostgreSQL servers of a test, on loopback, with their data in a folder that goes with them.

import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Child, startChild, until } from "./child.ts";
import { keptPort } from "./port.ts";
import { runClient, tcpExchange } from "./workload.ts";

export interface DatabaseServer {
  readonly port: number;
  close(): Promise<void>;
}

function onPath(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** The server's path where both it and its client are there. */
export function findRedis(): string | undefined {
  return onPath("redis-cli") === undefined ? undefined : onPath("redis-server");
}

/** The folder with initdb and postgres, where psql is there too. */
export function findPostgres(): string | undefined {
  if (onPath("psql") === undefined) return undefined;
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(debian, version, "bin")).find((folder) => existsSync(join(folder, "initdb")));
}

function closing(child: Child, folder: string): () => Promise<void> {
  return async () => {
    await child.stop("SIGINT");
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Without persistence. */
export async function startRedis(): Promise<DatabaseServer> {
  const folder = mkdtempSync(join(tmpdir(), "weft-redis-"));
  const port = await keptPort();
  const child = startChild(findRedis()!, [
    "--bind",
    "127.0.0.1",
    "--port",
    String(port),
    "--save",
    "",
    "--dir",
    folder,
  ]);
  await until("redis to listen", async () => (await tcpExchange("127.0.0.1", port, "PING\r\n", 200)).includes("PONG"), {
    explain: child.output,
  });
  return { port, close: closing(child, folder) };
}

/** User `weft`, trusted on loopback. It refuses to run as root, so then it runs as `postgres`. */
export async function startPostgres(): Promise<DatabaseServer> {
  const bin = findPostgres()!;
  const folder = mkdtempSync(join(tmpdir(), "weft-postgres-"));
  const port = await keptPort();
  const asUser: readonly string[] =
    process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  if (asUser.length > 0) {
    const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" })));
    chownSync(folder, uid!, gid!);
  }
  const data = join(folder, "data");
  const run = (name: string, ...args: string[]): string[] => [...asUser, join(bin, name), ...args];
  const [first, ...rest] = run(
    "initdb",
    "-D",
    data,
    "-U",
    "weft",
    "--auth=trust",
    "--no-sync",
    "--locale=C",
    "-E",
    "UTF8",
  );
  await runClient(first!, rest);
  const [command, ...args] = run(
    "postgres",
    "-D",
    data,
    "-k",
    folder,
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    `port=${port}`,
    "-c",
    "fsync=off",
  );
  const child = startChild(command!, args);
  await until(
    "postgres to answer",
    () =>
      runClient("psql", ["-h", "127.0.0.1", "-p", String(port), "-U", "weft", "-d", "postgres", "-Atc", "select 1"]),
    {
      explain: child.output,
    },
  );
  return { port, close: closing(child, folder) };
}
