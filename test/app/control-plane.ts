// A control plane on Node for tests: its own folder, a free port, both gone afterwards.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runControlPlane } from "#node/main.ts";
import { placeMigrated } from "#test/migrated.ts";
import type { Subject } from "./subject.ts";

export interface Running extends Subject {
  /** The state folder; a second control plane may be started on it. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Starts it; `close` ends it and removes the folder. */
export async function startControlPlane(): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), "weft-app-"));
  placeMigrated(folder);
  const plane = await runControlPlane({ stateDir: folder, host: "127.0.0.1", port: 0, logLevel: "silent" });
  return {
    folder,
    url: plane.url,
    operatorSecret: (await readFile(plane.operatorSecretFile, "utf8")).trim(),
    fetch: (path, init) => fetch(`${plane.url}${path}`, init),
    async close() {
      await plane.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
