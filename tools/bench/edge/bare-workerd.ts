// workerd itself, with one worker and nothing else: what is counted is the runtime's start and the worker's script.
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuOf } from "./process-cpu.ts";

const PATIENCE = 30_000;
const path: string = createRequire(import.meta.url)("workerd").default;

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "worker", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-04-01",
  compatibilityFlags = ["nodejs_compat"],
);
`;

/** CPU of the process from its start until it listens, in milliseconds: by then the script is compiled and its top level has run. */
export async function startCpu(script: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "weft-workerd-"));
  copyFileSync(script, join(folder, "worker.js"));
  writeFileSync(join(folder, "config.capnp"), CONFIG);
  const child = spawn(path, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  try {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("workerd does not listen")), PATIENCE);
      child.stdio[3]?.on("data", (said: Buffer) => {
        if (!said.toString().includes('"listen"')) return;
        clearTimeout(late);
        resolve();
      });
      child.on("exit", (code) => reject(new Error(`workerd ended with ${code}`)));
    });
    return cpuOf(child.pid as number);
  } finally {
    child.removeAllListeners("exit");
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  }
}
