// `weft up`: what `npm start` does, on a fresh folder and again; every child ends with it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Child, startChild, until } from "#test/child.ts";
import { httpGet } from "#test/workload.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const cli = join(root, "dist/cli.js");

interface UpFile {
  readonly controlPlane: { readonly url: string };
  readonly api: { readonly url: string; readonly tokenFile: string };
  readonly demo: { readonly url: string } | null;
  readonly zones: readonly { readonly name: string; readonly relay: { readonly xds: string; readonly api: string } }[];
  readonly proxies: readonly { readonly name: string; readonly admin: string }[];
  readonly pids: Readonly<Record<string, number>>;
}

let folder: string;
let running: Child | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-up-"));
});

afterEach(async () => {
  await running?.stop("SIGINT", 60_000);
  rmSync(folder, { recursive: true, force: true });
});

function up(...args: readonly string[]): Promise<UpFile> {
  return started(startChild(process.execPath, [cli, "up", "--state", folder, "--port", "0", ...args]));
}

async function started(child: Child): Promise<UpFile> {
  running = child;
  const path = join(folder, "up.json");
  await until("up.json", () => existsSync(path), { explain: child.output });
  return JSON.parse(readFileSync(path, "utf8")) as UpFile;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function stop(file: UpFile): Promise<void> {
  await running?.stop("SIGINT", 60_000);
  await until("every child to be gone", () => Object.values(file.pids).every((pid) => !isAlive(pid)), {
    explain: () => JSON.stringify(Object.entries(file.pids).filter(([, pid]) => isAlive(pid))),
  });
  expect(existsSync(join(folder, "up.json"))).toBe(false);
}

test("a first start runs the demo, a second one resumes it, and Ctrl-C ends every child", async () => {
  const first = await up();
  expect(first.zones.map(({ name }) => name)).toEqual(["local"]);
  expect(first.proxies.map(({ name }) => name).sort()).toEqual(["backend-1", "web-1"]);
  const answer = await httpGet(first.demo?.url ?? "");
  expect(answer.status).toBe(200);
  // The backend was called by an Envoy that proved to be web: both Envoys and mTLS were in the path.
  expect(JSON.parse(answer.body).peer).toBe("spiffe://default/web");
  const token = readFileSync(first.api.tokenFile, "utf8").trim();
  const meshes = await fetch(`${first.api.url}/meshes`, { headers: { authorization: `Bearer ${token}` } });
  expect(((await meshes.json()) as { items: { name: string }[] }).items.map(({ name }) => name)).toEqual(["default"]);
  for (const part of ["WHAT RUNS", `curl ${first.demo?.url}`])
    await until(part, () => running?.output().includes(part) === true);
  await stop(first);

  const second = await up();
  expect(readFileSync(second.api.tokenFile, "utf8").trim()).toBe(token);
  expect((await httpGet(second.demo?.url ?? "")).status).toBe(200);
  await stop(second);
});

test("--no-demo runs only the control plane", async () => {
  const file = await up("--no-demo");
  expect(file.demo).toBe(null);
  expect(file.proxies).toEqual([]);
  const index = await fetch(`${file.api.url}/`);
  expect(((await index.json()) as { product: string }).product).toBe("Kuma");
  await stop(file);
});

test.each(["SIGKILL", "SIGTERM"] as const)("npm start whose npm ends by %s leaves nothing behind", async (signal) => {
  const flags = ["--state", folder, "--port", "0"];
  const file = await started(startChild("npm", ["--prefix", root, "start", "--", ...flags]));
  expect(Object.values(file.pids).every(isAlive)).toBe(true);
  await running?.stop(signal);
  await until("every process to be gone", () => Object.values(file.pids).every((pid) => !isAlive(pid)), {
    explain: () => JSON.stringify(Object.entries(file.pids).filter(([, pid]) => isAlive(pid))),
  });
  expect(existsSync(join(folder, "up.json"))).toBe(false);
});

test("an edge in the foreground ends with the command that runs it, though that is killed", async () => {
  const child = startChild(process.execPath, [cli, "serve", "--port", "0", "--state", folder]);
  running = child;
  const said = await until("the control plane to listen", () => /\{"url":.*"pid":(\d+)\}/.exec(child.output()), {
    explain: child.output,
  });
  const edge = Number(said[1]);
  expect(edge).not.toBe(child.pid);
  await child.stop("SIGKILL");
  await until("the control plane to be gone", () => !isAlive(edge));
});
