// `.weft/up.json`: what a running `weft up` tells other programs, and whether it still runs.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { variable } from "#api/environment.ts";
import { writePrivate } from "./private-file.ts";
import { isAlive } from "./process.ts";

export interface UpFile {
  readonly controlPlane: { readonly url: string };
  /** `url` is the organisation's: `http://127.0.0.1:5681/o/demo`. */
  readonly api: { readonly url: string; readonly tokenFile: string };
  /** `url` goes through two Envoys to backend; `web` is the program that calls backend by itself. Null without a demo. */
  readonly demo: { readonly url: string; readonly web: string } | null;
  readonly zones: readonly {
    readonly name: string;
    readonly relay: { readonly xds: string; readonly api: string; readonly ca: string };
  }[];
  readonly proxies: readonly { readonly name: string; readonly mesh: string; readonly admin: string }[];
  /** Process ids by name; `up` is the supervisor itself. */
  readonly pids: Readonly<Record<string, number>>;
}

export const UP_FILE = "up.json";
export const STATE_FOLDER = ".weft";

/** Reads a state folder's up.json; undefined when it is absent or no JSON. */
export function readUpFile(folder: string): UpFile | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, UP_FILE), "utf8")) as UpFile;
  } catch {
    return undefined;
  }
}

/** Written whole or not at all. */
export function writeUpFile(folder: string, up: UpFile): void {
  writePrivate(join(folder, UP_FILE), `${JSON.stringify(up, null, 2)}\n`, 0o644);
}

/** Gone, so that nobody takes a stopped mesh for a running one. */
export function removeUpFile(folder: string): void {
  rmSync(join(folder, UP_FILE), { force: true });
}

/** Whether the `weft up` that wrote it still runs. */
export function isRunning(up: UpFile): boolean {
  const pid = up.pids.up;
  return pid !== undefined && isAlive(pid);
}

/** The state folder that WEFT_STATE names, else the nearest `.weft` with an up.json, from `cwd` upwards. */
export function nearestUpFile(
  cwd: string,
  env: NodeJS.ProcessEnv,
): { readonly folder: string; readonly up: UpFile } | undefined {
  const given = variable(env, "WEFT_STATE");
  if (given !== undefined) return upFileOf(resolve(cwd, given));
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = upFileOf(join(folder, STATE_FOLDER));
    if (found !== undefined || dirname(folder) === folder) return found;
  }
}

/** The state folder that WEFT_STATE names, else the nearest `.weft`, that a `weft up` has kept state in; undefined = none. */
export function nearestState(cwd: string, env: NodeJS.ProcessEnv): string | undefined {
  const given = variable(env, "WEFT_STATE");
  if (given !== undefined) return hasState(resolve(cwd, given));
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = hasState(join(folder, STATE_FOLDER));
    if (found !== undefined || dirname(folder) === folder) return found;
  }
}

function hasState(folder: string): string | undefined {
  return existsSync(join(folder, "control-plane")) ? folder : undefined;
}

function upFileOf(folder: string): { readonly folder: string; readonly up: UpFile } | undefined {
  const up = readUpFile(folder);
  return up === undefined ? undefined : { folder, up };
}
