// Ending with npm: a command that npm or npx has started is stopped when npm is gone, however npm was ended.
import { readFileSync } from "node:fs";

/** How often its ancestors are looked at; milliseconds. */
const PERIOD = 500;
const SHELLS = new Set(["sh", "dash", "bash", "ash", "zsh", "ksh"]);

export interface Lineage {
  /** What changes when npm is gone. */
  readonly ancestors: () => string;
  /** Asks this process to stop, as Ctrl-C would. */
  readonly stop: () => void;
}

const THIS: Lineage = { ancestors, stop: () => void process.kill(process.pid, "SIGTERM") };

/**
 * Watches from now on where npm is the parent, by the variable that npm and npx set. An npm that is killed hands no signal on,
 * and what it has started would hold its ports for good. The watch keeps no process alive.
 */
export function endWithNpm(env: NodeJS.ProcessEnv, { ancestors, stop }: Lineage = THIS): void {
  if (env.npm_command === undefined) return;
  const before = ancestors();
  const watch = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(watch);
    stop();
  }, PERIOD).unref();
}

/** The parent; and the parent's own where it is a shell, which npm puts in between and which outlives npm. */
function ancestors(): string {
  const parent = process.ppid;
  const above = parentOfShell(parent);
  return above === null ? String(parent) : `${parent} ${above}`;
}

/** Null of what is no shell, and where there is no /proc: shells there leave their place to the one command that they run. */
function parentOfShell(pid: number): number | null {
  try {
    const [, name = "", rest = ""] = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return SHELLS.has(name) ? Number(rest) : null;
  } catch {
    return null;
  }
}
