// Where `weft up` keeps its state here, and the ports that it takes: a full disk, a folder that is another's, a port that is taken.
import { existsSync, statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { variable } from "#api/environment.ts";
import { asFailure } from "#cli/failure.ts";
import { checkState } from "#cli/state-folder.ts";
import { isFree, USUAL_PORTS } from "#cli/up/port.ts";
import { STATE_FOLDER } from "#cli/up-file.ts";
import { type Finding, findingsAt } from "./finding.ts";

const { ok, warning, failure, failed } = findingsAt("machine");

/** Databases, snapshots and logs of a small mesh; bytes. */
const ROOM = 100_000_000;
const NO_ROOM = 5_000_000;

/** The state folder that WEFT_STATE names, or that would be made here. Makes nothing. */
export function lookAtState(cwd: string, env: NodeJS.ProcessEnv): Finding {
  return folderFinding(resolve(cwd, variable(env, "WEFT_STATE") ?? STATE_FOLDER));
}

function folderFinding(folder: string): Finding {
  try {
    checkState(folder);
  } catch (thrown) {
    return failed({ ...asFailure(thrown).parts, fix: "make it writable, or name another by WEFT_STATE" });
  }
  const { bavail, bsize } = statfsSync(nearest(folder));
  return roomFinding(folder, bavail * bsize);
}

/** `free` bytes are left where the folder is, or would be. */
export function roomFinding(folder: string, free: number): Finding {
  const room = `${Math.floor(free / 1_000_000)} MB`;
  const what = `the disk of the state folder ${folder} has ${room} left`;
  const fix = "make room there, or name another folder by WEFT_STATE or --state";
  if (free < NO_ROOM) return failure(what, fix, "what cannot be written is refused: changes, snapshots, tokens");
  return free < ROOM ? warning(what, fix) : ok(`state folder ${folder} can be written to`);
}

function nearest(folder: string): string {
  return existsSync(folder) ? folder : nearest(dirname(folder));
}

/** Where a control plane and a relay would listen: for who has none yet. */
export async function lookAtPorts(): Promise<readonly Finding[]> {
  const ports = [USUAL_PORTS["control-plane"], USUAL_PORTS.relay];
  const free = await Promise.all(ports.map(isFree));
  const taken = ports.filter((_, at) => !free[at]);
  if (taken.length === 0) return [ok(`ports ${ports.join(" and ")} are free`)];
  return taken.map((port) =>
    warning(
      `port ${port} is taken`,
      `ss -ltnp 'sport = :${port}' shows by whom; weft up takes another by itself, weft serve and weft relay take --port and --listen`,
      "some program listens there",
    ),
  );
}
