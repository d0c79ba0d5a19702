// edge: what the workers cost in real workerd: their start, their first answers, and a poll that finds nothing new.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { coldStart } from "./edge/cold-start.ts";
import { firstResponse } from "./edge/first-response.ts";
import { hop } from "./edge/hop.ts";
import { edgePoll } from "./edge/idle-poll.ts";

/** Four records. Expects to run in the checkout. */
export async function run(): Promise<Record<string, unknown>[]> {
  const folder = mkdtempSync(join(tmpdir(), "weft-edge-"));
  try {
    // By its path, not bundled: it knows the checkout by where it stands.
    const { bundleWorkers } = await import(pathToFileURL(join(process.cwd(), "tools/build.mjs")).href);
    await bundleWorkers(folder);
    const poll = readFileSync(join(folder, "poll.js"), "utf8");
    return [await coldStart(folder), await firstResponse(), await edgePoll(poll), await hop()];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
