// The `weft` command as a user runs it, in an organisation of a test's control plane.
import { spawn } from "node:child_process";
import { cliOf } from "./mesh.ts";
import type { TestPlane } from "./plane.ts";

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface WeftOptions {
  /** Acts once stderr holds the text. */
  readonly whenSaid?: readonly [text: string, act: (pid: number) => void];
  /** Instead of the test's own organisation. */
  readonly as?: { readonly organisation: string; readonly token: string };
}

/** Runs it in the test's folder until it ends, whatever its exit code. */
export function runWeft(
  plane: Pick<TestPlane, "organisation" | "token" | "controlPlane"> & { readonly folder: string },
  argv: readonly string[],
  { whenSaid, as = plane }: WeftOptions = {},
): Promise<Ran> {
  const { folder } = plane;
  const url = `${plane.controlPlane().url}/o/${as.organisation}`;
  const env = { PATH: process.env.PATH, HOME: folder, WEFT_URL: url, WEFT_TOKEN: as.token };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cliOf(), ...argv], { env, cwd: folder });
    let out = "";
    let err = "";
    let acted = false;
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
      if (whenSaid === undefined || acted || !err.includes(whenSaid[0])) return;
      acted = true;
      whenSaid[1](child.pid!);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}
