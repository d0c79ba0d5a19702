// A child of `weft up`: a Node program with a log of its own, in a process group of its own.
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WITH_PARENT } from "#cli/edge.ts";
import { signal } from "#cli/process.ts";

export interface ChildOptions {
  readonly name: string;
  /** Path of a bundle. */
  readonly entry: string;
  /** Flags for Node itself. */
  readonly nodeFlags?: readonly string[];
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly log: string;
  /** File for standard output, emptied first: edges announce there, in one JSON line, where they listen. */
  readonly announce?: string;
  /** Called when it ends without having been asked to. */
  readonly onCrash: (child: Child, reason: string) => void;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly log: string;
  readonly exited: Promise<void>;
  readonly isRunning: () => boolean;
  /** SIGTERM, then SIGKILL of the whole group after the bound; resolves when it is gone. */
  stop(boundMs: number): Promise<void>;
  /** SIGKILL of the whole group, now. */
  kill(): void;
}

/** Starts it. Its own group keeps a terminal's Ctrl-C from it, so that `weft up` decides the order of ending. */
export function startChild({ name, entry, nodeFlags = [], args, env, log, announce, onCrash }: ChildOptions): Child {
  const file = openLog(log);
  const output = announce === undefined ? file : openSync(announce, "w", 0o600);
  const child = spawn(process.execPath, [...WITH_PARENT, ...nodeFlags, entry, ...args], {
    env,
    detached: true,
    stdio: ["ignore", output, file, "ipc"],
  });
  for (const open of new Set([file, output])) closeSync(open);
  child.channel?.unref();
  const pid = child.pid ?? 0;
  let running = true;
  let asked = false;
  const exited = new Promise<void>((resolve) => {
    const end = (reason: string): void => {
      if (!running) return;
      running = false;
      // What it started and left behind: an Envoy whose supervisor was killed.
      if (pid > 0) signal(-pid, "SIGKILL");
      resolve();
      if (!asked) onCrash(self, reason);
    };
    child.once("error", (error) => end(error.message));
    child.once("exit", (code, by) => end(by === null ? `exit code ${code}` : `signal ${by}`));
  });
  const self: Child = {
    name,
    pid,
    log,
    exited,
    isRunning: () => running,
    async stop(boundMs) {
      asked = true;
      if (!running) return;
      child.kill("SIGTERM");
      const timer = new AbortController();
      await Promise.race([exited, sleep(boundMs, undefined, { signal: timer.signal }).catch(() => {})]);
      timer.abort();
      if (!running) return;
      self.kill();
      await exited;
    },
    kill() {
      asked = true;
      if (running && pid > 0) signal(-pid, "SIGKILL");
    },
  };
  return self;
}

/** A log is of one run, so that its end tells of this one; the run before stands beside it. */
function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path)) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}
