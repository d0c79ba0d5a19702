// One `weft up` to a state folder: the claim, and what is done about one that died.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#cli/failure.ts";
import { commandLineOf, endProcess, isAlive, signal } from "#cli/process.ts";
import { readUpFile, UP_FILE } from "#cli/up-file.ts";

export interface Claim {
  /** Gives the folder free. */
  release(): void;
  /** Process ids that stand in the claim, so that a later run can end them should this one be killed. */
  note(pids: Readonly<Record<string, number>>): void;
}

interface ClaimFile {
  readonly pid: number;
  readonly pids: Readonly<Record<string, number>>;
}

/** Claims the folder, ending what a killed `weft up` left running. Throws Failure while another one runs. */
export async function claimFolder(folder: string, say: (line: string) => void): Promise<Claim> {
  const path = join(folder, "up.lock");
  const mine = `${path}.${process.pid}`;
  const write = (pids: Readonly<Record<string, number>>): void =>
    writeFileSync(mine, JSON.stringify({ pid: process.pid, pids } satisfies ClaimFile), { mode: 0o600 });
  for (let tries = 0; ; tries++) {
    write({});
    try {
      // A link appears with its content: nobody ever reads an empty claim.
      linkSync(mine, path);
      rmSync(mine);
      break;
    } catch (error) {
      rmSync(mine, { force: true });
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || tries > 3) throw error;
    }
    const other = readClaim(path);
    if (other !== undefined && other.pid !== process.pid && isAlive(other.pid) && isOurs(other.pid))
      throw busy(folder, other.pid);
    await endLeftovers({ ...readUpFile(folder)?.pids, ...other?.pids }, say);
    rmSync(path, { force: true });
    rmSync(join(folder, UP_FILE), { force: true });
  }
  rmSync(join(folder, UP_FILE), { force: true });
  return {
    note(pids) {
      write(pids);
      renameSync(mine, path);
    },
    release: () => rmSync(path, { force: true }),
  };
}

function readClaim(path: string): ClaimFile | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as ClaimFile;
  } catch {
    return undefined;
  }
}

/** Ids are used again: only what runs Weft or Envoy may be ended. npx runs the command by its link, `…/.bin/weft`. */
function isOurs(pid: number): boolean {
  return /\b(weft\.mjs|cli\.js|node\.js|relay\.js|bootstrap\.json)\b|\/\.?bin\/weft( |$)/.test(commandLineOf(pid));
}

async function endLeftovers(pids: Readonly<Record<string, number>>, say: (line: string) => void): Promise<void> {
  const alive = Object.entries(pids).filter(([name, pid]) => name !== "up" && isAlive(pid) && isOurs(pid));
  if (alive.length === 0) return;
  say(`ending what an earlier weft up left running: ${alive.map(([name, pid]) => `${name} (${pid})`).join(", ")}`);
  await Promise.all(
    alive.map(async ([, pid]) => {
      await endProcess(pid, 6_000);
      signal(-pid, "SIGKILL");
    }),
  );
}

function busy(folder: string, pid: number): Failure {
  const url = readUpFile(folder)?.controlPlane.url;
  return new Failure("conflict", {
    what: "weft up already runs here",
    where: `${folder}, process ${pid}${url === undefined ? "" : `, control plane ${url}`}`,
    fix: ["use it: weft get meshes", "or end it with Ctrl-C in its terminal, or choose another folder by --state DIR"],
  });
}
