// A real control plane in this process for the tests of a file, with a folder of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { type ControlPlane, runControlPlane } from "#node/main.ts";
import type { Settings } from "#node/settings.ts";
import { placeMigrated } from "#test/migrated.ts";
import { run } from "./run.ts";

export interface PlaneOfFile {
  /** For whatever the tests write; the state is in a folder of it. */
  readonly folder: string;
  readonly url: string;
  readonly operatorSecretFile: string;
  /** Creates an organisation; the flags with which a command speaks to it as its admin. */
  signUp(organisation: string, tokenFile?: string): Promise<readonly string[]>;
}

/** Its addresses are known, and `signUp` works, inside the hooks and tests of the file that calls this. */
export function planeOfFile(over: Partial<Settings> = {}): PlaneOfFile {
  const folder = mkdtempSync(join(tmpdir(), "weft-cli-plane-"));
  let running: ControlPlane;
  beforeAll(async () => {
    const stateDir = join(folder, "state");
    placeMigrated(stateDir);
    running = await runControlPlane({ stateDir, host: "127.0.0.1", port: 0, logLevel: "silent", ...over });
  });
  afterAll(async () => {
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    get url() {
      return running.url;
    },
    get operatorSecretFile() {
      return running.operatorSecretFile;
    },
    async signUp(organisation, tokenFile = join(folder, `${organisation}.token`)) {
      const operator = ["--control-plane", running.url, "--operator-secret-file", running.operatorSecretFile];
      const made = await run(["organisation", "create", organisation, ...operator, "--out", tokenFile]);
      expect(made.code, made.err).toBe(0);
      return ["--url", `${running.url}/o/${organisation}`, "--token-file", tokenFile];
    },
  };
}
