// A control plane in a process of its own, which tells on request what it holds after a collection.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { NODE_FLAGS, WITH_PARENT } from "#cli/edge.ts";

/** Bytes, and milliseconds of CPU since it started. */
export interface Held {
  readonly rss: number;
  readonly heap: number;
  readonly cpu: number;
}

export interface Plane {
  readonly url: string;
  readonly operatorSecret: string;
  /** Milliseconds that its main thread was ready to run and had no core, by the scheduler's count. */
  waited(): number;
  /** After a collection. */
  held(): Promise<Held>;
  close(): Promise<void>;
}

/** Milliseconds that a process' main thread was ready and had no core; counted each time that it gets one. */
export function coreless(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[1]) / 1e6;
}

/** Answers each message with what the process holds. */
const HOOK = `process.on("message",()=>{globalThis.gc();const{rss,heapUsed}=process.memoryUsage(),{user,system}=process.cpuUsage();
process.send({rss,heap:heapUsed,cpu:(user+system)/1000})});process.channel.unref()`;

/** Starts `dist/node.js` as `weft serve` does, on the folder. */
export async function startPlane(root: string, folder: string, profile?: string): Promise<Plane> {
  const hook = ["--expose-gc", "--import", `data:text/javascript,${encodeURIComponent(HOOK)}`];
  const profiled = profile === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", profile];
  const args = [join(root, "dist/node.js"), "--state-dir", folder, "--port", "0", "--log-level", "warn"];
  const child = spawn(process.execPath, [...WITH_PARENT, ...hook, ...profiled, ...NODE_FLAGS.node, ...args], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const line = await firstLine(child);
  const { url, operatorSecretFile } = JSON.parse(line) as { readonly url: string; readonly operatorSecretFile: string };
  return {
    url,
    operatorSecret: readFileSync(operatorSecretFile, "utf8").trim(),
    waited: () => coreless(child.pid as number),
    held: () =>
      new Promise((resolve, reject) => {
        child.once("message", (told) => resolve(told as Held));
        child.send("held", (error) => error && reject(error));
      }),
    close: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGTERM");
      }),
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the control plane ended with ${code}`)));
    createInterface({ input: child.stdout as NonNullable<ChildProcess["stdout"]> }).once("line", resolve);
  });
}
