// workerd itself, with one worker and nothing else: what is counted is the runtime's start and the worker's script.
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuOf } from "./process-cpu.ts";

const PATIENCE = 30_000;
const path: string = createRequire(import.meta.url)("workerd").default;

const configOf = (flags: readonly string[]): string => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = [${flags.map((flag) => JSON.stringify(flag)).join()}],
  services = [(name = "worker", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-04-01",
  compatibilityFlags = ["nodejs_compat"],
);
`;

export interface BareWorkerd {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Resolves when it listens: by then the script is compiled and its top level has run. */
export async function startWorkerd(script: string, flags: readonly string[] = []): Promise<BareWorkerd> {
  const folder = mkdtempSync(join(tmpdir(), "weft-workerd-"));
  copyFileSync(script, join(folder, "worker.js"));
  writeFileSync(join(folder, "config.capnp"), configOf(flags));
  const child = spawn(path, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: folder,
    stdio: ["ignore", "inherit", flags.length > 0 ? "ignore" : "inherit", "pipe"],
  });
  let ended = false;
  const exit = new Promise<void>((resolve) =>
    child.on("exit", () => {
      ended = true;
      resolve();
    }),
  );
  const close = async (): Promise<void> => {
    if (!ended) child.kill("SIGKILL");
    await exit;
    rmSync(folder, { recursive: true });
  };
  try {
    const port = await new Promise<number>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("workerd does not listen")), PATIENCE);
      child.stdio[3]?.on("data", (said: Buffer) => {
        const [, found] = /"listen".*"port":(\d+)/.exec(said.toString()) ?? [];
        if (found === undefined) return;
        clearTimeout(late);
        resolve(Number(found));
      });
      void exit.then(() => reject(new Error(`workerd ended with ${child.exitCode}`)));
    });
    return { url: `http://127.0.0.1:${port}`, pid: child.pid as number, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** CPU of the process from its start until it listens, in milliseconds. */
export async function startCpu(script: string): Promise<number> {
  const workerd = await startWorkerd(script);
  try {
    return cpuOf(workerd.pid);
  } finally {
    await workerd.close();
  }
}
