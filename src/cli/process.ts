// Processes by id: whether one lives, what it runs, and how it is ended within a bound.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A dead child whose parent (a container's pid 1, say) never asks for its status still has an id. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** The command line of a process; empty when unknown. Ids are reused: ask before ending one that was written down. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    // No /proc: not Linux, or gone.
  }
  if (process.platform === "linux") return "";
  try {
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "";
  }
}

/** Sends a signal; false when the process (or group, for a negative id) is gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

/** SIGTERM, then SIGKILL after `boundMs`; resolves when the process is gone. */
export async function endProcess(pid: number, boundMs: number): Promise<void> {
  signal(pid, "SIGTERM");
  for (const deadline = Date.now() + boundMs; Date.now() < deadline; await sleep(50)) if (!isAlive(pid)) return;
  signal(pid, "SIGKILL");
  for (let tries = 0; tries < 40 && isAlive(pid); tries++) await sleep(50);
}
