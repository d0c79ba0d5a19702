// The children of one `weft up`: started one by one, ended in the opposite order of their ranks.
import { Failure } from "#cli/failure.ts";
import { tailOfFile } from "#cli/tail.ts";
import { type Child, type ChildOptions, startChild } from "./child.ts";

/** Proxies leave first, while the relay can still tell their peers; the control plane goes last. */
const RANKS = ["proxy", "program", "relay", "control-plane"] as const;
export type Rank = (typeof RANKS)[number];

/** The most that a child may take to end after SIGTERM: a proxy drains, the others only flush. */
const BOUND_MS: Readonly<Record<Rank, number>> = { proxy: 8_000, program: 2_000, relay: 5_000, "control-plane": 5_000 };

export interface Crew {
  start(rank: Rank, options: Omit<ChildOptions, "onCrash">): Child;
  /** By name. */
  pids(): Readonly<Record<string, number>>;
  /** Ends all, rank by rank; every child is gone when it resolves. */
  stop(): Promise<void>;
  /** Ends all at once, without asking. */
  kill(): void;
}

/** `report` hears of a child that ended by itself. */
export function createCrew(
  report: (text: string) => void,
  started: (pids: Readonly<Record<string, number>>) => void,
): Crew {
  const children: { readonly rank: Rank; readonly child: Child }[] = [];
  let ending = false;
  const pids = (): Record<string, number> =>
    Object.fromEntries(children.filter(({ child }) => child.isRunning()).map(({ child }) => [child.name, child.pid]));
  return {
    pids,
    start(rank, options) {
      // Between Ctrl-C and the end, a start-up that is still under way must not add to what has to be ended.
      if (ending) throw new Failure("interrupted", { what: "weft up is being stopped" });
      const child = startChild({ ...options, onCrash: (crashed, reason) => report(crashText(crashed, reason)) });
      children.push({ rank, child });
      started(pids());
      return child;
    },
    async stop() {
      ending = true;
      for (const rank of RANKS) {
        const group = children.filter((one) => one.rank === rank);
        await Promise.all(group.map(({ child }) => child.stop(BOUND_MS[rank])));
      }
    },
    kill() {
      ending = true;
      for (const { child } of children) child.kill();
    },
  };
}

function crashText(child: Child, reason: string): string {
  const tail = tailOfFile(child.log, 8);
  const said = tail === "" ? "  (it wrote nothing)" : tail.replace(/^/gm, "  | ");
  return `${child.name} ended by itself (${reason}); the end of ${child.log}:\n${said}\nThe rest keeps running. Ctrl-C and weft up start it again.\n`;
}
