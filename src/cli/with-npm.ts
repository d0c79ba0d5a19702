// Ending with npm: a command that npm or npx has started is stopped when npm is gone, however npm was ended.

/** How often the parent is looked at; milliseconds. */
const PERIOD = 500;

export interface Lineage {
  /** Id of the process that is now the parent. */
  readonly parent: () => number;
  /** Asks this process to stop, as Ctrl-C would. */
  readonly stop: () => void;
}

const THIS: Lineage = { parent: () => process.ppid, stop: () => void process.kill(process.pid, "SIGTERM") };

/**
 * Watches from now on where npm is the parent, by the variable that npm and npx set. An npm that is killed hands no signal on,
 * and what it has started would hold its ports for good. The watch keeps no process alive.
 */
export function endWithNpm(env: NodeJS.ProcessEnv, { parent, stop }: Lineage = THIS): void {
  if (env.npm_command === undefined) return;
  const npm = parent();
  const watch = setInterval(() => {
    if (parent() === npm) return;
    clearInterval(watch);
    stop();
  }, PERIOD).unref();
}
