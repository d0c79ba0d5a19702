// The commands of a guide, one block after the other as they stand there, in an organisation of a real control plane.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";
import { blocksOf } from "#test/documents.ts";
import type { PlaneOfFile } from "./plane.ts";

export interface GuideRun {
  /** From the root. */
  readonly path: string;
  readonly plane: PlaneOfFile;
  /** One that has signed up, its token in the file of its name. */
  readonly organisation: string;
  /** Path of cli.js. */
  readonly cli: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** What each block says, standard output and error as one. Fails where a command does. */
export async function followGuide({ path, plane, organisation, cli, env }: GuideRun): Promise<readonly string[]> {
  const blocks = blocksOf(path, "sh");
  const weft = `npx() { shift; ${JSON.stringify(process.execPath)} ${JSON.stringify(cli)} "$@"; }`;
  // One pipe for both: of two, it would be chance which is read first.
  const script = [
    "exec 2>&1",
    "set -e -o pipefail",
    weft,
    ...blocks.map((block, at) => `echo "== ${at + 1}"\n${block}`),
  ].join("\n");
  const own = {
    PATH: process.env.PATH,
    HOME: plane.folder,
    WEFT_URL: `${plane.url}/o/${organisation}`,
    WEFT_TOKEN_FILE: join(plane.folder, `${organisation}.token`),
  };
  const options = { cwd: plane.folder, env: { ...own, ...env } };
  const child = spawn("bash", ["-c", script], { ...options, stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  child.stdout.on("data", (chunk: Buffer) => (told += chunk));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect(code, told).toBe(0);
  const parts = told.split(/^== \d+\n/m).slice(1);
  expect(parts).toHaveLength(blocks.length);
  return parts;
}
